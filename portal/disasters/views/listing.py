"""The duty list as a page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.disasters import queries
from portal.disasters.catalogue import Catalogue, Deadline, Indicator, in_force
from portal.disasters.forms.filters import STATES
from portal.disasters.models import Draft
from portal.disasters.permissions import REPORT_FILE, REPORT_READ
from portal.disasters.queries import DutyFilter, DutyRow
from portal.disasters.rules.clock import day_of, parse_moment
from portal.disasters.rules.deadlines import Standing, standing
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.lifecycle import Mode
from portal.divisions.queries import unit_names
from portal.errors import BadInput
from portal.kernel.web.state import actor, app_session, now

PAGE = 50
HEADLINE = 4
"""So many figures stand in a row of the list: the first of the form that are known and not 0."""


@dataclass(frozen=True)
class Entry:
    """A report in the list."""

    row: DutyRow
    headline: Sequence[tuple[Indicator, Figure]]
    standing: Standing | None


@dataclass(frozen=True)
class DraftEntry:
    """A draft above the list."""

    draft: Draft
    unit_name: str
    standing: Standing | None


@dataclass(frozen=True)
class Listing:
    """One page of the list with the counts of the whole."""

    entries: Sequence[Entry]
    counts: Mapping[tuple[str, str], int]
    catalogue: Catalogue
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))

    @property
    def deadline(self) -> Deadline | None:
        """What the clocks run against."""
        return self.catalogue.deadline("initial")

    @property
    def modes(self) -> list[Mode]:
        """The kinds of event that are counted, each by itself; real ones always."""
        return [mode for mode in Mode if mode == Mode.ACTUAL or any(counted == mode for counted, _ in self.counts)]

    def counted(self, mode: Mode) -> list[tuple[object, int, str]]:
        """How many reports of one kind stand where: (state in words, count, no unit)."""
        return [(words, self.counts.get((mode, state), 0), "") for state, words in STATES.items()]


def duty_listing(wanted: DutyFilter, number: int) -> Listing:
    """A page of the list, 1 the first; a number beyond the end gives the last."""
    session, somebody, moment = app_session(), actor(), now()
    catalogue = in_force(day_of(moment))
    counts = queries.duty_counts(session, somebody, REPORT_READ, wanted)
    total = sum(count for (_, state), count in counts.items() if wanted.state in ("", state))
    number = min(max(1, number), max(1, -(-total // PAGE)))
    rows = queries.duty_rows(session, somebody, REPORT_READ, wanted, PAGE, (number - 1) * PAGE)
    figures = queries.headlines(session, rows)
    deadline = catalogue.deadline("initial")
    entries = [
        Entry(
            row,
            headline(catalogue, figures.get(row.version_id, {})),
            standing(deadline, row.occurred_at, row.done_at, moment),
        )
        for row in rows
    ]
    return Listing(entries, counts, catalogue, number, total)


def headline(catalogue: Catalogue, figures: Mapping[str, Figure]) -> list[tuple[Indicator, Figure]]:
    """The figures that stand in the list."""
    known = [(each, figures[each.key]) for each in catalogue.indicators.first_report() if each.key in figures]
    return [(each, figure) for each, figure in known if figure.cumulative][:HEADLINE]


def draft_entries() -> list[DraftEntry]:
    """What the actor can go on with; nothing for those who do not file."""
    session, somebody, moment = app_session(), actor(), now()
    if not somebody.may(REPORT_FILE):
        return []
    drafts = queries.open_drafts(session, somebody, REPORT_FILE)
    names = unit_names(session, [draft.unit_id for draft in drafts], day_of(moment))
    deadline = in_force(day_of(moment)).deadline("initial")
    return [
        DraftEntry(draft, names.get(draft.unit_id, ""), standing(deadline, _occurred_at(draft), None, moment))
        for draft in drafts
    ]


def _occurred_at(draft: Draft) -> dt.datetime | None:
    try:
        return parse_moment(str(draft.typed.get("occurred_at", "")))
    except BadInput:
        return None
