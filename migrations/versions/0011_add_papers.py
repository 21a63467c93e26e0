"""Papers: running numbers, issued papers, Word templates of the bureau, batches.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from portal.kernel.db.grants import grant_append_only, grant_editable

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LOCALE = "locale IN ('zh_Hans_CN', 'en')"


def upgrade() -> None:
    _create_numbers()
    _create_templates()
    _create_papers()
    _create_batches()
    grant_editable("exchange.numbers")
    grant_editable("exchange.paper_batches")
    for table in ("number_patterns", "paper_templates", "template_choices"):
        grant_append_only(f"exchange.{table}")
    grant_append_only("exchange.papers", once=("voided_at", "voided_by", "void_reason"))


def downgrade() -> None:
    for table in ("paper_batches", "papers", "template_choices", "paper_templates", "number_patterns", "numbers"):
        op.drop_table(table, schema="exchange")


def _create_numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_numbers_last")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_numbers_unit_id")),
        sa.PrimaryKeyConstraint("series", "unit_id", "year", name=op.f("pk_numbers")),
        schema="exchange",
    )
    op.create_table(
        "number_patterns",
        *_identity(public=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.CheckConstraint("length(pattern) BETWEEN 1 AND 80", name=op.f("ck_number_patterns_pattern")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_patterns")),
        schema="exchange",
    )


def _create_templates() -> None:
    op.create_table(
        "paper_templates",
        *_identity(),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.CheckConstraint(LOCALE, name=op.f("ck_paper_templates_locale")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_paper_templates_note")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_templates_public_id")),
        schema="exchange",
    )
    op.create_table(
        "template_choices",
        *_identity(public=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.CheckConstraint(LOCALE, name=op.f("ck_template_choices_locale")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["exchange.paper_templates.id"], name=op.f("fk_template_choices_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_choices")),
        schema="exchange",
    )
    op.create_index("ix_template_choices_paper", "template_choices", ["paper", "locale", "id"], schema="exchange")


def _create_papers() -> None:
    op.create_table(
        "papers",
        *_identity(),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("subject_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("number_text", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("template_sha256", sa.Text(), nullable=False),
        sa.Column("docx_file_id", sa.BigInteger(), nullable=False),
        sa.Column("docx_sha256", sa.Text(), nullable=False),
        sa.Column("pdf_file_id", sa.BigInteger(), nullable=False),
        sa.Column("pdf_sha256", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(LOCALE, name=op.f("ck_papers_locale")),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL)",
            name=op.f("ck_papers_void"),
        ),
        sa.CheckConstraint("length(void_reason) BETWEEN 1 AND 500", name=op.f("ck_papers_void_reason")),
        *_references(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_papers_public_id")),
        sa.UniqueConstraint("series", "unit_id", "year", "number", name=op.f("uq_papers_series_unit_id_year_number")),
        schema="exchange",
    )
    op.create_index("ix_papers_unit_id", "papers", ["unit_id"], schema="exchange")
    op.create_index("ix_papers_subject", "papers", ["paper", "subject"], schema="exchange")


def _references() -> tuple[sa.ForeignKeyConstraint, ...]:
    lead_to = {
        "unit_id": "divisions.units.id",
        "subject_unit_id": "divisions.units.id",
        "template_id": "exchange.paper_templates.id",
        "docx_file_id": "kernel.files.id",
        "pdf_file_id": "kernel.files.id",
    }
    return tuple(sa.ForeignKeyConstraint([own], [key], name=op.f(f"fk_papers_{own}")) for own, key in lead_to.items())


def _create_batches() -> None:
    op.create_table(
        "paper_batches",
        *_identity(),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=True),
        sa.Column("papers", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("form IN ('pdf', 'zip')", name=op.f("ck_paper_batches_form")),
        sa.CheckConstraint(LOCALE, name=op.f("ck_paper_batches_locale")),
        sa.ForeignKeyConstraint(["file_id"], ["kernel.files.id"], name=op.f("fk_paper_batches_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_batches_public_id")),
        schema="exchange",
    )
    op.create_index("ix_paper_batches_account_id", "paper_batches", ["account_id"], schema="exchange")


def _identity(public: bool = True) -> tuple[sa.Column, ...]:
    shown = (sa.Column("public_id", sa.Uuid(), nullable=False),) if public else ()
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *shown,
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
