"""Nobody gives more than there is: the parts of one giver, measured or entered, come to its whole at the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal.divisions.rules.changes.finding import Finding, error
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.changes.situation import UnitState
from portal.kernel.i18n.text import text

MOST_SHARE = 1.0 + 1e-6
"""A millionth above the whole is the noise of measuring pieces one by one."""


def check_sums(
    units: Mapping[str, UnitState], names: Mapping[str, str], moves: Sequence[PlannedMove]
) -> Iterator[Finding]:
    """Givers of more people than live there, and those whose shares come to more than 1."""
    given = [move for move in moves if not move.derived]
    for giver in dict.fromkeys(move.source for move in given):
        mine = [move for move in given if move.source == giver]
        yield from _people(giver, units.get(giver), names, mine)
        for shares in ([move.area_share for move in mine], [move.people_share for move in mine]):
            if sum(share or 0.0 for share in shares) > MOST_SHARE:
                sentence = text(
                    "The shares of %(name)s are more than the whole together.", name=names.get(giver, giver)
                )
                yield error(sentence, giver)


def _people(
    giver: str, unit: UnitState | None, names: Mapping[str, str], moves: Sequence[PlannedMove]
) -> Iterator[Finding]:
    people = sum(move.people or 0 for move in moves)
    if unit is not None and unit.population is not None and people > unit.population:
        yield error(
            text(
                "More people leave %(name)s (%(people)s) than live there (%(population)s).",
                name=names.get(giver, giver),
                people=people,
                population=unit.population,
            ),
            giver,
        )
