"""What lists tell against what the base holds: only the difference is written.

Rows that the same lists wrote before are replaced where they tell otherwise now. Rows from elsewhere stand: lists fill
the days on which nothing is said, give a parent where none is known, and everything else is a remark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.divisions.imports.series.recognising import Bearers
from portal.divisions.imports.series.spans import State, Told, codes, common, states, without
from portal.divisions.queries.series import HeldCode, HeldEdge
from portal.divisions.queries.snapshot import KnownVersion
from portal.divisions.rules import Span
from portal.divisions.rules.series import Edge, Life, Series
from portal.divisions.service.batch import CodeRow, NewUnit, Subject, Term, VersionRow
from portal.divisions.service.series import Derived, EdgeRow
from portal.kernel.i18n.text import Text, text

BY_PROPOSAL = "（按系统建议判定）"
"""Behind the source of what nobody but the program decided."""


@dataclass(frozen=True)
class Holding:
    """What the base holds of the units that the lists tell of."""

    bearers: Bearers
    known: Mapping[Life, int]
    versions: Mapping[int, Sequence[KnownVersion]]
    codes: Mapping[int, Sequence[HeldCode]]
    edges: Sequence[HeldEdge]


@dataclass
class Difference:
    """What has to be written, and remarks on what stays as it is though lists tell otherwise."""

    derived: Derived = field(default_factory=Derived)
    remarks: list[Text] = field(default_factory=list)


def compare(series: Series, holding: Holding, *, announced: bool) -> Difference:
    """The difference between lists and base, as rows to write."""
    return _Comparing(series, holding, announced).all()


class _Comparing:
    def __init__(self, series: Series, holding: Holding, announced: bool) -> None:
        self.series, self.holding, self.announced = series, holding, announced
        self.titles = {one.title for one in series.lists}
        self.found = Difference()
        self.subjects: dict[Life, Subject] = dict(holding.known)
        self.outside: dict[str, Span] = {}
        """Units above that the lists do not have, by code, with the first span for which one is needed."""

    def all(self) -> Difference:
        """Units first: versions and edges name them."""
        batch = self.found.derived.batch
        for life in self.series.lives:
            if life not in self.subjects:
                unit = NewUnit()
                self.subjects[life] = unit
                batch.new.append(unit)
        for life in self.series.lives:
            self._versions(life)
            self._codes(life)
        self._edges()
        for code, span in self.outside.items():
            self._remark_above(code, span)
        return self.found

    # --- versions

    def _versions(self, life: Life) -> None:
        told = states(self.series, life)
        held = self.holding.versions.get(self.holding.known.get(life, 0), ())
        own = [row for row in held if self._is_ours(row.source)]
        others = [row for row in held if not self._is_ours(row.source)]
        free = [part for one in told for part in without(one, [_span(row) for row in others])]
        kept = {self._as_held(row): row.id for row in own}
        wanted = {self._as_wanted(part): part for part in free}
        batch = self.found.derived.batch
        batch.old_versions += [row_id for key, row_id in kept.items() if key not in wanted]
        batch.versions += [self._version(life, part) for key, part in wanted.items() if key not in kept]
        for row in others:
            self._beside(life, row, told)
        for one in told:
            if isinstance(one.value.parent, str):
                known = self.outside.setdefault(one.value.parent, one.span)
                self.outside[one.value.parent] = min(known, one.span, key=lambda span: span.start)

    def _as_held(self, row: KnownVersion) -> tuple[object, ...]:
        return (row.valid_from, row.valid_to, row.name, row.kind, row.level, row.parent_id)

    def _as_wanted(self, part: Told[State]) -> tuple[object, ...]:
        state = part.value
        return (part.span.start, part.span.end, state.name, state.kind, state.level, self._parent(part))

    def _version(self, life: Life, part: Told[State]) -> VersionRow:
        state = part.value
        term = self._term(life, part.span, part.place)
        return VersionRow(self.subjects[life], self._parent(part), state.name, state.kind, state.level, term)

    def _parent(self, part: Told[State]) -> Subject | None:
        parent = part.value.parent
        if isinstance(parent, Life):
            return self.subjects[parent]
        return None if parent is None else self.holding.bearers.bearer(parent, part.span)

    def _beside(self, life: Life, row: KnownVersion, told: Sequence[Told[State]]) -> None:
        """A row from elsewhere: it stays, gets the parent that it lacks, and a remark where lists tell otherwise."""
        if row.parent_id is None and row.level > 1:
            self._give_parent(row, told)
        for one in told:
            if common(one.span, _span(row)) is not None and one.value.name != row.name:
                self._remark_name(row, one)
        if told[-1].span.end is not None and (row.valid_to is None or row.valid_to > told[-1].span.end):
            self._remark_end(row, told[-1].span.end)

    def _give_parent(self, row: KnownVersion, told: Sequence[Told[State]]) -> None:
        pieces = list(self._pieces(row, told))
        if all(parent is None for _, parent in pieces):
            return
        batch = self.found.derived.batch
        batch.old_versions.append(row.id)
        batch.versions += [_copy(row, span, parent) for span, parent in pieces]

    def _pieces(self, row: KnownVersion, told: Sequence[Told[State]]) -> Iterator[tuple[Span, Subject | None]]:
        """The days of a row in their order, each stretch with the parent that lists name."""
        rest: list[tuple[Span, Subject | None]] = []
        taken: list[Span] = []
        for one in told:
            shared = common(one.span, _span(row))
            if shared is not None:
                rest.append((shared, self._parent(one)))
                taken.append(shared)
        alone = without(Told(_span(row), None, 0), taken)
        rest += [(part.span, None) for part in alone]
        yield from _joined(sorted(rest, key=lambda piece: piece[0].start))

    # --- codes

    def _codes(self, life: Life) -> None:
        system = self.holding.bearers.system
        held = self.holding.codes.get(self.holding.known.get(life, 0), ())
        own = [row for row in held if self._is_ours(row.source)]
        taken = [_span(row) for row in held if not self._is_ours(row.source)]
        free = [part for one in codes(self.series, life) for part in without(one, taken)]
        kept = {(row.valid_from, row.valid_to, row.code): row.id for row in own}
        wanted = {(part.span.start, part.span.end, part.value): part for part in free}
        batch = self.found.derived.batch
        batch.old_codes += [row_id for key, row_id in kept.items() if key not in wanted]
        for key, part in wanted.items():
            if key not in kept:
                term = self._term(life, part.span, part.place)
                batch.codes.append(CodeRow(self.subjects[life], system, part.value, term))

    # --- edges

    def _edges(self) -> None:
        held = {(row.edge, row.from_unit_id, row.to_unit_id, row.happened_on): row for row in self.holding.edges}
        wanted = {}
        for edge in self.series.edges:
            row = self._edge(edge)
            wanted[row.edge, row.before, row.after, row.on] = row
        derived = self.found.derived
        derived.edges += [row for key, row in wanted.items() if key not in held]
        derived.old_edges += [row.id for key, row in held.items() if key not in wanted and self._is_ours(row.document)]

    def _edge(self, edge: Edge) -> EdgeRow:
        published = self.series.lists[edge.place]
        before = None if edge.before is None else self.subjects[edge.before]
        document = published.title + (BY_PROPOSAL if edge.by_proposal else "")
        announced_on = published.as_of if self.announced else None
        return EdgeRow(
            edge.edge,
            before,
            self.subjects[edge.after],
            published.as_of,
            published.precision,
            document,
            announced_on,
        )

    # --- what all rows have

    def _term(self, life: Life, span: Span, place: int) -> Term:
        published = self.series.lists[place]
        source = published.title + (BY_PROPOSAL if place in life.by_proposal else "")
        return Term(span.start, span.end, published.precision, span.start if self.announced else None, source)

    def _is_ours(self, source: str) -> bool:
        return source.removesuffix(BY_PROPOSAL) in self.titles

    def _remark_name(self, row: KnownVersion, one: Told[State]) -> None:
        self.found.remarks.append(
            text(
                "On record: %(name)s from %(day)s on; list %(list)s writes %(listed)s. The record stays.",
                name=row.name,
                day=row.valid_from.isoformat(),
                list=self.series.lists[one.place].key,
                listed=one.value.name,
            )
        )

    def _remark_above(self, code: str, span: Span) -> None:
        bearers = self.holding.bearers
        later, needed = bearers.begins_later(code, span), span.start.isoformat()
        if bearers.bearer(code, span) is None:
            missing = text("The division %(code)s above is not on record; units lie below none.", code=code)
            self.found.remarks.append(missing)
        elif later is not None:
            self.found.remarks.append(
                text(
                    "The division %(code)s above is on record from %(day)s on only, units below it from %(needed)s on.",
                    code=code,
                    day=later.isoformat(),
                    needed=needed,
                )
            )

    def _remark_end(self, row: KnownVersion, end: dt.date) -> None:
        self.found.remarks.append(
            text(
                "On record: %(name)s goes on; the lists do not have it from %(day)s on. The record stays.",
                name=row.name,
                day=end.isoformat(),
            )
        )


def _joined(pieces: Sequence[tuple[Span, Subject | None]]) -> Iterator[tuple[Span, Subject | None]]:
    """Neighbouring stretches with the same parent as one."""
    last: tuple[Span, Subject | None] | None = None
    for span, parent in pieces:
        if last is not None and last[1] == parent:
            last = (Span(last[0].start, span.end), parent)
            continue
        if last is not None:
            yield last
        last = (span, parent)
    if last is not None:
        yield last


def _copy(row: KnownVersion, span: Span, parent: Subject | None) -> VersionRow:
    term = Term(span.start, span.end, row.valid_from_precision, row.announced_on, row.source)
    kept = {name: getattr(row, name) for name in ("name", "kind", "level", "name_en", "seat", "postcode", "phone")}
    return VersionRow(row.unit_id, parent, term=term, population=row.population, **kept)


def _span(row: KnownVersion | HeldCode) -> Span:
    return Span(row.valid_from, row.valid_to)
