"""Making a change effective: the one moment in which a file becomes rows, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.divisions.models import Change, Lineage
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import content_of, plan_of
from portal.divisions.queries.changes.keys import internal_ids
from portal.divisions.queries.changes.standing import standing_on
from portal.divisions.queries.scope import reached
from portal.divisions.rules.changes.belonging import strangers
from portal.divisions.rules.changes.edges import Edge
from portal.divisions.rules.changes.finding import Finding
from portal.divisions.rules.changes.moves import Move
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.id_ranges import to_ranges
from portal.divisions.service.ancestry import one_at_a_time, rebuild_ancestry
from portal.divisions.service.batch import Batch, Written, write_batch
from portal.divisions.service.changes.writing import Rows
from portal.divisions.signals import units_announced, units_changed
from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text

SHARE_DIGITS = 10


class ChangeRefused(RuleBroken):
    """The plan of a change has errors; `findings` names them with their units."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(_sentence(findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class CarriedOut:
    """What became of a file: ids by its keys, the ground that went, and what was written, for its step."""

    ids: Mapping[str, int]
    moves: tuple[Move, ...]
    wrote: dict[str, object]


def carry_out(session: Session, actor: Actor, file: Change, today: dt.date) -> CarriedOut:
    """Writes versions, codes, shapes and lineage of a file on its effective day, and tells the rooms above.

    Raises `ChangeRefused`, and has written nothing, when the plan as it is now has errors. The file's row is locked.
    """
    one_at_a_time(session)
    on = file.effective_on
    if on is None:
        raise RuleBroken(text("Say first on which day the change takes effect."))
    plan = plan_of(session, file, today)
    if plan.errors:
        raise ChangeRefused(plan.errors)
    _check_reach(session, actor, file, plan, on)
    done = _write(session, file, plan, on)
    rebuild_ancestry(session)
    session.flush()
    units_changed.send("divisions", session=session, actor=actor, moves=done.moves, on=on)
    if file.announced_on is not None and file.announced_on <= today:
        units_announced.send("divisions", session=session, actor=actor)
    return done


def _check_reach(session: Session, actor: Actor, file: Change, plan: Plan, on: dt.date) -> None:
    """That a file is kept by one's own district does not put the units of another into one's hands."""
    content = content_of(file)
    ids = internal_ids(session, content.known_units)
    mine = reached(session, actor, CHANGE_UNITS, ids.values(), on)
    beyond = strangers(content, [key for key, unit_id in ids.items() if unit_id in mine])
    if beyond:
        names = [unit.name for key in beyond if (unit := plan.before.get(key) or plan.after.get(key))]
        raise RuleBroken(text("These divisions are not yours to change: %(names)s.", names="、".join(names)))


def _write(session: Session, file: Change, plan: Plan, on: dt.date) -> CarriedOut:
    known = internal_ids(session, [*plan.before, *(unit.parent for unit in plan.after.values() if unit.parent)])
    source = " ".join(part for part in (file.document_number, file.title) if part)
    standing = standing_on(session, [known[key] for key in plan.before], on)
    rows = Rows(plan, on, file.announced_on, source, known, standing).make()
    written = write_batch(session, rows.batch)
    ids = {**known, **{key: written.units[unit] for key, unit in rows.born.items()}}
    edges = list(_lineage(file, plan.edges, ids, on))
    session.add_all(edges)
    session.flush()
    wrote = {**_wrote(rows.batch, written), "lineage": [edge.id for edge in edges]}
    return CarriedOut(ids, tuple(_move(move, ids, plan) for move in plan.moves), wrote)


def _lineage(file: Change, edges: Sequence[Edge], ids: Mapping[str, int], on: dt.date) -> Iterator[Lineage]:
    for edge in edges:
        move = edge.move
        yield Lineage(
            change_id=file.id,
            edge=edge.edge,
            from_unit_id=ids[edge.source] if edge.source is not None else None,
            to_unit_id=ids[edge.target],
            happened_on=on,
            precision="day",
            area_m2=move.area_m2 if move else None,
            area_share=_exact(move.area_share) if move else None,
            people=move.people if move else None,
            people_share=_exact(move.people_share) if move else None,
            document=file.document_number,
            announced_on=file.announced_on,
        )


def _exact(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(str(round(share, SHARE_DIGITS)))


def _move(move: PlannedMove, ids: Mapping[str, int], plan: Plan) -> Move:
    return Move(
        ids[move.source],
        ids[move.target],
        move.source not in plan.after and move.whole,
        move.geometry,
        move.area_m2,
        move.area_share,
        move.people,
        move.people_share,
    )


def _wrote(batch: Batch, written: Written) -> dict[str, object]:
    """As `take_back_units` takes it."""
    return {
        "units": to_ranges(written.units.values()),
        "added": {
            "unit_versions": to_ranges(written.versions),
            "unit_codes": to_ranges(written.codes),
            "unit_shapes": to_ranges(written.shapes),
        },
        "superseded": {
            "unit_versions": to_ranges(batch.old_versions),
            "unit_codes": to_ranges(batch.old_codes),
            "unit_shapes": to_ranges(batch.old_shapes),
        },
    }


def _sentence(findings: Sequence[Finding]) -> Text:
    first, *others = findings
    if not others:
        return first.text
    return text("%(first)s And %(count)s further reasons; the preview lists them.", first=first.text, count=len(others))
