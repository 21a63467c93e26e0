"""What a shape may be used for."""

from __future__ import annotations

from collections.abc import Iterable

SCHEMATIC = "schematic"
QUALITIES = (SCHEMATIC, "digitised", "surveyed", "legal")
"""From the weakest to the strongest; only legal ones decide anything."""


def weakest(qualities: Iterable[str]) -> str:
    """The quality of something made of several shapes."""
    return min(qualities, key=QUALITIES.index)
