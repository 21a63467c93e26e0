"""The roles of the house and the rule that rights are apart (三员分立)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from portal.errors import NotFound, RuleBroken
from portal.kernel.i18n.text import Text, text


class Branch(enum.IntEnum):
    """The three powers that nobody may join in one hand; the numbers are those of `people.grants.branch`."""

    ADMINISTRATION = 1
    AUDIT = 2
    WORK = 3


@dataclass(frozen=True)
class Role:
    """A role as it is granted on a division's subtree: its key, its name, what it is for."""

    key: str
    title: Text
    duty: Text
    branch: Branch = Branch.WORK


@dataclass(frozen=True)
class Held:
    """A role somebody holds during `[since, until)`; without `until` it has no end."""

    role: str
    since: dt.date
    until: dt.date | None = None


ROLES: tuple[Role, ...] = (
    Role("officer", text("Disaster information officer"), text("Files disaster reports for a town or committee.")),
    Role("town_reviewer", text("Town reviewer"), text("Checks the reports of a town, passes them on or returns them.")),
    Role("duty_manager", text("District duty manager"), text("Approves reports, keeps the duty list of the district.")),
    Role("risk_assessor", text("Risk assessor"), text("Draws hazards on the map and keeps their levels.")),
    Role("publisher", text("Publisher"), text("Publishes the maps that everyone can see.")),
    Role("surveyor", text("Surveyor"), text("Measures boundary markers and hands in positions.")),
    Role("boundary_manager", text("Boundary manager"), text("Keeps boundary lines, markers and joint inspections.")),
    Role("storekeeper", text("Storekeeper"), text("Receives and issues the goods of a relief depot.")),
    Role("relief_manager", text("Relief manager"), text("Plans relief stock and orders transfers.")),
    Role("division_clerk", text("Division clerk"), text("Keeps the register of administrative divisions.")),
    Role("auditor", text("Auditor"), text("Reads everything, the audit trail too, and changes nothing."), Branch.AUDIT),
    Role(
        "administrator",
        text("Administrator"),
        text("Keeps accounts and roles and reads no report."),
        Branch.ADMINISTRATION,
    ),
)

_BY_KEY = {role.key: role for role in ROLES}


def role_named(key: str) -> Role:
    """The role of a key; raises `NotFound` for any other word."""
    try:
        return _BY_KEY[key]
    except KeyError:
        raise NotFound(text("There is no role %(role)s.", role=key[:40])) from None


def check_rights_apart(held: Iterable[Held], new: Held) -> None:
    """Raises `RuleBroken` if at any time the roles would join two of managing accounts, auditing and working.

    Decision 17 (三员分立); compare GB/T 22239-2019, where system, security and audit administrators are three.
    """
    for other in held:
        if role_named(other.role).branch != role_named(new.role).branch and _overlap(other, new):
            message = text(
                "%(new)s and %(held)s must not be one person: managing accounts, auditing and working are kept apart.",
                new=role_named(new.role).title,
                held=role_named(other.role).title,
            )
            raise RuleBroken(message)


def check_not_held(held: Iterable[Held], new: Held) -> None:
    """Raises `RuleBroken` if a role is already held on the same division at some time of the new period."""
    for other in held:
        if other.role == new.role and _overlap(other, new):
            raise RuleBroken(text("%(role)s is already held here.", role=role_named(new.role).title))


def _overlap(one: Held, other: Held) -> bool:
    return _starts_before_end(one, other) and _starts_before_end(other, one)


def _starts_before_end(one: Held, other: Held) -> bool:
    never_held = other.until is not None and other.until <= other.since
    return not never_held and (other.until is None or one.since < other.until)
