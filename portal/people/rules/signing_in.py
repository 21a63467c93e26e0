"""How sign-ins are told apart and slowed down: logins, tokens, waiting after failed tries."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import re
import secrets
import unicodedata
from dataclasses import dataclass

from portal.kernel.i18n.text import Text, text

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
NO_LOGIN = "?"
"""Recorded for a typed name that cannot be one; people type passwords there, and those must not be kept."""

WINDOW = dt.timedelta(hours=1)
"""Failed tries older than this are forgotten."""
LASTING_KNOWN = dt.timedelta(days=30)
"""Where a login signed in so recently only its own failures from there count: a stranger's tries elsewhere do not keep
anybody from working at their own desk."""
LONGEST_SESSION = dt.timedelta(days=7)
"""A session ends after this time however busy it is."""


@dataclass(frozen=True)
class Patience:
    """How many failed tries are free, and how long the wait may grow after them."""

    free: int
    longest: dt.timedelta


FOR_LOGIN = Patience(free=5, longest=dt.timedelta(minutes=5))
"""The cap keeps a stranger from locking anyone out for longer."""
FOR_ADDRESS = Patience(free=20, longest=dt.timedelta(minutes=5))
"""Looser: a whole office may share one address."""


@dataclass(frozen=True)
class Failures:
    """Failed tries within the window: how many, and when the last one was."""

    count: int
    last_at: dt.datetime | None


def tidy_login(typed: str) -> str:
    """The login somebody means, in small letters; `NO_LOGIN` for what can be none."""
    login = unicodedata.normalize("NFKC", typed).strip().lower()
    return login if LOGIN.fullmatch(login) else NO_LOGIN


def tidy_address(address: str | None) -> str:
    """What stands for a visitor's address: of IPv6 the network of 64 bits, of which one household has all."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))


def wait_s(failures: Failures, patience: Patience, now: dt.datetime) -> int:
    """Seconds until the next try: none for the free ones, then 2, 4, 8 … after the last, up to the longest."""
    over = failures.count - patience.free
    if over < 0 or failures.last_at is None:
        return 0
    pause = min(2.0 ** min(over + 1, 30), patience.longest.total_seconds())
    left = pause - (now - failures.last_at).total_seconds()
    return max(0, round(left + 0.5))


def how_long(seconds: int) -> Text:
    """A wait in words."""
    if seconds < 60:
        return text("%(count)s seconds", count=seconds)
    return text("%(count)s minutes", count=-(-seconds // 60))


def new_token() -> str:
    """What a browser's cookie carries: 32 random bytes."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token. It is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()
