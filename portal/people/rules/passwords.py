"""Passwords: how they are hashed, what is asked of a new one, and how one is made that a person can type.

Hashing is argon2id with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane); a stored
hash of older parameters is replaced at the next sign-in.
"""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from portal.kernel.i18n.text import Text, text

SHORTEST, LONGEST = 12, 128
FEWEST_CHARACTERS = 6
LONG_LOGIN = 4
"""Shorter logins such as `li` occur in words by chance."""
EASY = ("password", "anjie", "admin", "qwert", "asdf", "zxcv", "12345", "abcde", "88888", "mima")

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs, 5 bits each; without l, o, 0 and 1, so that each can only be read one way."""
GROUPS, GROUP = 4, 4
"""4 groups of 4 signs: 80 bits."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)

DECOY = "$argon2id$v=19$m=19456,t=2,p=1$4Ou8kkqv27LYTAGo4XyNlg$qFoh0FFbDN7+6DA5ZuqqtREyJBOn+lwWEOoqdC0S/xA"
"""Verified in place of the hash of a login that does not exist, so that the answer takes as long."""


def hash_password(password: str) -> str:
    """The argon2id hash with its salt and parameters."""
    return HASHER.hash(_normal(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether a password belongs to a stored hash; None takes the same time and never fits."""
    try:
        verified = HASHER.verify(stored or DECOY, _normal(password[: LONGEST * 2]))
    except (VerificationError, InvalidHashError):
        return False
    return verified and stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def new_password() -> str:
    """A password of 80 random bits in four groups, such as `k7mh-2xqd-tr9e-w4pa`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def weaknesses(password: str, login: str) -> list[Text]:
    """What speaks against a password that somebody chose; empty when nothing does."""
    plain = _normal(password)
    lowered = plain.lower()
    found = []
    if len(plain) < SHORTEST:
        found.append(text("Use at least %(count)s characters; a short sentence is easy to remember.", count=SHORTEST))
    if len(plain) > LONGEST:
        found.append(text("Use at most %(count)s characters.", count=LONGEST))
    if len(login) >= LONG_LOGIN and login in lowered:
        found.append(text("The password must not contain the sign-in name."))
    if len(set(lowered)) < FEWEST_CHARACTERS or any(word in lowered for word in EASY):
        found.append(text("This password is too easy to guess: avoid rows of keys, repeated signs and common words."))
    return found


def _normal(password: str) -> str:
    """One form for what different keyboards send for the same characters."""
    return unicodedata.normalize("NFKC", password)
