"""From a list of units to the tree they form."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """Something that knows what it is and what lies above it."""

    @property
    def public_id(self) -> uuid.UUID:
        """Itself."""

    @property
    def parent(self) -> uuid.UUID | None:
        """What lies above."""


U = TypeVar("U", bound=Placed)


@dataclass(frozen=True)
class Branch(Generic[U]):
    """A unit with the branches below it."""

    unit: U
    branches: tuple[Branch[U], ...]

    @property
    def leaves(self) -> int:
        """How many units without anything below lie in it."""
        return sum(branch.leaves or 1 for branch in self.branches)


def tree(units: Sequence[U]) -> tuple[Branch[U], ...]:
    """The branches of all units whose parent is not among them; order is kept at each level."""
    present = {unit.public_id for unit in units}
    below: dict[uuid.UUID | None, list[U]] = defaultdict(list)
    for unit in units:
        below[unit.parent if unit.parent in present else None].append(unit)
    return tuple(_branch(unit, below) for unit in below[None])


def _branch(unit: U, below: dict[uuid.UUID | None, list[U]]) -> Branch[U]:
    return Branch(unit, tuple(_branch(child, below) for child in below.get(unit.public_id, ())))
