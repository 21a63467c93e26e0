"""How well a row that arrived fits a unit that stood in the list before: by name, by code, by position."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.divisions.rules.series.digits import is_running_number, region
from portal.divisions.rules.series.names import ANYWHERE, likeness, normalised, stem
from portal.divisions.rules.series.questions import Answer, Proposal
from portal.kernel.i18n.text import Text, text

LIKE = 0.3
"""Below it two names have nothing in common."""
BEST = 0.97


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as it counts: with its kind, level and the code above it."""

    code: str
    name: str
    kind: str
    level: int
    parent: str | None

    @property
    def plain(self) -> str:
        """The name without what is only spelling."""
        return normalised(self.name)


@dataclass(frozen=True)
class Surroundings:
    """What the rows of a list that changed say together."""

    old: Counter[tuple[str, str]]
    """How many that left bear a name in a region, and of those that arrived."""
    new: Counter[tuple[str, str]]
    moved: Mapping[str, str]
    """Where the codes below a unit went for the most part, by the four digits (or the town) before."""

    def alone(self, one: Seen, other: Seen) -> bool:
        """Whether in their regions no others bear these names."""
        return (
            one.plain not in ANYWHERE
            and self.old[region(one.code), one.plain] == 1
            and self.new[region(other.code), other.plain] == 1
        )

    def together(self, one: Seen, other: Seen) -> bool:
        """Whether they lie below the same unit, or below one whose other units went the same way."""
        before, after = parent_digits(one.code), parent_digits(other.code)
        return before == after or self.moved.get(before) == after


def parent_digits(code: str) -> str:
    """The digits that a code shares with its neighbours."""
    return code[:9] if len(code) == 12 else code[:6] if len(code) == 9 else code[:4]


def surroundings(left: Iterable[Seen], arrived: Iterable[Seen]) -> Surroundings:
    """Counts names by region and finds where whole groups of codes went."""
    gone, come = list(left), list(arrived)
    old = Counter((region(row.code), row.plain) for row in gone)
    new = Counter((region(row.code), row.plain) for row in come)
    by_name = {(region(row.code), row.plain): row for row in gone if old[region(row.code), row.plain] == 1}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in come:
        known = by_name.get((region(row.code), row.plain))
        if known is not None and new[region(row.code), row.plain] == 1:
            votes[parent_digits(known.code)][parent_digits(row.code)] += 1
    return Surroundings(old, new, {before: count.most_common(1)[0][0] for before, count in votes.items()})


def fit(before: Seen, after: Seen, around: Surroundings) -> Proposal | None:
    """How a row that arrived could be what a unit before became; None when nothing speaks for it."""
    same_kind, same_code = before.kind == after.kind, before.code == after.code
    if before.plain == after.plain and same_kind:
        return _same_name(before, after, around)
    if stem(before.name) == stem(after.name) and after.plain not in ANYWHERE:
        return _same_stem(before, after, around)
    if not same_code or is_running_number(after.code):
        return None
    return _same_code(before, after)


def _same_name(before: Seen, after: Seen, around: Surroundings) -> Proposal | None:
    together, alone = around.together(before, after), around.alone(before, after)
    if not (together or alone):
        return _proposal("recoded", before, 0.4, text("Of several with this name, one that may be it."))
    sure = min(BEST, 0.75 + 0.15 * together + 0.1 * alone)
    reason = text("The same name and kind below the same unit, and no other of this name.") if together and alone else (
        text("The same name and kind; the units beside it went the same way.") if together
        else text("The same name and kind, and no other of this name in the region.")
    )  # fmt: skip
    return _proposal("recoded", before, sure, reason)


def _same_stem(before: Seen, after: Seen, around: Surroundings) -> Proposal:
    same_code, together = before.code == after.code, around.together(before, after)
    if before.kind == after.kind:
        edge = "renamed" if same_code else "recoded"
        return _proposal(edge, before, 0.9 if same_code else 0.8, text("The names differ in their ending only."))
    sure = 0.7 + 0.1 * together + 0.1 * same_code
    return _proposal("type_changed", before, sure, text("The same name with another kind behind it."))


def _same_code(before: Seen, after: Seen) -> Proposal:
    like = likeness(before.name, after.name)
    if before.kind != after.kind:
        reason = text("The code went on; name and kind are others.")
        return _proposal("type_changed", before, 0.45 + 0.4 * like, reason)
    if before.plain in ANYWHERE:
        return _proposal("renamed", before, 0.75, text("The code went on; the old name was a general one."))
    reason = text("The code went on, and the names are alike.") if like > LIKE else _unlike()
    return _proposal("renamed", before, 0.55 + 0.35 * like, reason)


def _unlike() -> Text:
    return text("The code went on, but the names have nothing in common: perhaps another unit under an old code.")


def _proposal(edge: str, before: Seen, sure: float, reason: Text) -> Proposal:
    return Proposal(Answer(edge, (before.code,)), round(sure, 2), reason)
