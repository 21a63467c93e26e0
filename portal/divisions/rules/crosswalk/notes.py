"""What has to be said with every crosswalk: how the weights were made and what they suppose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.divisions.rules.crosswalk.parts import Crosswalk
from portal.kernel.i18n.text import Text, text

FORWARD = text("A weight is the part of an old unit that lies in the new one; the weights of one old unit come to 1.")
BACKWARD = text(
    "The way goes back in time: a weight is the part of a later unit that lay in the earlier one; the weights of one "
    "later unit come to 1."
)
BY_AREA = text("Weights by area, as recorded in the lineage of the divisions.")
BY_PEOPLE = text(
    "Weights by people, as recorded on the day of each change; how people have moved since then is not in them."
)
BY_SHAPES = text("Weights by area, measured from the shapes of both days; they are as good as the lines are.")
ADDING_UP = text("Only amounts that add up may be carried over, not rates, averages or ranks.")


@dataclass(frozen=True)
class Sort:
    """How the weights were made: by area or people, from lineage or shapes, and whether back in time."""

    by: str
    method: str
    backward: bool


def notes_on(sort: Sort, crosswalk: Crosswalk, precisions: Iterable[str]) -> tuple[Text, ...]:
    """The sentences, the general ones first."""
    basis = BY_PEOPLE if sort.by == "people" else BY_SHAPES if sort.method == "shapes" else BY_AREA
    said = [BACKWARD if sort.backward else FORWARD, basis, ADDING_UP]
    even = sum(pair.even for pair in crosswalk)
    if even:
        said.append(
            text(
                "%(count)d weights lead through a unit that was put together before it was divided; they suppose that "
                "it was mixed evenly.",
                count=even,
            )
        )
    if any(precision != "day" for precision in precisions):
        said.append(text("The day of some changes is only known to the month or the year."))
    return tuple(said)
