"""Jobs: the queue library's tables and our runs. Files: what lies in the store.

Revision: 0008, after 0007
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, create_room, grant_append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUE = Path(__file__).parent.parent / "sql" / "procrastinate_3_10_0.sql"

FUNCTIONS_FIND_THEIR_TABLES = """
DO $$
DECLARE
    known regprocedure;
BEGIN
    FOR known IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', known);
    END LOOP;
END
$$
"""
"""The library names its tables without their schema; our own sessions call its functions from any search path."""


def upgrade() -> None:
    create_room("jobs")
    _create_queue()
    _create_runs()
    _create_files()


def _create_queue() -> None:
    op.execute("SET LOCAL search_path = jobs, public")
    # Straight to the driver: SQLAlchemy would take the colons and percent signs for its own.
    op.get_bind().connection.cursor().execute(QUEUE.read_text(encoding="utf-8"))
    op.execute("SET LOCAL search_path TO DEFAULT")
    op.execute(FUNCTIONS_FIND_THEIR_TABLES)
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO {APP}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO {APP}")


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("message", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("failure", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queue_id", sa.BigInteger(), nullable=True),
        sa.Column("lock", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_runs_state")
        ),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))", name=op.f("ck_runs_ended")
        ),
        sa.CheckConstraint("done >= 0 AND (total IS NULL OR total >= 0)", name=op.f("ck_runs_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_runs_public_id")),
        schema="jobs",
    )
    op.create_index("ix_runs_unended", "runs", ["state"], schema="jobs", postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ix_runs_account_id", "runs", ["account_id"], schema="jobs")
    op.create_index("ix_runs_ended_at", "runs", ["ended_at"], schema="jobs")
    # Deleted when their time is over: arguments and sentences may speak of people.
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.runs TO {APP}")


def _create_files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("privacy IN ('public', 'internal', 'personal')", name=op.f("ck_files_privacy")),
        sa.CheckConstraint("length(sha256) = 64 AND size >= 0", name=op.f("ck_files_content")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_files_name")),
        sa.CheckConstraint("stored_as !~ '(^/|\\.\\.)'", name=op.f("ck_files_stored_as")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_files_public_id")),
        schema="kernel",
    )
    op.create_index("ix_files_stored_as", "files", ["stored_as"], schema="kernel")
    op.create_index(
        "ix_files_keep_until",
        "files",
        ["keep_until"],
        schema="kernel",
        postgresql_where=sa.text("destroyed_at IS NULL"),
    )
    grant_append_only("kernel.files", once=["destroyed_at"])


def downgrade() -> None:
    op.execute("DROP TABLE kernel.files")
    op.execute("DROP SCHEMA jobs CASCADE")
