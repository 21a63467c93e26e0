"""Names on record that are like a proposed one, whoever asks: duplicates do not end at the edge of somebody's scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Unit, UnitVersion
from portal.divisions.queries import ancestors, unit, unit_names, within
from portal.toponyms.catalogue import Kind
from portal.toponyms.models import Application, Name, NameVersion
from portal.toponyms.queries.scope import lies_within
from portal.toponyms.rules.findings import Found
from portal.toponyms.rules.likeness import Known, Proposed
from portal.toponyms.rules.moves import OPEN
from portal.toponyms.rules.pinyin import proposed, said

MOST = 200
"""Names of one sort that a check reads; more than that are like each other in their specific part only."""


@dataclass(frozen=True)
class LegalRange:
    """Within what names are compared: a division, None for all on record; `whole` if the register reaches that far."""

    root: int | None
    name: str
    whole: bool


@dataclass(frozen=True)
class Besides:
    """What is not compared: the name and the application that the proposal itself is, and its own division."""

    name_id: int | None = None
    application: int | None = None
    received_on: dt.date = dt.date.max
    unit_id: int | None = None


def legal_range(session: Session, unit_id: int, level: int, at: dt.date) -> LegalRange:
    """The ancestor of a level on a day; the highest one that is known where the register does not reach so high."""
    own = unit(session, unit_id, at)
    line = [*ancestors(session, unit_id, at), *([own] if own else [])]
    if level == 0 or not line:
        return LegalRange(None, line[0].name if line else "", whole=False)
    found = next((one for one in reversed(line) if one.level <= level), line[0])
    return LegalRange(found.id, found.name, whole=found.level == level)


def known_alike(
    session: Session, wanted: Proposed, kind: Kind, within_range: LegalRange, at: dt.date, besides: Besides
) -> list[Known]:
    """Names in the register, names of divisions, and open applications within a range that may be like the proposal."""
    return [
        *_in_register(session, wanted, within_range, at, besides),
        *_divisions(session, kind.division_levels, within_range, at, besides),
        *_applications(session, wanted, within_range, at, besides),
    ]


def register_query(wanted: Proposed, root: int | None, besides: Besides) -> object:
    """The statement that looks into the register; folded Pinyin, name and former names are each indexed."""
    sounds = [wanted.folded, *wanted.readings]
    like = or_(
        NameVersion.folded.in_(sounds),
        NameVersion.specific_folded == wanted.specific_folded,
        NameVersion.name == wanted.name,
        NameVersion.former.contains([wanted.name]),
    )
    query = select(NameVersion, Name.public_id).join(Name, Name.id == NameVersion.name_id)
    query = query.where(like, NameVersion.superseded_at.is_(None))
    if besides.name_id is not None:
        query = query.where(NameVersion.name_id != besides.name_id)
    if root is not None:
        query = query.where(lies_within([root]))
    return query.order_by(NameVersion.folded != wanted.folded, NameVersion.id).limit(MOST)


def _in_register(
    session: Session, wanted: Proposed, within_range: LegalRange, at: dt.date, besides: Besides
) -> Iterator[Known]:
    rows = session.execute(register_query(wanted, within_range.root, besides)).all()  # type: ignore[call-overload]
    units = unit_names(session, (version.unit_id for version, _ in rows), at)
    for version, public_id in rows:
        where = units.get(version.unit_id, "")
        called_so = version.name != wanted.name and version.folded != wanted.folded and wanted.name in version.former
        standing = "former" if called_so else _standing(version, at)
        yield _known(version, public_id, standing, where, wanted)


def _known(version: NameVersion, public_id: uuid.UUID, standing: str, where: str, wanted: Proposed) -> Known:
    name, tones = version.name, version.toned
    found = Found(name, version.pinyin, "register", standing, where, version.kind, str(public_id))
    if standing == "former":
        name, tones = wanted.name, wanted.toned
    specific = version.specific if version.specific_folded == wanted.specific_folded else ""
    return Known(name, tones, specific, version.kind, found)


def _standing(version: NameVersion, at: dt.date) -> str:
    if version.status == "cancelled":
        return "cancelled"
    return "earlier" if version.valid_to is not None and version.valid_to <= at else "in_use"


def _divisions(
    session: Session, levels: Sequence[int], within_range: LegalRange, at: dt.date, besides: Besides
) -> Iterator[Known]:
    if not levels:
        return
    query = select(UnitVersion, Unit.public_id).join(Unit, Unit.id == UnitVersion.unit_id)
    query = query.where(UnitVersion.superseded_at.is_(None), UnitVersion.level.in_(levels))
    if within_range.root is not None:
        query = query.where(_below(within_range.root))
    if besides.unit_id is not None:
        query = query.where(UnitVersion.unit_id != besides.unit_id)
    for version, public_id in session.execute(query.order_by(UnitVersion.id)):
        ended = version.valid_to is not None and version.valid_to <= at
        shown = proposed(version.name, "")
        found = Found(
            version.name, shown, "division", "earlier" if ended else "in_use", "", version.kind, str(public_id)
        )
        yield Known(version.name, said(version.name), "", version.kind, found)


def _below(root: int) -> ColumnElement[bool]:
    return exists().where(
        Ancestry.ancestor_id == root,
        Ancestry.unit_id == UnitVersion.unit_id,
        Ancestry.valid.op("&&", is_comparison=True)(UnitVersion.valid),
    )


def _applications(
    session: Session, wanted: Proposed, within_range: LegalRange, at: dt.date, besides: Besides
) -> Iterator[Known]:
    like = or_(Application.folded.in_([wanted.folded, *wanted.readings]), Application.name == wanted.name)
    query = select(Application).where(like, Application.state.in_(OPEN), Application.act != "cancelling")
    if besides.application is not None:
        query = query.where(Application.id != besides.application)
    if within_range.root is not None:
        query = query.where(and_(within(Application.unit_id, [within_range.root], Application.received_on)))
    rows = session.scalars(query.order_by(Application.received_on, Application.id).limit(MOST)).all()
    units = unit_names(session, (one.unit_id for one in rows), at)
    for one in rows:
        mine = (besides.received_on, besides.application or 0)
        standing = "open_earlier" if (one.received_on, one.id) < mine else "open"
        where = units.get(one.unit_id, "")
        found = Found(one.name, one.pinyin, "application", standing, where, one.kind, str(one.public_id))
        yield Known(one.name, one.toned, "", one.kind, found)
