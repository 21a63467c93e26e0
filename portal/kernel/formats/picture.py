"""A picture of our own for a paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """A PNG with its width on paper; `words` is what a reader who does not see it is told."""

    png: bytes
    width_mm: float
    words: str
