"""The planned rows into the tables, and an import as a whole out of them again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.divisions.exchange.planning import Planned, outcomes, plan_rows
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.service import enter_units, one_at_a_time, take_back_units
from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Manifest, Staging
from portal.kernel.i18n.text import text


def enter(session: Session, actor: Actor, staging: Staging) -> Manifest:
    """Plans the new and changed rows again, alone among writers, and writes them.

    Raises `RuleBroken` when something else would become of a row than was shown.
    """
    policy.require(actor, IMPORT_UNITS)
    one_at_a_time(session)
    planned = plan_rows(session, actor, staging)
    _check_as_shown(session, planned)
    said = planned.command
    manifest: dict[str, object] = {
        "file": staging.source,
        "at": said.at.isoformat(),
        "announced_on": said.announced_on.isoformat() if said.announced_on else None,
        "code_system": said.code_system,
        "crs": sorted({unit.staged.crs for unit in planned.checked.matched if unit.staged.crs}),
        "counts": planned.plan.counts,
    }
    wrote = enter_units(session, actor, planned.plan.batch, manifest, staging.today)
    return {**manifest, "wrote": wrote}


def undo(session: Session, actor: Actor, manifest: Manifest) -> None:
    """Takes an import back, or raises `RuleBroken` when something was built on it."""
    wrote = manifest["wrote"]
    assert isinstance(wrote, dict)  # noqa: S101 - as `enter` made it
    take_back_units(session, actor, wrote)


def _check_as_shown(session: Session, planned: Planned) -> None:
    found = outcomes(session, planned)
    for number, row in planned.rows.items():
        action, target, _ = found.get(number, (None, None, None))
        if row.refused or (action, target) != (row.action, row.target):
            raise RuleBroken(
                text(
                    "The division of line %(line)s was changed since the file was checked. Check the file again.",
                    line=row.line,
                )
            )
