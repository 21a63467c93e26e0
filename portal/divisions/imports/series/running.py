"""A run: lists against those that are kept, units derived from all of them, the difference entered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.divisions.imports.series.against import Difference, Holding, compare
from portal.divisions.imports.series.recognising import Bearers, recognise
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries import lists as kept_queries
from portal.divisions.queries import series as queries
from portal.divisions.queries.lists import KeptList
from portal.divisions.queries.series import HeldCode
from portal.divisions.rules.series import Decisions, PublishedList, Series, Settled, derive
from portal.divisions.rules.series.lives import Report
from portal.divisions.service.ancestry import one_at_a_time
from portal.divisions.service.lists import keep_lists, record_gaps
from portal.divisions.service.series import enter_series
from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text

SILENT: Report = lambda done, total: None  # noqa: E731 - as short as it says


@dataclass(frozen=True)
class Asked:
    """Lists of one system and scope with the decisions on them; `announced` makes the units public from their days."""

    lists: Sequence[PublishedList]
    decisions: Decisions
    announced: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run did, or would do; with open questions nothing was written."""

    lists_new: int
    lists_known: int
    counts: Mapping[str, int] = field(default_factory=dict)
    open: Sequence[Settled] = ()
    decided: Mapping[str, int] = field(default_factory=dict)
    """How many questions were decided by `decision`, `rule` or `proposal`."""
    warnings: Sequence[Settled] = ()
    """Codes that went to another unit."""
    gaps: int = 0
    """Rows whose parent is missing, those directly below a province left out."""
    remarks: Sequence[Text] = ()

    @property
    def changes(self) -> int:
        """How many rows were written or superseded."""
        return self.lists_new + sum(self.counts.values())


def run_series(session: Session, actor: Actor, asked: Asked, today: dt.date, report: Report = SILENT) -> Outcome:
    """Derives units from the lists and those kept of the same series, and enters what the base does not have.

    Raises `RuleBroken` when another list of the same day is kept, or what is on record contradicts the decisions.
    """
    policy.require(actor, IMPORT_UNITS)
    one_at_a_time(session)
    kept = _kept(session, asked.lists)
    new = _new(asked.lists, kept)
    whole = [kept_queries.published_list(session, one) for one in kept.values()] + new
    steps = len(whole)
    series = derive(whole, asked.decisions, lambda done, total: report(done, 4 * steps))
    known = len(asked.lists) - len(new)
    if series.open:
        return Outcome(len(new), known, open=series.open)
    found = _difference(session, series, asked)
    report(2 * steps, 4 * steps)
    gaps = _write(session, actor, asked, series, found, (kept, new), today)
    report(4 * steps, 4 * steps)
    return _outcome(series, found, (len(new), known), gaps)


def _kept(session: Session, lists: Sequence[PublishedList]) -> dict[dt.date, KeptList]:
    systems = {(one.system, one.scope) for one in lists}
    if len(systems) != 1:
        raise RuleBroken(text("The lists of a run are of one code system and one scope."))
    ((system, scope),) = systems
    return {one.as_of: one for one in kept_queries.kept_lists(session, system, scope)}


def _new(lists: Sequence[PublishedList], kept: Mapping[dt.date, KeptList]) -> list[PublishedList]:
    titles = {one.title for one in kept.values()}
    new = []
    for one in lists:
        known = kept.get(one.as_of)
        if known is None:
            new.append(one)
        elif known.sha256 != one.sha256:
            raise RuleBroken(text("Another list of this day is kept already: %(key)s.", key=known.key))
    twice = [one.title for one in new if one.title in titles]
    if twice:
        raise RuleBroken(text("Another list bears this title already: %(title)s.", title=twice[0]))
    return new


def _difference(session: Session, series: Series, asked: Asked) -> Difference:
    system = series.lists[0].system
    held = queries.held_codes(session, system)
    bearers = Bearers(held, system)
    known = recognise(series, bearers)
    codes: dict[int, list[HeldCode]] = defaultdict(list)
    for row in held:
        if row.system == system:
            codes[row.unit_id].append(row)
    versions = queries.held_versions(session, known.values())
    edges = queries.held_edges(session, known.values())
    return compare(series, Holding(bearers, known, versions, codes, edges), announced=asked.announced)


def _write(
    session: Session,
    actor: Actor,
    asked: Asked,
    series: Series,
    found: Difference,
    lists: tuple[Mapping[dt.date, KeptList], Sequence[PublishedList]],
    today: dt.date,
) -> int:
    """Everything that is new; gives how many gaps were recorded."""
    kept, new = lists
    recorded = kept_queries.gap_keys(session, [one.id for one in kept.values()])
    by_key = {one.key: one.id for one in kept.values()}
    gaps = [gap for gap in series.gaps if gap.code not in recorded.get(by_key.get(gap.list_key, 0), ())]
    if asked.dry_run or not (new or gaps or found.derived):
        return len(gaps)
    by_key |= keep_lists(session, actor, new)
    record_gaps(session, ((by_key[gap.list_key], gap) for gap in gaps))
    manifest = {"lists": [one.key for one in new], "counts": _counts(found, len(gaps)), "decided": _decided(series)}
    enter_series(session, actor, found.derived, manifest, today)
    return len(gaps)


def _outcome(series: Series, found: Difference, lists: tuple[int, int], gaps: int) -> Outcome:
    return Outcome(
        *lists,
        _counts(found, gaps),
        decided=_decided(series),
        warnings=[one for one in series.settled if one.warning is not None],
        gaps=sum(not gap.direct for gap in series.gaps),
        remarks=found.remarks,
    )


def _counts(found: Difference, gaps: int) -> dict[str, int]:
    batch = found.derived.batch
    old = len(batch.old_versions) + len(batch.old_codes) + len(found.derived.old_edges)
    return {
        "units": len(batch.new),
        "versions": len(batch.versions),
        "codes": len(batch.codes),
        "edges": len(found.derived.edges),
        "gaps": gaps,
        "superseded": old,
    }


def _decided(series: Series) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in series.settled:
        found[one.decided or "open"] += 1
    return dict(found)
