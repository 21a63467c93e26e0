"""Beside the map: its title, true north, the legend, the scale, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from portal.kernel.geo.figure.letters import POINT_MM, font, lines, printable
from portal.kernel.geo.figure.plane import Frame, bar_length
from portal.kernel.geo.figure.shapes import draw_marker
from portal.kernel.geo.figure.styles import INK, PAPER, SOFT, Style, style_of
from portal.kernel.geo.figure_spec import FigureSpec
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate
from portal.kernel.i18n.words import say, written_day

COLUMN_MM = 42.0
LINE = 1.45
"""Line height in font sizes."""
BAR_MM = 36.0


def draw_column(figure: Figure, spec: FigureSpec, frame: Frame, locale: str) -> int:
    """Everything beside the map field; returns what the scale bar stands for, in metres."""
    axes = _axes(figure, spec)
    top = _title(axes, spec, locale)
    top = _north(axes, frame, locale, top)
    bottom = _notes(axes, spec, frame, locale)
    bottom, bar_m = _scale(axes, frame, locale, bottom)
    _legend(axes, spec, locale, top, bottom)
    return bar_m


def _axes(figure: Figure, spec: FigureSpec) -> Axes:
    """The column in mm from its lower left."""
    left = spec.width_mm - COLUMN_MM
    axes = figure.add_axes((left / spec.width_mm, 0.0, COLUMN_MM / spec.width_mm, 1.0))
    axes.set_xlim(0.0, COLUMN_MM)
    axes.set_ylim(0.0, spec.height_mm)
    axes.set_axis_off()
    return axes


def _write(axes: Axes, x: float, y: float, said: str, size: float, **look: Any) -> None:
    bold = bool(look.pop("bold", False))
    axes.text(x, y, said, fontproperties=font(size, bold), parse_math=False, **{"color": INK, "va": "top", **look})


def _paragraph(axes: Axes, top: float, said: str, size: float, most: int, **look: Any) -> float:
    """Lines from `top` down; returns where the next may begin."""
    height = size * LINE * POINT_MM
    for line in lines(printable(said), size, COLUMN_MM, most):
        _write(axes, 0.0, top, line, size, **look)
        top -= height
    return top


def _title(axes: Axes, spec: FigureSpec, locale: str) -> float:
    top = _paragraph(axes, spec.height_mm - 0.8, say(spec.title, locale), 10.0, 3, bold=True)
    as_of = translate(text("As of %(day)s", day=written_day(spec.on, locale)), locale)
    return _paragraph(axes, top - 0.6, as_of, 7.0, 1, color=SOFT) - 1.5


def _north(axes: Axes, frame: Frame, locale: str, top: float) -> float:
    """An arrow to true north; the plane's own upward direction differs from it by the convergence."""
    turn, x, y = math.radians(frame.north), 5.0, top - 12.0
    across, along = (math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))
    tip, tail = (x + 8.0 * along[0], y + 8.0 * along[1]), (x + 2.0 * along[0], y + 2.0 * along[1])
    for side, fill in ((-1, INK), (1, PAPER)):
        foot = (x + side * 2.6 * across[0], y + side * 2.6 * across[1])
        axes.add_patch(Polygon([tip, foot, tail], closed=True, facecolor=fill, edgecolor=INK, linewidth=0.6))
    letter = translate(text("N"), locale)
    _write(axes, x + 9.4 * along[0], y + 9.4 * along[1], letter, 8, ha="center", va="center", bold=True)
    said = _convergence(frame.north)
    for row, line in enumerate(lines(translate(said, locale), 6.5, COLUMN_MM - 12.0, 3)):
        _write(axes, 11.5, top - 4.5 - row * 6.5 * LINE * POINT_MM, line, 6.5, color=SOFT)
    return top - 15.5


def _convergence(degrees: float) -> Text:
    minutes = round(abs(degrees) * 60.0)
    written = f"{minutes // 60}°{minutes % 60:02d}′"
    if minutes == 0:
        return text("True north; the map's grid points there too.")
    if degrees < 0:
        return text("True north, %(angle)s west of the map's grid.", angle=written)
    return text("True north, %(angle)s east of the map's grid.", angle=written)


