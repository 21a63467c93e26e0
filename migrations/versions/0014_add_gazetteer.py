"""The gazetteer: values of units by year with their history, reviews, entries.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import grant_append_only, grant_editable

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gazetteer_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'reviewed') = (reviewer IS NOT NULL) AND (reviewer IS NULL) = (reviewed_on IS NULL)",
            name=op.f("ck_gazetteer_entries_reviewed"),
        ),
        sa.CheckConstraint("section ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_gazetteer_entries_section")),
        sa.CheckConstraint("state IN ('draft', 'reviewed')", name=op.f("ck_gazetteer_entries_state")),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 10000", name=op.f("ck_gazetteer_entries_body")),
        sa.CheckConstraint("length(reviewer) BETWEEN 1 AND 100", name=op.f("ck_gazetteer_entries_reviewer")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 300", name=op.f("ck_gazetteer_entries_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_gazetteer_entries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_entries")),
        schema="divisions",
    )
    op.create_index(
        "ix_gazetteer_entries_unit_id", "gazetteer_entries", ["unit_id", "section"], unique=False, schema="divisions"
    )
    op.create_index(
        "uq_gazetteer_entries_one_believed",
        "gazetteer_entries",
        ["unit_id", "section"],
        unique=True,
        schema="divisions",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "gazetteer_reviews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("due_on >= opened_on", name=op.f("ck_gazetteer_reviews_due_on")),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_gazetteer_reviews_note")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_gazetteer_reviews_year")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_gazetteer_reviews_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_reviews")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gazetteer_reviews_public_id")),
        sa.UniqueConstraint("unit_id", "year", name=op.f("uq_gazetteer_reviews_unit_id_year")),
        schema="divisions",
    )
    op.create_table(
        "gazetteer_values",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default="typed", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("field ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_gazetteer_values_field")),
        sa.CheckConstraint("way IN ('typed', 'pasted', 'imported', 'reviewed')", name=op.f("ck_gazetteer_values_way")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 300", name=op.f("ck_gazetteer_values_source")),
        sa.CheckConstraint("length(value) BETWEEN 1 AND 500", name=op.f("ck_gazetteer_values_value")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_gazetteer_values_year")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_gazetteer_values_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_values")),
        schema="divisions",
    )
    op.create_index(
        "ix_gazetteer_values_unit_id",
        "gazetteer_values",
        ["unit_id", "field", "year"],
        unique=False,
        schema="divisions",
    )
    op.create_index(
        "uq_gazetteer_values_one_believed",
        "gazetteer_values",
        ["unit_id", "field", "year"],
        unique=True,
        schema="divisions",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "gazetteer_review_rows",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("town_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer IN ('confirmed', 'corrected')", name=op.f("ck_gazetteer_review_rows_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_gazetteer_review_rows_answered")),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_gazetteer_review_rows_note")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["divisions.gazetteer_reviews.id"], name=op.f("fk_gazetteer_review_rows_review_id")
        ),
        sa.ForeignKeyConstraint(["town_id"], ["divisions.units.id"], name=op.f("fk_gazetteer_review_rows_town_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_gazetteer_review_rows_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_review_rows")),
        sa.UniqueConstraint("review_id", "unit_id", name=op.f("uq_gazetteer_review_rows_review_id_unit_id")),
        schema="divisions",
    )
    op.create_index(
        "ix_gazetteer_review_rows_town_id",
        "gazetteer_review_rows",
        ["review_id", "town_id"],
        unique=False,
        schema="divisions",
    )
    op.create_table(
        "gazetteer_proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('taken', 'declined', 'replaced')", name=op.f("ck_gazetteer_proposals_decision")
        ),
        sa.CheckConstraint("field ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_gazetteer_proposals_field")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_gazetteer_proposals_decided")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_gazetteer_proposals_reason")),
        sa.CheckConstraint(
            "length(value) BETWEEN 1 AND 500 AND length(was) <= 500", name=op.f("ck_gazetteer_proposals_value")
        ),
        sa.ForeignKeyConstraint(
            ["row_id"], ["divisions.gazetteer_review_rows.id"], name=op.f("fk_gazetteer_proposals_row_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_proposals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gazetteer_proposals_public_id")),
        schema="divisions",
    )
    op.create_index(
        "ix_gazetteer_proposals_row_id", "gazetteer_proposals", ["row_id"], unique=False, schema="divisions"
    )

    grant_append_only("divisions.gazetteer_values", once=("superseded_at",))
    grant_append_only("divisions.gazetteer_entries", once=("superseded_at",))
    grant_append_only("divisions.gazetteer_proposals", once=("decision", "reason", "decided_at", "decided_by"))
    grant_editable("divisions.gazetteer_reviews")
    grant_editable("divisions.gazetteer_review_rows")


def downgrade() -> None:
    for table in ("proposals", "review_rows", "values", "reviews", "entries"):
        op.drop_table(f"gazetteer_{table}", schema="divisions")
