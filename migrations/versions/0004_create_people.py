"""People: accounts, sessions, grants, tries to sign in.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, create_room, grant_append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHANGING = {
    "accounts": "name, password_hash, must_change_password, disabled_at, row_version",
    "sessions": "last_seen_at, expires_at, revoked_at",
    "grants": "valid_to",
}
"""All that may be changed of a row; a role given to one account can never become another's."""


def upgrade() -> None:
    create_room("people")
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("login = lower(login) AND length(login) BETWEEN 2 AND 40", name=op.f("ck_accounts_login")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_accounts_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
        sa.UniqueConstraint("public_id", name=op.f("uq_accounts_public_id")),
        schema="people",
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(login) <= 40 AND length(address) <= 64", name=op.f("ck_sign_in_tries_lengths")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
        schema="people",
    )
    op.create_index("ix_sign_in_tries_login", "sign_in_tries", ["login", "recorded_at"], unique=False, schema="people")
    op.create_index(
        "ix_sign_in_tries_address", "sign_in_tries", ["address", "recorded_at"], unique=False, schema="people"
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "branch",
            sa.SmallInteger(),
            sa.Computed("CASE role WHEN 'administrator' THEN 1 WHEN 'auditor' THEN 2 ELSE 3 END", persisted=True),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_from_precision", sa.Text(), server_default="day", nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "valid",
            postgresql.DATERANGE(),
            sa.Computed("daterange(valid_from, valid_to, '[)')", persisted=True),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("account_id"), "="),
            (sa.column("branch"), "<>"),
            (sa.column("valid"), "&&"),
            using="gist",
            name="excl_grants_rights_apart",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("account_id"), "="),
            (sa.column("role"), "="),
            (sa.column("unit_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="excl_grants_once",
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grants_valid_order")),
        sa.ForeignKeyConstraint(["account_id"], ["people.accounts.id"], name=op.f("fk_grants_account_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_grants_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("public_id", name=op.f("uq_grants_public_id")),
        schema="people",
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint("length(browser) <= 200 AND length(address) <= 64", name=op.f("ck_sessions_lengths")),
        sa.ForeignKeyConstraint(["account_id"], ["people.accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sessions_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        schema="people",
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False, schema="people")
    for table, changing in CHANGING.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ({changing}) ON people.{table} TO {APP}")
    grant_append_only("people.sign_in_tries")


def downgrade() -> None:
    op.execute("DROP SCHEMA people CASCADE")
