"""The checks and the plan that every list of units goes through, whichever way its rows came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.divisions.imports.command import Declared
from portal.divisions.imports.matching import MatchedUnit, Matching
from portal.divisions.imports.planning import Plan
from portal.divisions.imports.report import Report
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.imports.surroundings import look_around
from portal.divisions.imports.tiling import check_tiling
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries.snapshot import (
    KnownShape,
    Snapshot,
    next_shapes,
    shapes_below,
    shapes_of,
    snapshot,
    units_within,
)
from portal.divisions.service import NewUnit
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text


@dataclass(frozen=True)
class Checked:
    """Rows that were matched with what is known, from the highest level down."""

    known: Snapshot
    matched: Sequence[MatchedUnit]


def check_units(
    session: Session, actor: Actor, command: Declared, staged: Sequence[StagedUnit], report: Report
) -> Checked:
    """Matches rows and checks their territories; what is wrong goes to the report, and those rows are still in."""
    known = snapshot(session, command.at)
    matched = Matching(command, known, report, reach(session, actor, command)).run(staged)
    check_tiling(matched, look_around(session, matched, known), command.tolerance_m, report)
    return Checked(known, matched)


def plan_units(session: Session, command: Declared, checked: Checked, report: Report) -> Plan:
    """What has to be written for the rows that nothing keeps out."""
    matched = sound(checked.matched, report)
    ids = [unit.unit for unit in matched if isinstance(unit.unit, int)]
    shapes, following = shapes_of(session, ids, command.at), next_shapes(session, ids, command.at)
    bare = [unit for unit in matched if unit.staged.geometry is not None and unit.unit not in shapes]
    parts = parts_of(session, [unit.unit for unit in bare if isinstance(unit.unit, int)], checked.known)
    return Plan(command, checked.known, shapes, following, parts=parts).make(matched)


def parts_of(session: Session, unit_ids: Sequence[int], known: Snapshot) -> dict[int, list[KnownShape]]:
    """The shapes directly below units, by unit."""
    found: dict[int, list[KnownShape]] = defaultdict(list)
    for unit_id, shape in shapes_below(session, unit_ids, known.at).items():
        parent = known.versions[unit_id].parent_id
        if parent is not None:
            found[parent].append(shape)
    return found


def sound(matched: Sequence[MatchedUnit], report: Report) -> list[MatchedUnit]:
    """The rows that nothing keeps out; a unit whose new parent does not go in is kept out too."""
    gone: set[NewUnit] = set()
    for unit in matched:
        if isinstance(unit.parent, NewUnit) and unit.parent in gone:
            report.error(unit.staged, "unit.parent_refused", _parent_refused(), "parent_code", unit.staged.parent_code)
        if isinstance(unit.unit, NewUnit) and report.is_refused(unit.staged):
            gone.add(unit.unit)
    return [unit for unit in matched if not report.is_refused(unit.staged)]


def reach(session: Session, actor: Actor, command: Declared) -> frozenset[int] | None:
    """The units at or below which somebody may import on the day; None for everywhere."""
    return None if actor.system else units_within(session, actor.scope(IMPORT_UNITS), command.at)


def _parent_refused() -> Text:
    return text("The division it lies in stands in this file and is refused; correct that row first.")
