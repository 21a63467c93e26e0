"""Naming the home district, once, when the portal is set up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy.orm import Session

from portal.divisions.models import Home, Unit, UnitCode, UnitVersion
from portal.divisions.permissions import MAKE_HOME
from portal.divisions.queries import home_unit_id
from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.errors import RuleBroken
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
    if home_unit_id(session) is not None:
        raise RuleBroken(text("This portal has its home district already."))
    unit = Unit()
    session.add(unit)
    session.flush()
    session.add_all([_version(unit, command), *_codes(unit, command), Home(unit_id=unit.id)])
    rebuild_ancestry(session)
    trail.record(session, actor, "made_home", "divisions.unit", unit.public_id, after=asdict(command))
    session.flush()
    units_announced.send("divisions", session=session, actor=actor)
    return unit


def _version(unit: Unit, command: MakeHome) -> UnitVersion:
    return UnitVersion(
        unit_id=unit.id,
        name=command.name,
        name_en=command.name_en,
        kind=command.kind,
        level=command.level,
        valid_from=command.at,
        valid_from_precision=command.precision,
        announced_on=command.at,
        source=command.source,
    )


def _codes(unit: Unit, command: MakeHome) -> list[UnitCode]:
    return [
        UnitCode(
            unit_id=unit.id,
            system=system,
            code=code,
            valid_from=command.at,
            valid_from_precision=command.precision,
            announced_on=command.at,
            source=command.source,
        )
        for system, code in command.codes.items()
    ]
