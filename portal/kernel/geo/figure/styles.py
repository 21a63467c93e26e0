"""How things look on paper: a colour, a pattern and a line each, so that a copy in black and white still reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.errors import BadInput
from portal.kernel.i18n.text import text

INK, SOFT, PAPER = "#1a1a1a", "#5f6b73", "#ffffff"


@dataclass(frozen=True)
class Style:
    """Widths are points on paper. `fits`: the map is placed so that things of this style fit in.

    `marker` is how a single position looks (matplotlib's letters). Labels of a higher `rank` get their place first.
    """

    fill: str | None
    edge: str
    width: float
    hatch: str | None = None
    dashes: tuple[float, ...] = ()
    fits: bool = True
    marker: str = "o"
    label_size: float = 7.5
    label_ink: str = INK
    bold: bool = False
    rank: int = 1


STYLES: Mapping[str, Style] = {
    "neighbour": Style("#f4f4f2", "#9aa3a8", 0.5, fits=False, label_size=7.0, label_ink=SOFT, rank=0),
    "context": Style(None, "#8a9399", 0.6, dashes=(5, 2.5), fits=False, label_size=7.0, label_ink=SOFT, rank=0),
    "focus": Style("#f7ecd9", INK, 1.3, label_size=9.5, bold=True, rank=3),
    "part": Style(None, "#4b5a63", 0.6, dashes=(4, 2), label_size=7.5, rank=2),
    "plain": Style("#e6edf0", "#4b5a63", 0.7),
    "line": Style(None, "#1f5f99", 1.4),
    "place": Style("#1f5f99", PAPER, 0.6, marker="o"),
    "red": Style("#e2665b", "#7d1d14", 0.9, hatch="xxxx", marker="^"),
    "orange": Style("#f0a35e", "#8a4a06", 0.9, hatch="////", marker="D"),
    "yellow": Style("#f4dc78", "#7a6400", 0.9, hatch="....", marker="s"),
    "blue": Style("#9cc3e6", "#1d4f7d", 0.9, hatch="----", marker="o"),
    "kind_street": Style("#f7ecd9", "#f7ecd9", 0.2, label_size=8.5, rank=2),
    "kind_town": Style("#e4efe0", "#e4efe0", 0.2, label_size=8.5, rank=2),
    "kind_township": Style("#efe6f3", "#efe6f3", 0.2, label_size=8.5, rank=2),
    "kind_residents_committee": Style("#f7f1e6", "#f7f1e6", 0.2, label_size=5.5),
    "kind_villagers_committee": Style("#e9f1e6", "#e9f1e6", 0.2, label_size=5.5),
    "kind_other": Style("#eceff1", "#eceff1", 0.2, label_size=7.5),
    "rim": Style(None, INK, 1.8),
    "line_legal": Style(None, "#7d1d14", 1.3),
    "line_surveyed": Style(None, "#1f3f5f", 1.1, dashes=(9, 2, 2, 2)),
    "line_digitised": Style(None, "#1f5f99", 0.9, dashes=(5, 2.5)),
    "line_schematic": Style(None, "#6b4a08", 0.9, dashes=(1.2, 2)),
}
"""By what a thing is on the map: the one it is about, its parts, what lies around, a level of danger, a kind of
division, or what a line is worth."""


def style_of(key: str) -> Style:
    """The style of a key; raises `BadInput` for an unknown one."""
    if key not in STYLES:
        raise BadInput(text("There is no style “%(style)s” for maps on paper.", style=key[:40]))
    return STYLES[key]
