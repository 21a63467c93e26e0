"""From lists to units through time: each a life of spans, and the edges between lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.divisions.rules.series.decisions import Decisions
from portal.divisions.rules.series.matching import match, plain_key
from portal.divisions.rules.series.preparing import Gap, Prepared, prepare
from portal.divisions.rules.series.questions import SAME_UNIT, Settled
from portal.divisions.rules.series.rows import PublishedList
from portal.divisions.rules.series.scoring import Seen
from portal.errors import BadInput
from portal.kernel.i18n.text import text

Report = Callable[[int, int], None]


@dataclass(eq=False)
class Life:
    """A unit: what each list says of it by the place of the list in the series, its row and the life above."""

    said: dict[int, tuple[Seen, Life | str | None]] = field(default_factory=dict)
    by_proposal: set[int] = field(default_factory=set)
    """Places of lists at which a mere proposal decided."""


@dataclass(frozen=True)
class Edge:
    """What became of a unit from the list before to that at `place`."""

    edge: str
    before: Life | None
    after: Life
    place: int
    by_proposal: bool


@dataclass
class Series:
    """What was derived from lists in the order of their days."""

    lists: Sequence[PublishedList]
    lives: list[Life] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def open(self) -> list[Settled]:
        """The questions that nobody has decided."""
        return [one for one in self.settled if one.decided is None]


def derive(lists: Sequence[PublishedList], decisions: Decisions, report: Report = lambda done, total: None) -> Series:
    """Units, their spans and what became of them. Raises `BadInput` for a decision that cannot be carried out."""
    series = Series(sorted(lists, key=lambda one: one.as_of))
    _check_days(series.lists)
    growing = _Growing(series, decisions)
    for place, prepared in enumerate(prepare(series.lists, decisions)):
        growing.take(place, prepared)
        report(place + 1, len(lists))
    return series


def _check_days(lists: Sequence[PublishedList]) -> None:
    for one, other in pairwise(lists):
        if one.as_of == other.as_of:
            raise BadInput(text("There are two lists of %(day)s.", day=one.as_of.isoformat()))


class _Growing:
    """The lives that stand at the list reached so far, and those that ended."""

    def __init__(self, series: Series, decisions: Decisions) -> None:
        self.series = series
        self.decisions = decisions
        self.rows: Mapping[str, Seen] = {}
        self.standing: dict[str, Life] = {}
        self.ended: dict[tuple[str, str, str], Life] = {}
        self.in_gap: set[str] = set()
        """Codes of the last list whose parent was missing."""

    def take(self, place: int, prepared: Prepared) -> None:
        """Goes on to the next list."""
        if place == 0:
            now = {code: Life() for code in prepared.rows}
            self.series.lives += now.values()
            marks: set[str] = set()
        else:
            now, marks = self._next(place, prepared)
        self._write_down(place, prepared, now, marks)
        self._moved(place, prepared, now.values())
        self.series.gaps += prepared.gaps
        self.in_gap = {gap.code for gap in prepared.gaps}
        self.rows, self.standing = prepared.rows, now

    def _next(self, place: int, prepared: Prepared) -> tuple[dict[str, Life], set[str]]:
        step = match(prepared.key, self.rows, prepared.rows, self.ended, self.decisions.settle)
        self.series.settled += [*step.arrived, *step.left]
        stayed = {code: self.standing[code] for code in step.certain}
        came: dict[str, Life] = {}
        claimed: set[Life] = set(stayed.values())
        for one in step.arrived:
            came[one.question.code] = self._identity(one, prepared, claimed)
        now = {code: stayed.get(code) or came[code] for code in prepared.rows}
        for one in step.arrived:
            self._edges_of_arrival(place, one, now[one.question.code], prepared.rows[one.question.code], claimed)
        for one in step.left:
            self._edges_of_departure(place, one, now, prepared)
        self._remember(claimed)
        return now, {one.question.code for one in step.arrived if one.decided == "proposal"}

    def _identity(self, one: Settled, prepared: Prepared, claimed: set[Life]) -> Life:
        """The life that a row that arrived belongs to: one before that stays itself, or a new one."""
        if one.answer.edge not in SAME_UNIT:
            life = Life()
            self.series.lives.append(life)
            return life
        if one.answer.edge == "returned":
            life = self._ended(one, prepared.rows[one.question.code])
        else:
            life = self._before(one, one.answer.others[0])
        if life in claimed:
            raise _two_heirs(one)
        claimed.add(life)
        return life

    def _ended(self, one: Settled, row: Seen) -> Life:
        life = self.ended.get(plain_key(row))
        if life is None:
            raise _impossible(one)
        return life

    def _before(self, one: Settled, code: str) -> Life:
        if code not in self.standing:
            raise _impossible(one)
        return self.standing[code]

    def _edges_of_arrival(self, place: int, one: Settled, life: Life, row: Seen, claimed: set[Life]) -> None:
        add, guessed = self.series.edges.append, one.decided == "proposal"
        edge = one.answer.edge
        if edge == "set_up":
            add(Edge(edge, None, life, place, guessed))
        for code in one.answer.others:
            before = self._before(one, code)
            if edge in ("type_changed", "split_into") and before in claimed:
                raise _two_heirs(one)
            if edge not in SAME_UNIT:
                add(Edge(edge, before, life, place, guessed))
        if edge in ("renamed", "recoded"):
            was = self.rows[one.answer.others[0]]
            changes = [("renamed", was.name != row.name), ("recoded", was.code != row.code)]
            self.series.edges += [Edge(name, life, life, place, guessed) for name, so in changes if so]

    def _edges_of_departure(self, place: int, one: Settled, now: Mapping[str, Life], prepared: Prepared) -> None:
        before = self.standing[one.question.code]
        for code in one.answer.others:
            if code not in now:
                raise _impossible(one)
            self.series.edges.append(Edge(one.answer.edge, before, now[code], place, one.decided == "proposal"))

    def _remember(self, claimed: set[Life]) -> None:
        for code, life in self.standing.items():
            if life not in claimed:
                self.ended[plain_key(self.rows[code])] = life

    def _write_down(self, place: int, prepared: Prepared, now: Mapping[str, Life], marks: set[str]) -> None:
        for code, life in now.items():
            row = prepared.rows[code]
            parent: Life | str | None = now.get(row.parent, row.parent) if row.parent is not None else None
            life.said[place] = (row, parent)
            if code in marks:
                life.by_proposal.add(place)

    def _moved(self, place: int, prepared: Prepared, now: Iterable[Life]) -> None:
        """Units that came below another unit, where that is not only what became of the unit above itself."""
        heirs = {(one.before, one.after) for one in self.series.edges if one.place == place}
        in_gap = {gap.code for gap in prepared.gaps}
        for life in now:
            (row, above), (was, before) = life.said[place], life.said.get(place - 1, (None, None))
            known = was is not None and was.code not in self.in_gap and row.code not in in_gap
            if not known or above is before or (before, above) in heirs:
                continue
            if isinstance(above, Life) and isinstance(before, Life):
                guessed = place in life.by_proposal
                self.series.edges.append(Edge("resubordinated", life, life, place, guessed))


def _two_heirs(one: Settled) -> BadInput:
    return BadInput(
        text(
            "Two heirs: %(name)s (%(code)s) of list %(list)s takes a unit that another row has already (%(others)s).",
            name=one.question.name,
            code=one.question.code,
            list=one.question.list_key,
            others=", ".join(one.answer.others),
        )
    )


def _impossible(one: Settled) -> BadInput:
    return BadInput(
        text(
            "The decision for %(name)s (%(code)s) in list %(list)s names a unit that is not there: %(others)s.",
            name=one.question.name,
            code=one.question.code,
            list=one.question.list_key,
            others=", ".join(one.answer.others) or "–",
        )
    )
