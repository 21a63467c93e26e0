"""Places: the register of shelters, depots, donation points and the like. Hazards are found by division and name.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from portal.kernel.db.grants import create_room, grant_editable

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("places")
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("original_geometry", sa.Text(), nullable=True),
        sa.Column("original_crs", sa.Text(), nullable=True),
        sa.Column("capacity_people", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Numeric(12, 2), nullable=True),
        sa.Column("shelter_class", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("accessible", sa.Text(), nullable=False),
        sa.Column("keeper", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("duty_phone", sa.Text(), nullable=False),
        sa.Column("open_hours", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_checks(),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_places_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("public_id", name=op.f("uq_places_public_id")),
        schema="places",
    )
    op.create_index("ix_places_geom", "places", ["geom"], unique=False, schema="places", postgresql_using="gist")
    op.create_index("ix_places_unit_id_name", "places", ["unit_id", "name"], unique=False, schema="places")
    grant_editable("places.places")
    op.create_index("ix_hazards_unit_id_name", "hazards", ["unit_id", "name"], unique=False, schema="risk")
    op.drop_index("ix_hazards_unit_id", "hazards", schema="risk")


def downgrade() -> None:
    op.create_index("ix_hazards_unit_id", "hazards", ["unit_id"], unique=False, schema="risk")
    op.drop_index("ix_hazards_unit_id_name", "hazards", schema="risk")
    op.execute("DROP SCHEMA places CASCADE")


def _checks() -> list[sa.CheckConstraint]:
    texts = {
        "address": 200,
        "shelter_class": 60,
        "keeper": 100,
        "phone": 60,
        "duty_phone": 60,
        "open_hours": 200,
        "note": 2000,
    }
    wanted = {
        "kind": "kind ~ '^[a-z][a-z0-9_]{0,59}$'",
        "name": "length(name) BETWEEN 1 AND 100",
        **{name: f"length({name}) <= {most}" for name, most in texts.items()},
        "source": "length(source) BETWEEN 1 AND 200",
        "geom": "NOT ST_IsEmpty(geom)",
        "original": "(geom IS NULL) = (original_geometry IS NULL) AND (geom IS NULL) = (original_crs IS NULL)",
        "original_geometry": "length(original_geometry) BETWEEN 1 AND 200",
        "original_crs": "length(original_crs) BETWEEN 1 AND 60",
        "capacity_people": "capacity_people BETWEEN 0 AND 1000000",
        "area_m2": "area_m2 BETWEEN 0 AND 100000000",
        "setting": "setting IN ('indoor', 'outdoor', 'both')",
        "accessible": "accessible IN ('yes', 'no', 'unknown')",
        "checked_on": "checked_on >= valid_from",
        "closed_on": "closed_on >= valid_from",
        "closed_with_reason": "(closed_on IS NULL) = (closed_reason IS NULL)",
        "closed_reason": "length(closed_reason) BETWEEN 1 AND 500",
        "recorded_by": "length(recorded_by) BETWEEN 1 AND 60",
    }
    return [sa.CheckConstraint(clause, name=op.f(f"ck_places_{name}")) for name, clause in wanted.items()]
