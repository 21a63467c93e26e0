"""Repeats of a measure, the ratio to a baseline, and how a cost grows with the data."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Way = Callable[[], float]
"""Measures once and gives the figure: a rate or a duration."""


@dataclass(frozen=True)
class Figure:
    """The repeats of one measure, in the order in which they were taken."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The smallest repeat."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The largest repeat."""
        return max(self.values)

    def ratio_to(self, baseline: Figure) -> float:
        """Median of the ratios round by round: a busy minute hits both sides of a round alike."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.values, baseline.values, strict=True))


def rounds(ways: Mapping[str, Way], repeat: int) -> dict[str, Figure]:
    """Every way once a round, `repeat` rounds."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: Figure(tuple(values)) for name, values in taken.items()}


def per_second(step: Callable[[], object], seconds: float) -> float:
    """How often a step is done in a second, measured for at least `seconds`."""
    done, began = 0, time.perf_counter()
    while True:
        step()
        done += 1
        passed = time.perf_counter() - began
        if passed >= seconds:
            return done / passed


def seconds_of(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def exponent(sizes: tuple[int, int], costs: tuple[float, float]) -> float:
    """The power of the data size with which a cost grew: 0 stays the same, 1 is linear."""
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0])
