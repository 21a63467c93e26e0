"""Many ids in few words: as runs of numbers that follow each other."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = list[list[int]]
"""Pairs of first and last, both in."""


def to_ranges(ids: Iterable[int]) -> Ranges:
    """The runs in which ids lie: 1, 2, 3, 7 is [[1, 3], [7, 7]]."""
    runs: Ranges = []
    for number in sorted(set(ids)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def from_ranges(kept: object) -> list[int]:
    """The ids of what `to_ranges` gave, after a way through JSON. Raises `TypeError` or `ValueError`."""
    if not isinstance(kept, list):
        raise TypeError("no list of ranges")
    return [number for first, last in kept for number in range(int(first), int(last) + 1)]
