"""Risk: hazards.

Revision: 0006, after 0005
"""

from alembic import op

from portal.kernel.db.grants import create_room

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("risk")


def downgrade() -> None:
    op.execute("DROP SCHEMA risk CASCADE")
