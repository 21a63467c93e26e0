"""Basic management units, their monthly progress and acceptance.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import grant_append_only, grant_editable

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def identity() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
    )


def of_unit() -> sa.Column:
    return sa.Column("basic_unit_id", sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "basic_units",
        *identity(),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("position", Geometry("POINT", 4490, spatial_index=False), nullable=True),
        sa.Column("set_up_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_basic_units_name")),
        sa.CheckConstraint("length(area) <= 300 AND length(note) <= 1000", name=op.f("ck_basic_units_words")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 200", name=op.f("ck_basic_units_source")),
        sa.CheckConstraint("ended_on >= set_up_on", name=op.f("ck_basic_units_ended_on")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_basic_units_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basic_units")),
        sa.UniqueConstraint("public_id", name=op.f("uq_basic_units_public_id")),
        schema="divisions",
    )
    op.create_index("ix_basic_units_unit_id", "basic_units", ["unit_id"], schema="divisions")
    op.create_table(
        "basic_unit_progress",
        *identity(),
        of_unit(),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("date_trunc('month', month) = month", name=op.f("ck_basic_unit_progress_month")),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_basic_unit_progress_note")),
        sa.ForeignKeyConstraint(
            ["basic_unit_id"], ["divisions.basic_units.id"], name=op.f("fk_basic_unit_progress_basic_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basic_unit_progress")),
        sa.UniqueConstraint("public_id", name=op.f("uq_basic_unit_progress_public_id")),
        schema="divisions",
    )
    op.create_index(
        "ix_basic_unit_progress_basic_unit_id", "basic_unit_progress", ["basic_unit_id", "month"], schema="divisions"
    )
    op.create_table(
        "basic_unit_acceptances",
        *identity(),
        of_unit(),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("result IN ('passed', 'failed')", name=op.f("ck_basic_unit_acceptances_result")),
        sa.CheckConstraint(
            "length(authority) BETWEEN 1 AND 100 AND length(document) <= 100",
            name=op.f("ck_basic_unit_acceptances_words"),
        ),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_basic_unit_acceptances_note")),
        sa.ForeignKeyConstraint(
            ["basic_unit_id"], ["divisions.basic_units.id"], name=op.f("fk_basic_unit_acceptances_basic_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basic_unit_acceptances")),
        sa.UniqueConstraint("public_id", name=op.f("uq_basic_unit_acceptances_public_id")),
        schema="divisions",
    )
    op.create_index(
        "ix_basic_unit_acceptances_basic_unit_id", "basic_unit_acceptances", ["basic_unit_id"], schema="divisions"
    )
    grant_editable("divisions.basic_units")
    grant_append_only("divisions.basic_unit_progress")
    grant_append_only("divisions.basic_unit_acceptances")


def downgrade() -> None:
    for table in ("basic_unit_acceptances", "basic_unit_progress", "basic_units"):
        op.drop_table(table, schema="divisions")
