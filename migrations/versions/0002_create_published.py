"""The published read model, the only thing the public role can read.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, PUBLIC, create_room

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("published")
    op.execute(f"GRANT USAGE ON SCHEMA published TO {PUBLIC}")
    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_number", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("schematic", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("west", sa.Double(), nullable=True),
        sa.Column("south", sa.Double(), nullable=True),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.CheckConstraint("state IN ('live', 'superseded', 'withdrawn')", name=op.f("ck_revisions_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("token", name=op.f("uq_revisions_token")),
        schema="published",
    )
    op.create_index(
        "uq_revisions_live",
        "revisions",
        ["layer"],
        unique=True,
        schema="published",
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["published.revisions.id"], name=op.f("fk_records_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        schema="published",
    )
    op.create_index(
        "ix_records_name",
        "records",
        ["name"],
        unique=False,
        schema="published",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_records_revision_public", "records", ["revision_id", "public_id"], unique=False, schema="published"
    )
    op.create_table(
        "shapes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("tile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["record_id"], ["published.records.id"], name=op.f("fk_shapes_record_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["published.revisions.id"], name=op.f("fk_shapes_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shapes")),
        schema="published",
    )
    op.create_index(op.f("ix_shapes_record_id"), "shapes", ["record_id"], unique=False, schema="published")
    op.create_index(
        "ix_shapes_tile",
        "shapes",
        ["revision_id", "band", "geom"],
        unique=False,
        schema="published",
        postgresql_using="gist",
    )
    op.execute(f"GRANT SELECT, INSERT ON published.records, published.shapes TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE (state) ON published.revisions TO {APP}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA published TO {PUBLIC}")


def downgrade() -> None:
    op.execute("DROP SCHEMA published CASCADE")
