"""Maps: who published what.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from portal.kernel.db.grants import create_room, grant_append_only

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("maps")
    op.create_table(
        "publications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("approval_number", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("act IN ('published', 'withdrawn')", name=op.f("ck_publications_act")),
        sa.CheckConstraint(
            "act = 'withdrawn' OR sample OR approval_number IS NOT NULL", name=op.f("ck_publications_legal_fields")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publications_public_id")),
        schema="maps",
    )
    grant_append_only("maps.publications")


def downgrade() -> None:
    op.execute("DROP SCHEMA maps CASCADE")
