"""Disasters: events, reports, their versions and steps.

Revision: 0005, after 0004
"""

from alembic import op

from portal.kernel.db.grants import create_room

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("disasters")


def downgrade() -> None:
    op.execute("DROP SCHEMA disasters CASCADE")
