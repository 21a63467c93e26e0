"""Taking back what an import wrote, while nothing was built on it. Rows are closed and come back as copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, literal_column, select, update
from sqlalchemy.orm import Session

from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries import built_on
from portal.divisions.queries.built_on import DATED, NOT_SAID
from portal.divisions.queries.many import any_of
from portal.divisions.rules.id_ranges import from_ranges
from portal.divisions.service.ancestry import one_at_a_time, rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.text import Text, text

NAMED = 5
"""Divisions that a sentence lists."""


@dataclass(frozen=True)
class Wrote:
    """What an import wrote, by internal ids: new units, and by table the rows it added and those it superseded."""

    units: Sequence[int]
    added: Mapping[str, Sequence[int]]
    superseded: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Wrote:
        """From what `enter_units` gave."""
        return cls(from_ranges(kept["units"]), _by_table(kept["added"]), _by_table(kept["superseded"]))


def take_back_units(session: Session, actor: Actor, kept: Mapping[str, object]) -> None:
    """Makes an import undone: its rows are believed no longer, and those it superseded come back as copies.

    Units that it added stay as identities of which nothing is said. Raises `RuleBroken`, and changes nothing, when
    something has been built on it: later rows, divisions below, or entries of other rooms.
    """
    policy.require(actor, IMPORT_UNITS)
    one_at_a_time(session)
    wrote = Wrote.of(kept)
    standing = {table: built_on.standing(session, table, ids) for table, ids in wrote.added.items()}
    check_nothing_stands_on(session, wrote, standing)
    for table, found in standing.items():
        _supersede(session, table, found.values())
    for table, ids in wrote.superseded.items():
        _bring_back(session, table, ids)
    rebuild_ancestry(session)
    trail.record(session, actor, "import_undone", "divisions.import", new_public_id(), after={"wrote": dict(kept)})
    session.flush()
    units_announced.send("divisions", session=session, actor=actor)


def check_nothing_stands_on(session: Session, wrote: Wrote, standing: Mapping[str, Mapping[int, int]]) -> None:
    """Raises `RuleBroken` with what was built on an import and on which of its divisions."""
    changed = set(_changed(session, wrote, standing))
    if changed:
        raise RuleBroken(_changed_since(len(changed), built_on.last_names(session, sorted(changed)[:NAMED])))
    found = built_on.references_to(session, wrote.units) if wrote.units else []
    if found:
        named = [unit for one in found for unit in one.unit_ids]
        raise RuleBroken(_named_since(found, built_on.last_names(session, named[:NAMED])))


def _changed(session: Session, wrote: Wrote, standing: Mapping[str, Mapping[int, int]]) -> Iterator[int]:
    """Units of rows that something else has replaced, or to which something was added."""
    for table, ids in wrote.added.items():
        gone = set(ids) - standing[table].keys()
        yield from built_on.units_of(session, table, gone)
        if wrote.units:
            yield from built_on.added_since(session, table, wrote.units, list(standing[table].values()))


def _supersede(session: Session, table: str, ids: Iterable[int]) -> None:
    kind = DATED[table]
    session.execute(
        update(kind)
        .where(kind.id == any_of(ids))
        .values(superseded_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _bring_back(session: Session, table: str, ids: Sequence[int]) -> None:
    kind = DATED[table]
    names = [one.name for one in kind.__table__.columns if one.name not in NOT_SAID and not one.computed]
    plain: list[Any] = [literal_column(name) for name in names]
    rows = select(*plain).select_from(kind.__table__).where(kind.id == any_of(ids))
    session.execute(insert(kind).from_select(names, rows))


def _by_table(kept: object) -> dict[str, Sequence[int]]:
    if not isinstance(kept, Mapping):
        raise TypeError("no ids by table")
    return {table: from_ranges(kept[table]) for table in DATED if table in kept}


def _changed_since(count: int, names: Sequence[str]) -> Text:
    return text(
        "This import cannot be undone any more: something was entered since for %(count)s of its divisions or below "
        "them, such as %(names)s. Undo or correct the later entries first.",
        count=count,
        names="、".join(names) or "–",
    )


def _named_since(found: Sequence[built_on.StandsOn], names: Sequence[str]) -> Text:
    return text(
        "This import cannot be undone any more: other records belong to its divisions (%(tables)s), such as to "
        "%(names)s.",
        tables=", ".join(f"{one.table} {one.rows}" for one in found),
        names="、".join(names) or "–",
    )
