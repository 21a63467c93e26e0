"""The kernel's own tables: audit trail and answered forms.

Revision: 0001, after nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, CREATE_REFUSE_CHANGE, grant_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA kernel TO {APP}")
    op.execute(f"GRANT SELECT ON kernel.alembic_version TO {APP}")
    op.execute(CREATE_REFUSE_CHANGE)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        schema="kernel",
    )
    op.create_index(
        "ix_audit_entries_subject", "audit_entries", ["subject", "subject_id"], unique=False, schema="kernel"
    )
    op.create_table(
        "submissions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "client_id", name=op.f("pk_submissions")),
        schema="kernel",
    )
    grant_append_only("kernel.audit_entries")
    grant_append_only("kernel.submissions", once=["answer"])


def downgrade() -> None:
    op.execute("DROP TABLE kernel.audit_entries, kernel.submissions")
    op.execute("DROP FUNCTION kernel.refuse_change")
    op.execute(f"REVOKE ALL ON kernel.alembic_version FROM {APP}")
    op.execute(f"REVOKE USAGE ON SCHEMA kernel FROM {APP}")
