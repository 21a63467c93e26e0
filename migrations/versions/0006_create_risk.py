"""Risk: hazards.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from portal.kernel.db.grants import create_room, grant_editable

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("risk")
    op.create_table(
        "hazards",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type_key", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="GEOMETRY",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("original_geometry", sa.Text(), nullable=False),
        sa.Column("original_crs", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_hazards_name")),
        sa.CheckConstraint("type_key ~ '^[a-z][a-z0-9_]{0,59}$'", name=op.f("ck_hazards_type_key")),
        sa.CheckConstraint("level IN ('red', 'orange', 'yellow', 'blue')", name=op.f("ck_hazards_level")),
        sa.CheckConstraint("length(season) <= 200", name=op.f("ck_hazards_season")),
        sa.CheckConstraint("length(description) <= 4000", name=op.f("ck_hazards_description")),
        sa.CheckConstraint("length(advice) BETWEEN 1 AND 1000", name=op.f("ck_hazards_advice")),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 200", name=op.f("ck_hazards_source")),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON')"
            " AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_hazards_geom"),
        ),
        sa.CheckConstraint("length(original_geometry) BETWEEN 1 AND 200000", name=op.f("ck_hazards_original_geometry")),
        sa.CheckConstraint("length(original_crs) BETWEEN 1 AND 60", name=op.f("ck_hazards_original_crs")),
        sa.CheckConstraint("assessed_on >= valid_from", name=op.f("ck_hazards_assessed_on")),
        sa.CheckConstraint("closed_on >= valid_from", name=op.f("ck_hazards_closed_on")),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_reason IS NULL)", name=op.f("ck_hazards_closed_with_reason")),
        sa.CheckConstraint("length(closed_reason) BETWEEN 1 AND 500", name=op.f("ck_hazards_closed_reason")),
        sa.CheckConstraint("length(recorded_by) BETWEEN 1 AND 60", name=op.f("ck_hazards_recorded_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_hazards_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hazards_public_id")),
        schema="risk",
    )
    op.create_index("ix_hazards_geom", "hazards", ["geom"], unique=False, schema="risk", postgresql_using="gist")
    op.create_index("ix_hazards_unit_id", "hazards", ["unit_id"], unique=False, schema="risk")
    grant_editable("risk.hazards")


def downgrade() -> None:
    op.execute("DROP SCHEMA risk CASCADE")
