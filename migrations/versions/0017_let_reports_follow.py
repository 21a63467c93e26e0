"""A report dated after the end of its division, which was only then recorded, follows to the heir.

Revision: 0017, after 0016
"""

from alembic import op

from portal.kernel.db.grants import APP

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (unit_id) ON disasters.reports TO {APP}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (unit_id) ON disasters.reports FROM {APP}")
