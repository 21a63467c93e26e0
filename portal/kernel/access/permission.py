"""The type of a permission; each room declares its own in `permissions.py` and says which roles hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from portal.kernel.i18n.text import Text

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = "anyone"
"""Declares a view public: it reads the published model only."""

OWN_ACCOUNT = "own account"
"""Declares a view that stays open to somebody who has to change the password first."""


@dataclass(frozen=True)
class Permission:
    """`room:thing:verb`, a sentence for people, and the roles that have it on their division's subtree."""

    key: str
    title: Text
    roles: frozenset[str]

    def __str__(self) -> str:
        return self.key


def needs(permission: Permission) -> Callable[[View], View]:
    """Declares that a view may be entered only with this permission somewhere."""

    def declare(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return declare


def signed_in(view: View) -> View:
    """Declares that a view is for anyone who is signed in, such as one's own sessions."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def own_account(view: View) -> View:
    """Declares that a view is for anyone signed in, even before a password that is due was changed."""
    view.needs = OWN_ACCOUNT  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Declares that a view is for anyone at all."""
    view.needs = ANYONE  # type: ignore[attr-defined]
    return view
