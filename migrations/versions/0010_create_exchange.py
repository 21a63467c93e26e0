"""Exchange: imports, their staged rows, remembered headings.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import create_room, grant_derived, grant_editable

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNLOGGED = {"schema": "exchange", "prefixes": ["UNLOGGED"]}
STATES = "'reading', 'asking', 'checking', 'previewed', 'entering', 'done', 'undoing', 'undone', 'refused', 'cancelled'"


def upgrade() -> None:
    create_room("exchange")
    _create_imports()
    _create_rows()
    _create_findings()
    op.create_table(
        "headings",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", "heading", name=op.f("pk_headings")),
        schema="exchange",
    )
    grant_editable("exchange.imports")
    grant_editable("exchange.headings")
    for table in ("staged_rows", "parsed_rows", "row_outcomes", "row_findings"):
        grant_derived(f"exchange.{table}")


def downgrade() -> None:
    for table in ("headings", "row_findings", "row_outcomes", "parsed_rows", "staged_rows", "imports"):
        op.drop_table(table, schema="exchange")
    op.execute("DROP SCHEMA exchange")


def _create_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=True),
        sa.Column("wish", postgresql.JSONB(), nullable=False),
        sa.Column("head", postgresql.JSONB(), nullable=True),
        sa.Column("setup", postgresql.JSONB(), nullable=True),
        sa.Column("question", postgresql.JSONB(), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=True),
        sa.Column("manifest", postgresql.JSONB(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_imports_state")),
        sa.ForeignKeyConstraint(["file_id"], ["kernel.files.id"], name=op.f("fk_imports_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_imports_public_id")),
        schema="exchange",
    )
    op.create_index("ix_imports_account_id", "imports", ["account_id", "id"], schema="exchange")


def _create_rows() -> None:
    op.create_table(
        "staged_rows",
        *_key("staged_rows"),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("raw", postgresql.JSONB(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=True),
        **UNLOGGED,
    )
    geometry = Geometry(
        "GEOMETRY", 4490, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"
    )
    op.create_table(
        "parsed_rows",
        *_key("parsed_rows"),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("written", postgresql.JSONB(), nullable=False),
        sa.Column("geom", geometry, nullable=True),
        **UNLOGGED,
    )
    op.create_index("ix_parsed_rows_geom", "parsed_rows", ["geom"], schema="exchange", postgresql_using="gist")
    op.create_table(
        "row_outcomes",
        *_key("row_outcomes"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("action IN ('new', 'changed', 'unchanged', 'refused')", name=op.f("ck_row_outcomes_action")),
        **UNLOGGED,
    )


def _key(table: str) -> tuple[sa.Column, sa.Column, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("import_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f(f"pk_{table}")),
    )


def _create_findings() -> None:
    op.create_table(
        "row_findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("sentence", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("stage IN ('reading', 'checking')", name=op.f("ck_row_findings_stage")),
        sa.CheckConstraint("level IN ('error', 'note')", name=op.f("ck_row_findings_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_findings")),
        **UNLOGGED,
    )
    op.create_index("ix_row_findings_import_id_number", "row_findings", ["import_id", "number"], schema="exchange")
