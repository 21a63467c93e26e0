"""Standard place names and naming applications.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import create_room, grant_append_only, grant_editable

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("toponyms")
    op.create_table(
        "names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_names")),
        sa.UniqueConstraint("public_id", name=op.f("uq_names_public_id")),
        schema="toponyms",
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("specific", sa.Text(), nullable=False),
        sa.Column("generic", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("toned", sa.Text(), nullable=False),
        sa.Column("specific_folded", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(srid=4490, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"),
            nullable=True,
        ),
        sa.Column("original_geometry", sa.Text(), nullable=True),
        sa.Column("original_crs", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("check_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("judged", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.Text(), server_default="", nullable=False),
        sa.Column("document_authority", sa.Text(), server_default="", nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("act IN ('naming', 'renaming', 'cancelling')", name=op.f("ck_applications_act")),
        sa.CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_applications_kind")),
        sa.CheckConstraint(
            "state IN ('received', 'complete', 'checked', 'surveyed', 'consulted', "
            "'approved', 'filed', 'announced', 'entered', 'refused', 'withdrawn')",
            name=op.f("ck_applications_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'filed', 'announced', 'entered') "
            "OR (decided_on IS NOT NULL AND length(document_number) > 0)",
            name=op.f("ck_applications_document_of_decision"),
        ),
        sa.CheckConstraint("(geom IS NULL) = (original_geometry IS NULL)", name=op.f("ck_applications_original")),
        sa.CheckConstraint("decided_on >= received_on", name=op.f("ck_applications_decided_after_receipt")),
        sa.CheckConstraint("length(applicant) BETWEEN 1 AND 200", name=op.f("ck_applications_applicant")),
        sa.CheckConstraint("length(check_reason) <= 1000", name=op.f("ck_applications_check_reason")),
        sa.CheckConstraint(
            "length(document_number) <= 100 AND length(document_authority) <= 200",
            name=op.f("ck_applications_document"),
        ),
        sa.CheckConstraint(
            "length(meaning) <= 2000 AND length(nature) <= 2000 AND length(place) <= 300",
            name=op.f("ck_applications_texts"),
        ),
        sa.CheckConstraint(
            "length(original_geometry) BETWEEN 1 AND 200000", name=op.f("ck_applications_original_geometry")
        ),
        sa.CheckConstraint(
            "length(pinyin) BETWEEN 1 AND 200 AND length(folded) BETWEEN 1 AND 200", name=op.f("ck_applications_pinyin")
        ),
        sa.CheckConstraint("length(plan) BETWEEN 1 AND 4000", name=op.f("ck_applications_plan")),
        sa.CheckConstraint(
            "specific || generic = name AND length(name) BETWEEN 1 AND 60", name=op.f("ck_applications_name")
        ),
        sa.ForeignKeyConstraint(["name_id"], ["toponyms.names.id"], name=op.f("fk_applications_name_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_applications_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_applications_public_id")),
        schema="toponyms",
    )
    op.create_index(
        "ix_applications_folded",
        "applications",
        ["folded"],
        unique=False,
        schema="toponyms",
        postgresql_where=sa.text("state IN ('received', 'complete', 'checked', 'surveyed', 'consulted')"),
    )
    op.create_index("ix_applications_unit_id", "applications", ["unit_id"], unique=False, schema="toponyms")
    op.create_table(
        "application_documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(number) <= 100", name=op.f("ck_application_documents_title")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["toponyms.applications.id"], name=op.f("fk_application_documents_application_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["kernel.files.id"], name=op.f("fk_application_documents_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_documents")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_documents_public_id")),
        schema="toponyms",
    )
    op.create_index(
        "ix_application_documents_application_id",
        "application_documents",
        ["application_id"],
        unique=False,
        schema="toponyms",
    )
    op.create_table(
        "application_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("copy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_application_steps_note")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["toponyms.applications.id"], name=op.f("fk_application_steps_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_steps")),
        schema="toponyms",
    )
    op.create_index(
        "ix_application_steps_application_id", "application_steps", ["application_id"], unique=False, schema="toponyms"
    )
    op.create_table(
        "name_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("specific", sa.Text(), nullable=False),
        sa.Column("generic", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("toned", sa.Text(), nullable=False),
        sa.Column("specific_folded", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("former", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_authority", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(srid=4490, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"),
            nullable=True,
        ),
        sa.Column("original_geometry", sa.Text(), nullable=True),
        sa.Column("original_crs", sa.Text(), nullable=True),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_from_precision", sa.Text(), server_default="day", nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "valid",
            postgresql.DATERANGE(),
            sa.Computed("daterange(valid_from, valid_to, '[)')", persisted=True),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("name_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("superseded_at IS NULL"),
            using="gist",
            name="excl_name_versions_one_at_a_time",
        ),
        sa.CheckConstraint(
            "entry IN ('added', 'imported', 'approved', 'changed', 'corrected', 'restored')",
            name=op.f("ck_name_versions_entry"),
        ),
        sa.CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name=op.f("ck_name_versions_kind")),
        sa.CheckConstraint("status IN ('in_use', 'cancelled')", name=op.f("ck_name_versions_status")),
        sa.CheckConstraint(
            "valid_from_precision IN ('day', 'month', 'year')", name=op.f("ck_name_versions_valid_from_precision")
        ),
        sa.CheckConstraint(
            "(geom IS NULL) = (original_geometry IS NULL) AND (geom IS NULL) = (original_crs IS NULL)",
            name=op.f("ck_name_versions_original"),
        ),
        sa.CheckConstraint("NOT ST_IsEmpty(geom)", name=op.f("ck_name_versions_geom")),
        sa.CheckConstraint("cardinality(former) <= 30", name=op.f("ck_name_versions_former")),
        sa.CheckConstraint("length(document_authority) <= 200", name=op.f("ck_name_versions_document_authority")),
        sa.CheckConstraint("length(document_number) <= 100", name=op.f("ck_name_versions_document_number")),
        sa.CheckConstraint(
            "length(folded) BETWEEN 1 AND 200 AND length(toned) <= 200", name=op.f("ck_name_versions_folded")
        ),
        sa.CheckConstraint("length(generic) <= 20", name=op.f("ck_name_versions_generic")),
        sa.CheckConstraint("length(history) <= 4000", name=op.f("ck_name_versions_history")),
        sa.CheckConstraint("length(meaning) <= 2000", name=op.f("ck_name_versions_meaning")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_name_versions_name")),
        sa.CheckConstraint("length(original_crs) BETWEEN 1 AND 60", name=op.f("ck_name_versions_original_crs")),
        sa.CheckConstraint(
            "length(original_geometry) BETWEEN 1 AND 200000", name=op.f("ck_name_versions_original_geometry")
        ),
        sa.CheckConstraint("length(pinyin) BETWEEN 1 AND 200", name=op.f("ck_name_versions_pinyin")),
        sa.CheckConstraint("length(place) <= 300", name=op.f("ck_name_versions_place")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_name_versions_reason")),
        sa.CheckConstraint("length(recorded_by) BETWEEN 1 AND 60", name=op.f("ck_name_versions_recorded_by")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 200", name=op.f("ck_name_versions_source")),
        sa.CheckConstraint("length(specific) BETWEEN 1 AND 60", name=op.f("ck_name_versions_specific")),
        sa.CheckConstraint("specific || generic = name", name=op.f("ck_name_versions_parts")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_name_versions_valid_order")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["toponyms.applications.id"], name=op.f("fk_name_versions_application_id")
        ),
        sa.ForeignKeyConstraint(["name_id"], ["toponyms.names.id"], name=op.f("fk_name_versions_name_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_name_versions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_versions")),
        schema="toponyms",
    )
    op.create_index(
        "ix_name_versions_folded",
        "name_versions",
        ["folded"],
        unique=False,
        schema="toponyms",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_name_versions_former", "name_versions", ["former"], unique=False, schema="toponyms", postgresql_using="gin"
    )
    op.create_index(
        "ix_name_versions_geom", "name_versions", ["geom"], unique=False, schema="toponyms", postgresql_using="gist"
    )
    op.create_index(
        "ix_name_versions_name",
        "name_versions",
        ["name"],
        unique=False,
        schema="toponyms",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_name_versions_specific_folded",
        "name_versions",
        ["specific_folded"],
        unique=False,
        schema="toponyms",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_name_versions_unit_id", "name_versions", ["unit_id"], unique=False, schema="toponyms")
    grant_append_only("toponyms.names")
    grant_append_only("toponyms.name_versions", once=("superseded_at",))
    grant_editable("toponyms.applications")
    grant_append_only("toponyms.application_steps")
    grant_append_only("toponyms.application_documents", once=("withdrawn_at", "withdrawn_by"))


def downgrade() -> None:
    op.execute("DROP SCHEMA toponyms CASCADE")
