"""Divisions: identities with dated versions, codes and shapes.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, create_room, grant_append_only, grant_derived, grant_editable

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("divisions")
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("public_id", name=op.f("uq_units_public_id")),
        schema="divisions",
    )
    op.create_table(
        "ancestry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ancestor_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["divisions.units.id"], name=op.f("fk_ancestry_ancestor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_ancestry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ancestry")),
        schema="divisions",
    )
    op.create_index(
        "ix_ancestry_ancestor_valid",
        "ancestry",
        ["ancestor_id", "valid"],
        unique=False,
        schema="divisions",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_ancestry_unit_valid",
        "ancestry",
        ["unit_id", "valid"],
        unique=False,
        schema="divisions",
        postgresql_using="gist",
    )
    op.create_table(
        "home",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_home_single")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_home_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home")),
        schema="divisions",
    )
    op.create_table(
        "unit_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
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
        sa.Column("announced_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("system"), "="),
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("superseded_at IS NULL"),
            using="gist",
            name="excl_unit_codes_one_unit_a_code",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.column("system"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("superseded_at IS NULL"),
            using="gist",
            name="excl_unit_codes_one_code_a_unit",
        ),
        sa.CheckConstraint(
            "valid_from_precision IN ('day', 'month', 'year')", name=op.f("ck_unit_codes_valid_from_precision")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_codes_valid_order")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_unit_codes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_codes")),
        schema="divisions",
    )
    op.create_table(
        "unit_shapes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
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
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("original_crs", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
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
        sa.Column("announced_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("superseded_at IS NULL"),
            using="gist",
            name="excl_unit_shapes_one_at_a_time",
        ),
        sa.CheckConstraint(
            "quality IN ('legal', 'surveyed', 'digitised', 'schematic')", name=op.f("ck_unit_shapes_quality")
        ),
        sa.CheckConstraint(
            "valid_from_precision IN ('day', 'month', 'year')", name=op.f("ck_unit_shapes_valid_from_precision")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_shapes_valid_order")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_unit_shapes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_shapes")),
        schema="divisions",
    )
    op.create_index(
        "ix_unit_shapes_geom", "unit_shapes", ["geom"], unique=False, schema="divisions", postgresql_using="gist"
    )
    op.create_table(
        "unit_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
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
        sa.Column("announced_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("superseded_at IS NULL"),
            using="gist",
            name="excl_unit_versions_one_at_a_time",
        ),
        sa.CheckConstraint(
            "valid_from_precision IN ('day', 'month', 'year')", name=op.f("ck_unit_versions_valid_from_precision")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_unit_versions_level")),
        sa.CheckConstraint("parent_id <> unit_id", name=op.f("ck_unit_versions_own_parent")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_unit_versions_population")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_versions_valid_order")),
        sa.ForeignKeyConstraint(["parent_id"], ["divisions.units.id"], name=op.f("fk_unit_versions_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_unit_versions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_versions")),
        schema="divisions",
    )
    op.create_index(
        "ix_unit_versions_parent_valid",
        "unit_versions",
        ["parent_id", "valid"],
        unique=False,
        schema="divisions",
        postgresql_using="gist",
    )
    grant_append_only("divisions.units")
    for table in ("unit_versions", "unit_codes", "unit_shapes"):
        grant_append_only(f"divisions.{table}", once=["superseded_at"])
    grant_derived("divisions.ancestry")
    grant_editable("divisions.home")
    op.execute(CREATE_REFRESH_STATISTICS)
    op.execute("REVOKE EXECUTE ON FUNCTION divisions.refresh_statistics FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION divisions.refresh_statistics TO {APP}")


# Only its owner may analyse a table; the app must be able to after it has changed much.
CREATE_REFRESH_STATISTICS = """
CREATE FUNCTION divisions.refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    ANALYZE divisions.units, divisions.unit_versions, divisions.unit_codes, divisions.ancestry;
END
$$
"""


def downgrade() -> None:
    op.execute("DROP SCHEMA divisions CASCADE")
