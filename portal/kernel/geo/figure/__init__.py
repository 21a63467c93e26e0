"""Maps for paper: on the Gauss-Kruger plane of the place, at a round scale, with all that a map must say of itself."""

from __future__ import annotations

import threading

from portal.kernel.geo.figure.drawn import DrawnFigure
from portal.kernel.geo.figure.styles import STYLES
from portal.kernel.geo.figure_spec import FigureShape, FigureSpec

__all__ = ["STYLES", "DrawnFigure", "FigureShape", "FigureSpec", "draw"]

_ONE_AT_A_TIME = threading.Lock()


def draw(spec: FigureSpec, locale: str, dpi: int = 300) -> DrawnFigure:
    """The map as a PNG of `width_mm` × `height_mm`, in Chinese (`zh_Hans_CN`) or English (`en`).

    Shapes are EPSG:4490 and are drawn on the CGCS2000 3-degree Gauss-Kruger plane around their middle. Those of a style
    that `fits` (all, when there is none) decide where the map lies. Raises `BadInput` when there is nothing to draw or
    it lies outside China's zones, `Misconfigured` without Chinese fonts.
    """
    # matplotlib takes half a second to load: only those who draw wait for it. Its letters are not safe in two threads.
    from portal.kernel.geo.figure.canvas import draw_on_canvas

    with _ONE_AT_A_TIME:
        return draw_on_canvas(spec, locale, dpi)
