"""What becomes of each row of a list of divisions: all rows together, against what is believed about the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.divisions.imports.checking import Checked, check_units, plan_units
from portal.divisions.imports.command import Declared
from portal.divisions.imports.from_rows import RowReport, told
from portal.divisions.imports.planning import Plan
from portal.divisions.queries.snapshot import public_ids
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, ImportRow, Staging


@dataclass(frozen=True)
class Planned:
    """The rows by number with what would be written for them."""

    rows: Mapping[int, ImportRow]
    command: Declared
    checked: Checked
    plan: Plan


def plan(session: Session, actor: Actor, staging: Staging) -> None:
    """Settles every row as new, changed, unchanged or refused; writes nothing."""
    planned = plan_rows(session, actor, staging)
    for number, (action, target, changes) in outcomes(session, planned).items():
        planned.rows[number].settle(action, target, changes)


def plan_rows(session: Session, actor: Actor, staging: Staging) -> Planned:
    """Looks at all rows; those that something keeps out are refused, the others planned but not settled."""
    command = declared(staging.options)
    report = RowReport(command)
    staged = [unit for rows in staging.chunks() for unit in report.stage(rows, staging.source)]
    checked = check_units(session, actor, command, staged, report)
    return Planned(report.rows, command, checked, plan_units(session, command, checked, report))


Outcome = tuple[Action, str | None, Mapping[str, tuple[object, object]]]


def outcomes(session: Session, planned: Planned) -> dict[int, Outcome]:
    """What becomes of each sound row, by number; known units by their public id."""
    made = planned.plan
    known = public_ids(session, [unit for unit in made.changes if isinstance(unit, int)])
    found: dict[int, Outcome] = {}
    for unit in planned.checked.matched:
        if unit.unit in made.changes:
            row, target = planned.rows[unit.staged.number], known.get(unit.unit) if isinstance(unit.unit, int) else None
            changes = told(row, planned.command, made.changes[unit.unit])
            found[row.number] = (Action(made.action(unit.unit)), str(target) if target else None, changes)
    return found


def declared(options: Mapping[str, object]) -> Declared:
    """The options as the room's checks take them."""
    at, announced_on = options.get("at"), options.get("announced_on")
    assert isinstance(at, dt.date)  # noqa: S101 - a required option
    texts = {key: str(options[key]) for key in OPTIONAL if options.get(key) is not None}
    return Declared(
        code_system=str(options["code_system"]),
        at=at,
        announced_on=announced_on if isinstance(announced_on, dt.date) else None,
        tolerance_m=float(str(options.get("tolerance_m") or 1.0)),
        **texts,
    )


OPTIONAL = ("precision", "parent_system", "parent_code", "kind", "quality", "source")
