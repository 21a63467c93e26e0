"""What comes out of drawing a map."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DrawnFigure:
    """A map as a picture. `scale` is N of 1:N; `bar_m` what the whole scale bar stands for, on the ground.

    `words` is what a reader who does not see the picture is told. `left_out` are labels that found no room.
    """

    png: bytes
    width_mm: float
    height_mm: float
    scale: int
    bar_m: int
    crs: str
    words: str
    left_out: tuple[str, ...] = ()
