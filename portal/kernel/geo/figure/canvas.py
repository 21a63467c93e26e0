"""The sheet of a map: the field with its double frame on the left, what the map says of itself on the right."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.crs import from_storage
from portal.kernel.geo.figure import graticule
from portal.kernel.geo.figure.column import COLUMN_MM, draw_column
from portal.kernel.geo.figure.drawn import DrawnFigure
from portal.kernel.geo.figure.labels import Label, draw_labels
from portal.kernel.geo.figure.letters import font, printable
from portal.kernel.geo.figure.plane import Frame, frame_around
from portal.kernel.geo.figure.shapes import draw_shape, on_paper
from portal.kernel.geo.figure.styles import INK, PAPER, SOFT, Style, style_of
from portal.kernel.geo.figure_spec import FigureShape, FigureSpec
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate
from portal.kernel.i18n.words import say, written_day

GAP_MM = 3.0
RIM_MM = 4.2
"""Between the two lines of the frame, where the degrees stand."""
EDGE_MM = 0.4
SMALLEST_MM = 40.0


@dataclass(frozen=True)
class Field:
    """Where the map field lies on the sheet, in mm from its lower left."""

    left: float
    bottom: float
    width: float
    height: float


def draw_on_canvas(spec: FigureSpec, locale: str, dpi: int) -> DrawnFigure:
    """The whole sheet; see `figure.draw`."""
    field = _field(spec)
    frame = frame_around(_fitting(spec.shapes), field.width, field.height)
    figure = Figure(figsize=(spec.width_mm / 25.4, spec.height_mm / 25.4), dpi=dpi, facecolor=PAPER)
    canvas = FigureCanvasAgg(figure)
    axes = _axes(figure, spec, field, frame)
    left_out = _draw_field(axes, canvas, spec, frame, locale)
    _draw_frame(figure, axes, spec, frame)
    bar_m = draw_column(figure, spec, frame, locale)
    words = translate(_in_words(spec, frame, locale), locale)
    png = _as_png(canvas, dpi)
    crs = frame.crs.label
    return DrawnFigure(png, spec.width_mm, spec.height_mm, frame.scale, bar_m, crs, words, tuple(left_out))


def _field(spec: FigureSpec) -> Field:
    width = spec.width_mm - COLUMN_MM - GAP_MM - 2 * RIM_MM - EDGE_MM
    height = spec.height_mm - 2 * RIM_MM - 2 * EDGE_MM
    if min(width, height) < SMALLEST_MM:
        raise BadInput(text("The map is too small for its frame and legend."))
    return Field(EDGE_MM + RIM_MM, EDGE_MM + RIM_MM, width, height)


def _fitting(shapes: Sequence[FigureShape]) -> list[BaseGeometry]:
    """What the map is placed around."""
    return [one.shape for one in shapes if style_of(one.style).fits] or [one.shape for one in shapes]


def _axes(figure: Figure, spec: FigureSpec, field: Field, frame: Frame) -> Axes:
    """The field in plane metres: its size on paper times the scale is its size on the plane."""
    width, height = spec.width_mm, spec.height_mm
    axes = figure.add_axes((field.left / width, field.bottom / height, field.width / width, field.height / height))
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north_edge)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.patch.set_facecolor(PAPER)
    for side in axes.spines.values():
        side.set_linewidth(0.5)
        side.set_zorder(50)
    return axes


def _draw_field(axes: Axes, canvas: FigureCanvasAgg, spec: FigureSpec, frame: Frame, locale: str) -> list[str]:
    window = frame.box(margin=0.02)
    labels: list[Label] = []
    for order, one in enumerate(spec.shapes):
        style = style_of(one.style)
        shown = on_paper(from_storage(one.shape, frame.crs), frame.scale, window)
        draw_shape(axes, shown, style, 2.0 + order / 1000.0)
        said = printable(say(one.label, locale)).strip()
        seen = shapely.intersection(shown, frame.box())
        if said and not seen.is_empty:
            labels.append(_label(said, seen, style))
    if spec.schematic:
        _draw_watermark(axes, locale)
    return draw_labels(axes, canvas, labels, order=20.0)


def _label(said: str, seen: BaseGeometry, style: Style) -> Label:
    return Label(said if len(said) <= 24 else f"{said[:23]}…", seen, style)


def _draw_watermark(axes: Axes, locale: str) -> None:
    """Large and pale across the field, below the names."""
    said = translate(text("Schematic map"), locale)
    look: dict[str, Any] = {"color": "#8a6d3b", "alpha": 0.11, "rotation": 28, "zorder": 15.0, "parse_math": False}
    middle: dict[str, Any] = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, said, fontproperties=font(38, bold=True), **middle, **look)


def _draw_frame(figure: Figure, axes: Axes, spec: FigureSpec, frame: Frame) -> None:
    """The bold outer line, and degrees between the two lines."""
    wide, high = spec.width_mm, spec.height_mm
    size = ((wide - COLUMN_MM - GAP_MM - EDGE_MM) / wide, (high - 2 * EDGE_MM) / high)
    outer = Rectangle((EDGE_MM / wide, EDGE_MM / high), *size, transform=figure.transFigure, fill=False)
    outer.set(linewidth=1.3, edgecolor=INK)
    figure.add_artist(outer)
    small: dict[str, Any] = {"fontproperties": font(6), "color": SOFT, "parse_math": False, "clip_on": False}
    for tick in graticule.bottom_ticks(frame):
        x = (tick.at - frame.west) / (frame.east - frame.west)
        _tick(axes, (x, x), (0.0, -0.012))
        if 0.06 < x < 0.94:
            axes.annotate(tick.label, (x, 0), (0, -9.2), "axes fraction", "offset points", ha="center", **small)
    for tick in graticule.left_ticks(frame):
        y = (tick.at - frame.south) / (frame.north_edge - frame.south)
        _tick(axes, (0.0, -0.012), (y, y))
        if 0.06 < y < 0.94:
            turned: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "center"}
            axes.annotate(tick.label, (0, y), (-2.2, 0), "axes fraction", "offset points", **turned, **small)


def _tick(axes: Axes, xs: tuple[float, float], ys: tuple[float, float]) -> None:
    axes.plot(xs, ys, transform=axes.transAxes, color=INK, linewidth=0.5, clip_on=False, scalex=False, scaley=False)


def _in_words(spec: FigureSpec, frame: Frame, locale: str) -> Text:
    return text(
        "Map “%(title)s”, scale 1:%(scale)s, as of %(day)s.",
        title=say(spec.title, locale),
        scale=f"{frame.scale:,}",
        day=written_day(spec.on, locale),
    )


def _as_png(canvas: FigureCanvasAgg, dpi: int) -> bytes:
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), pixels).convert("RGB")
    written = io.BytesIO()
    picture.save(written, "PNG", dpi=(dpi, dpi), optimize=False, compress_level=6)
    return written.getvalue()