def _legend(axes: Axes, spec: FigureSpec, locale: str, top: float, bottom: float) -> None:
    entries = list(_entries(spec, locale))
    if not entries:
        return
    _write(axes, 0.0, top, translate(text("Legend"), locale), 8.0, bold=True)
    top -= 5.4
    for style, said, sort in entries:
        rows = lines(said, 7.0, COLUMN_MM - 11.0, 2)
        if top - len(rows) * 3.6 < bottom:
            return
        _sample(axes, style, top, sort)
        for row, line in enumerate(rows):
            _write(axes, 11.0, top - row * 3.4, line, 7.0)
        top -= max(len(rows) * 3.4, 3.4) + 1.6


def _entries(spec: FigureSpec, locale: str) -> Iterator[tuple[Style, str, str]]:
    """Each kind of thing once, the uppermost first."""
    seen: set[tuple[str, str]] = set()
    for one in reversed(spec.shapes):
        said = printable(say(one.legend, locale)).strip()
        if said and (one.style, said) not in seen:
            seen.add((one.style, said))
            yield style_of(one.style), said, one.shape.geom_type.removeprefix("Multi")


def _sample(axes: Axes, style: Style, top: float, sort: str) -> None:
    if sort == "Point":
        draw_marker(axes, 4.5, top - 1.5, style, 3)
        return
    if sort in ("LineString", "LinearRing"):
        dashes: dict[str, Any] = {"dashes": style.dashes} if style.dashes else {}
        axes.plot((0.4, 8.6), (top - 1.6, top - 1.6), color=style.edge, linewidth=style.width, **dashes)
        return
    look: dict[str, Any] = {"facecolor": style.fill or "none", "edgecolor": style.edge, "linewidth": style.width}
    box = Rectangle((0.4, top - 3.4), 8.2, 3.6, hatch=style.hatch, hatch_linewidth=0.4, **look)
    if style.dashes:
        box.set_linestyle((0, style.dashes))
    axes.add_patch(box)


def _scale(axes: Axes, frame: Frame, locale: str, bottom: float) -> tuple[float, int]:
    """The bar in true metres and the scale in figures, from `bottom` up."""
    metres = bar_length(frame.scale, BAR_MM)
    length = metres * frame.ground * 1000.0 / frame.scale
    y = bottom + 2.2
    for part in range(4):
        fill = INK if part % 2 == 0 else PAPER
        box = Rectangle((0.4 + part * length / 4, y), length / 4, 1.3, facecolor=fill, edgecolor=INK, linewidth=0.5)
        axes.add_patch(box)
    unit, size = ("km", 1000) if metres >= 2000 else ("m", 1)
    for share, where in ((0.0, "left"), (0.5, "center"), (1.0, "center")):
        figure = f"{metres * share / size:g}" + (f" {unit}" if share == 1.0 else "")
        _write(axes, 0.4 + share * length, y + 4.0, figure, 6.5, ha=where)
    written = f"1:{frame.scale:,}".replace(",", "\u2009")
    _write(axes, 0.0, y + 8.6, translate(text("Scale %(scale)s", scale=written), locale), 8.0, bold=True)
    return y + 10.5, metres


def _notes(axes: Axes, spec: FigureSpec, frame: Frame, locale: str) -> float:
    """What stands at the foot, written from its last line up; returns where it begins."""
    size, height = 6.5, 6.5 * LINE * POINT_MM
    said = [translate(note, locale) for note in _sentences(spec, frame, locale)]
    rows = [(line, number) for number, note in enumerate(said) for line in lines(printable(note), size, COLUMN_MM, 4)]
    top = len(rows) * height + 0.6
    for row, (line, _) in enumerate(rows):
        _write(axes, 0.0, top - row * height, line, size, color=SOFT)
    return top + 1.5


def _sentences(spec: FigureSpec, frame: Frame, locale: str) -> Iterator[Text]:
    meridian = f"{frame.crs.central_meridian:g}"
    yield text("CGCS2000, Gauss-Kruger, central meridian %(degrees)s° E", degrees=meridian)
    if say(spec.source, locale):
        yield text("Source: %(source)s", source=say(spec.source, locale))
    if spec.schematic:
        yield text("Schematic boundary, not a legal boundary line")
    if spec.approval_number:
        yield text("Map approval number: %(number)s", number=spec.approval_number)
    else:
        yield text("Sample map without an approval number, not in force")
