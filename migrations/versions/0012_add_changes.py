"""Change files with their steps, papers and ground; lineage of units; corrections of mistakes.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import grant_append_only, grant_editable

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EDGES = ", ".join(
    f"'{edge}'"
    for edge in (
        "set_up",
        "renamed",
        "recoded",
        "seat_moved",
        "boundary_adjusted",
        "split_off",
        "split_into",
        "merged_into",
        "abolished_into",
        "type_changed",
        "resubordinated",
    )
)


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("authority_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("document_number", sa.Text(), server_default="", nullable=False),
        sa.Column("document_authority", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("code_published_on", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_changes_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'applied', 'approved', 'effective', 'completed', 'rejected', 'withdrawn')",
            name=op.f("ck_changes_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('effective', 'completed') OR (approved_on IS NOT NULL AND effective_on IS NOT NULL)",
            name=op.f("ck_changes_dates_of_state"),
        ),
        sa.CheckConstraint("completed_on >= effective_on", name=op.f("ck_changes_completed_after_effect")),
        sa.CheckConstraint("effective_on >= approved_on", name=op.f("ck_changes_effective_after_approval")),
        sa.CheckConstraint("length(authority_reason) <= 500", name=op.f("ck_changes_authority_reason")),
        sa.CheckConstraint(
            "length(document_number) <= 100 AND length(document_authority) <= 200", name=op.f("ck_changes_document")
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_changes_note")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_changes_title")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_changes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_changes_public_id")),
        schema="divisions",
    )
    op.create_index("ix_changes_unit_id", "changes", ["unit_id"], unique=False, schema="divisions")
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wrote", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(reason) BETWEEN 1 AND 500 AND length(source) <= 200", name=op.f("ck_corrections_reason")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_corrections_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("public_id", name=op.f("uq_corrections_public_id")),
        schema="divisions",
    )
    op.create_index("ix_corrections_unit_id", "corrections", ["unit_id"], unique=False, schema="divisions")
    op.create_table(
        "change_documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("authority", sa.Text(), server_default="", nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(authority) <= 200", name=op.f("ck_change_documents_authority")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(number) <= 100", name=op.f("ck_change_documents_title")
        ),
        sa.ForeignKeyConstraint(["change_id"], ["divisions.changes.id"], name=op.f("fk_change_documents_change_id")),
        sa.ForeignKeyConstraint(["file_id"], ["kernel.files.id"], name=op.f("fk_change_documents_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_documents")),
        sa.UniqueConstraint("public_id", name=op.f("uq_change_documents_public_id")),
        schema="divisions",
    )
    op.create_index(
        "ix_change_documents_change_id", "change_documents", ["change_id"], unique=False, schema="divisions"
    )
    op.create_table(
        "change_shapes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("original_crs", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "quality IN ('legal', 'surveyed', 'digitised', 'schematic')", name=op.f("ck_change_shapes_quality")
        ),
        sa.ForeignKeyConstraint(["change_id"], ["divisions.changes.id"], name=op.f("fk_change_shapes_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_shapes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_change_shapes_public_id")),
        schema="divisions",
    )
    op.create_index("ix_change_shapes_change_id", "change_shapes", ["change_id"], unique=False, schema="divisions")
    op.create_table(
        "change_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("copy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wrote", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_change_steps_note")),
        sa.ForeignKeyConstraint(["change_id"], ["divisions.changes.id"], name=op.f("fk_change_steps_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_steps")),
        schema="divisions",
    )
    op.create_index("ix_change_steps_change_id", "change_steps", ["change_id"], unique=False, schema="divisions")
    op.create_table(
        "lineage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=True),
        sa.Column("edge", sa.Text(), nullable=False),
        sa.Column("from_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("to_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), server_default="day", nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("area_share", sa.Numeric(precision=12, scale=10), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("people_share", sa.Numeric(precision=12, scale=10), nullable=True),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            f"edge IN ({EDGES})",
            name=op.f("ck_lineage_edge"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_lineage_precision")),
        sa.CheckConstraint("area_m2 >= 0 AND people >= 0", name=op.f("ck_lineage_amounts")),
        sa.CheckConstraint(
            "area_share BETWEEN 0 AND 1 AND people_share BETWEEN 0 AND 1", name=op.f("ck_lineage_shares")
        ),
        sa.ForeignKeyConstraint(["change_id"], ["divisions.changes.id"], name=op.f("fk_lineage_change_id")),
        sa.ForeignKeyConstraint(["from_unit_id"], ["divisions.units.id"], name=op.f("fk_lineage_from_unit_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["divisions.units.id"], name=op.f("fk_lineage_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
        schema="divisions",
    )
    op.create_index(
        "ix_lineage_from_unit_id", "lineage", ["from_unit_id", "happened_on"], unique=False, schema="divisions"
    )
    op.create_index("ix_lineage_to_unit_id", "lineage", ["to_unit_id", "happened_on"], unique=False, schema="divisions")
    grant_editable("divisions.changes")
    grant_append_only("divisions.change_steps")
    grant_append_only("divisions.change_documents", once=("withdrawn_at",))
    grant_append_only("divisions.change_shapes")
    grant_append_only("divisions.lineage", once=("superseded_at",))
    grant_append_only("divisions.corrections")


def downgrade() -> None:
    for table in ("corrections", "lineage", "change_shapes", "change_documents", "change_steps", "changes"):
        op.drop_table(table, schema="divisions")
