"""Naming the home district, once, when the portal is set up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy.orm import Session

from portal.divisions.catalogue import code_systems, kinds
from portal.divisions.models import Home, Unit
from portal.divisions.permissions import MAKE_HOME
from portal.divisions.queries import home_unit_id
from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.service.batch import Batch, CodeRow, NewUnit, Term, VersionRow, write_batch
from portal.divisions.signals import units_announced
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class MakeHome:
    """The home district as it is from `at` on; `codes` by code system (`mca`, `nbs`). It is public at once."""

    name: str
    name_en: str | None
    kind: str
    level: int
    at: dt.date
    source: str
    codes: Mapping[str, str] = field(default_factory=dict)
    precision: str = "day"


def make_home(session: Session, actor: Actor, command: MakeHome) -> Unit:
    """Adds the home district and names it so; raises `RuleBroken` when there is one already."""
    policy.require(actor, MAKE_HOME)
    _check(command)
    if home_unit_id(session) is not None:
        raise RuleBroken(text("This portal has its home district already."))
    unit = NewUnit()
    unit_id = write_batch(session, _batch(unit, command)).units[unit]
    session.add(Home(unit_id=unit_id))
    rebuild_ancestry(session)
    trail.record(session, actor, "made_home", "divisions.unit", unit.public_id, after=asdict(command))
    session.flush()
    units_announced.send("divisions", session=session, actor=actor)
    return session.get_one(Unit, unit_id)


def _check(command: MakeHome) -> None:
    if not command.name.strip():
        raise FormInvalid({"name": [text("Enter the name of the district.")]})
    if command.kind not in kinds():
        raise FormInvalid({"kind": [text("“%(kind)s” is not a kind of division.", kind=command.kind)]})
    for system in command.codes:
        if system not in code_systems():
            raise FormInvalid({"codes": [text("“%(system)s” is not a code system.", system=system)]})


def _batch(unit: NewUnit, command: MakeHome) -> Batch:
    term = Term(command.at, None, command.precision, command.at, command.source)
    version = VersionRow(unit, None, command.name, command.kind, command.level, term, name_en=command.name_en)
    codes = [CodeRow(unit, system, code, term) for system, code in command.codes.items()]
    return Batch(new=[unit], versions=[version], codes=codes)
