"""Tables of the people room: accounts, sessions, role grants and tries to sign in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, BigKey, PublicId, RecordedAt, Versioned
from portal.kernel.db.validity import Validity

SCHEMA = "people"


class Account(Versioned, Base):
    """Somebody who can sign in."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("login = lower(login) AND length(login) BETWEEN 2 AND 40", name="login"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[dt.datetime | None]


class AccountSession(Base):
    """One signed-in browser. Only the hash of its token is kept; ending it here ends it everywhere."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("length(browser) <= 200 AND length(address) <= 64", name="lengths"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = mapped_column(ForeignKey("people.accounts.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    recorded_at: Mapped[RecordedAt]
    last_seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    browser: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)


class Grant(Validity, Base):
    """A role held on a division's subtree for a time.

    Rights are apart (三员分立): at any time an account holds roles of one branch only, managing accounts,
    auditing, or working; the exclusion makes the database refuse a mixture. A grant ended on the day it was given was
    held for no day.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_order"),
        ExcludeConstraint(
            ("account_id", "="), ("branch", "<>"), ("valid", "&&"), name="excl_grants_rights_apart", using="gist"
        ),
        ExcludeConstraint(
            ("account_id", "="),
            ("role", "="),
            ("unit_id", "="),
            ("valid", "&&"),
            name="excl_grants_once",
            using="gist",
        ),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = mapped_column(ForeignKey("people.accounts.id"))
    role: Mapped[str] = mapped_column(Text)
    branch: Mapped[int] = mapped_column(
        SmallInteger,
        Computed("CASE role WHEN 'administrator' THEN 1 WHEN 'auditor' THEN 2 ELSE 3 END", persisted=True),
    )
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("divisions.units.id"))
    granted_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]


class SignInTry(Base):
    """One try to sign in, for the back-off and the auditor."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        Index("ix_sign_in_tries_login", "login", "recorded_at"),
        Index("ix_sign_in_tries_address", "address", "recorded_at"),
        CheckConstraint("length(login) <= 40 AND length(address) <= 64", name="lengths"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    recorded_at: Mapped[RecordedAt]
    login: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    succeeded: Mapped[bool]
