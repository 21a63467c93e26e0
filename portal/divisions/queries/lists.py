"""Lists that are kept, their rows as written, and the gaps that were found in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import DivisionList, ListGap, ListRow
from portal.divisions.rules.series import PublishedList, Row
from portal.errors import NotFound
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class KeptList:
    """A list without its rows; `rows` counts them."""

    id: int
    key: str
    title: str
    system: str
    as_of: dt.date
    precision: str
    scope: str
    source: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class OpenGap:
    """A unit above that lists name by their digits and do not have: how many rows of which lists miss it."""

    system: str
    wanted: str
    first: dt.date
    last: dt.date
    lists: int
    rows: int


def kept_lists(session: Session, system: str | None = None, scope: str | None = None) -> list[KeptList]:
    """All kept lists, of one system or scope where asked for, by system and day."""
    query = _lists().order_by(DivisionList.system, DivisionList.as_of, DivisionList.scope)
    if system is not None:
        query = query.where(DivisionList.system == system)
    if scope is not None:
        query = query.where(DivisionList.scope == scope)
    return [KeptList(*row) for row in session.execute(query)]


def kept_list(session: Session, key: str) -> KeptList:
    """A list by its key; raises `NotFound`."""
    row = session.execute(_lists().where(DivisionList.key == key)).one_or_none()
    if row is None:
        raise NotFound(text("There is no list %(key)s.", key=key))
    return KeptList(*row)


def list_at(session: Session, system: str, at: dt.date, prefix: str = "") -> KeptList | None:
    """The last list of a system up to a day that speaks of the codes with a prefix."""
    covers = func.starts_with(prefix, DivisionList.scope)
    query = _lists().where(DivisionList.system == system, DivisionList.as_of <= at, covers)
    row = session.execute(query.order_by(DivisionList.as_of.desc(), DivisionList.scope.desc()).limit(1)).one_or_none()
    return None if row is None else KeptList(*row)


def rows_of(session: Session, list_id: int, prefix: str = "") -> list[Row]:
    """The rows of a list as they were written, in their order; those whose code begins with a prefix."""
    columns = (ListRow.code, ListRow.name, ListRow.kind, ListRow.parent_code, ListRow.parent_name)
    query = select(*columns).where(ListRow.list_id == list_id).order_by(ListRow.position)
    if prefix:
        query = query.where(ListRow.code.startswith(prefix, autoescape=True))
    return [Row(*row) for row in session.execute(query)]


def published_list(session: Session, kept: KeptList) -> PublishedList:
    """A kept list with its rows, exactly as it came."""
    rows = tuple(rows_of(session, kept.id))
    return PublishedList(kept.system, kept.as_of, kept.precision, kept.scope, kept.title, kept.source, rows)


def gap_keys(session: Session, list_ids: Sequence[int]) -> Mapping[int, set[str]]:
    """The codes of which gaps are recorded, by list."""
    found: dict[int, set[str]] = {list_id: set() for list_id in list_ids}
    query = select(ListGap.list_id, ListGap.code).where(ListGap.list_id.in_(list(list_ids)))
    for list_id, code in session.execute(query):
        found[list_id].add(code)
    return found


def open_gaps(session: Session, system: str | None = None) -> list[OpenGap]:
    """Units above that are missing in lists, those left out that stand for "directly below the province"."""
    query = (
        select(
            DivisionList.system,
            ListGap.wanted,
            func.min(DivisionList.as_of),
            func.max(DivisionList.as_of),
            func.count(DivisionList.id.distinct()),
            func.count(),
        )
        .join(DivisionList, DivisionList.id == ListGap.list_id)
        .where(~ListGap.direct)
        .group_by(DivisionList.system, ListGap.wanted)
        .order_by(DivisionList.system, ListGap.wanted)
    )
    if system is not None:
        query = query.where(DivisionList.system == system)
    return [OpenGap(*row) for row in session.execute(query)]


def _lists() -> Select[int, str, str, str, dt.date, str, str, str, str, int]:
    return select(
        DivisionList.id,
        DivisionList.key,
        DivisionList.title,
        DivisionList.system,
        DivisionList.as_of,
        DivisionList.precision,
        DivisionList.scope,
        DivisionList.source,
        DivisionList.sha256,
        DivisionList.rows,
    )
