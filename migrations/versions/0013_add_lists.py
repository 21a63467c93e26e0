"""Lists of divisions as they were published, kept whole.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

from portal.kernel.db.grants import APP, grant_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lists",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_lists_precision")),
        sa.CheckConstraint(
            "length(key) BETWEEN 1 AND 100 AND length(title) BETWEEN 1 AND 200", name=op.f("ck_lists_title")
        ),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 300", name=op.f("ck_lists_source")),
        sa.CheckConstraint("scope ~ '^[0-9]{0,12}$'", name=op.f("ck_lists_scope")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' AND rows >= 0", name=op.f("ck_lists_content")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lists")),
        sa.UniqueConstraint("key", name=op.f("uq_lists_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lists_public_id")),
        sa.UniqueConstraint("system", "as_of", "scope", name=op.f("uq_lists_system_as_of_scope")),
        schema="divisions",
    )
    op.create_table(
        "list_rows",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("parent_name", sa.Text(), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_list_rows_position")),
        sa.ForeignKeyConstraint(["list_id"], ["divisions.lists.id"], name=op.f("fk_list_rows_list_id")),
        sa.PrimaryKeyConstraint("list_id", "position", name=op.f("pk_list_rows")),
        schema="divisions",
    )
    op.create_index("ix_list_rows_code", "list_rows", ["code", "list_id"], unique=False, schema="divisions")
    op.create_table(
        "list_gaps",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=True),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["divisions.lists.id"], name=op.f("fk_list_gaps_list_id")),
        sa.PrimaryKeyConstraint("list_id", "code", name=op.f("pk_list_gaps")),
        schema="divisions",
    )
    for table in ("lists", "list_rows", "list_gaps"):
        grant_append_only(f"divisions.{table}")
    op.execute(CREATE_REFRESH_LIST_STATISTICS)
    op.execute("REVOKE EXECUTE ON FUNCTION divisions.refresh_list_statistics FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION divisions.refresh_list_statistics TO {APP}")


def downgrade() -> None:
    op.execute("DROP FUNCTION divisions.refresh_list_statistics")
    for table in ("list_gaps", "list_rows", "lists"):
        op.drop_table(table, schema="divisions")


# Only its owner may analyse a table; the app must be able to after a quarter of a million rows came in.
CREATE_REFRESH_LIST_STATISTICS = """
CREATE FUNCTION divisions.refresh_list_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    ANALYZE divisions.lists, divisions.list_rows, divisions.list_gaps, divisions.lineage;
END
$$
"""
