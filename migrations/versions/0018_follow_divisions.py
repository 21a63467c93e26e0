"""Places and hazards say on which day they lay in their division, apart from the day of their check.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = (("places", "places", "checked_on"), ("risk", "hazards", "assessed_on"))


def upgrade() -> None:
    for schema, table, day in KEPT:
        op.add_column(table, sa.Column("lay_on", sa.Date()), schema=schema)
        op.execute(f"UPDATE {schema}.{table} SET lay_on = {day}")
        op.alter_column(table, "lay_on", nullable=False, schema=schema)


def downgrade() -> None:
    for schema, table, _ in KEPT:
        op.drop_column(table, "lay_on", schema=schema)
