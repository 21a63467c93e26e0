"""Maps for paper: true scale, true north, Chinese letters, and everything that must stand on them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import threading

import numpy as np
import pytest
import shapely
from PIL import Image

from portal.errors import BadInput, Misconfigured
from portal.kernel.geo.crs import from_storage, geodesic_distance_m, to_storage
from portal.kernel.geo.figure import STYLES, FigureShape, FigureSpec, draw
from portal.kernel.geo.figure.graticule import bottom_ticks, left_ticks, written
from portal.kernel.geo.figure.letters import face, lines
from portal.kernel.geo.figure.plane import SCALES, bar_length, frame_around, plane_of
from portal.kernel.i18n.fonts import find_fonts, paper_fonts

ON = dt.date(2026, 7, 1)
SQUARE = shapely.box(121.38, 31.23, 121.42, 31.26)
DPI = 150


def spec(*shapes: FigureShape, **given: object) -> FigureSpec:
    """A map of a square, or of what is given."""
    return FigureSpec(
        shapes or (FigureShape(SQUARE, "focus", "长征镇", "长征镇"),), "长征镇位置图", "测试", ON, **given
    )


def pixels(png: bytes) -> np.ndarray:
    """Rows, columns, RGB."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def columns_of(image: np.ndarray, colour: str) -> np.ndarray:
    """In which columns a colour stands."""
    rgb = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return np.nonzero((image == rgb).all(axis=2))[1]


def bar_pixels(image: np.ndarray, dpi: int) -> float:
    """How long the scale bar is: the longest row of ink in the lower half of the column beside the map, without the
    half of its outline (0.5 points) that stands out on each side."""
    column = image[len(image) // 2 :, -int(42 / 25.4 * dpi) :, :].sum(axis=2) < 300
    best = 0.0
    for row in column:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        best = max([best, *(edges[1::2] - edges[::2])])
    return best - 0.5 / 72 * dpi


# --- scale and plane ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "zone"), [(121.40, 40), (121.49, 40), (121.51, 41), (113.46, 38), (119.9, 40), (73.6, 25), (135.0, 45)]
)
def test_the_plane_is_the_nearest_zone_of_three_degrees(lon, zone):
    crs = plane_of(lon)
    assert (crs.zone, crs.central_meridian, crs.false_easting) == (zone, zone * 3.0, 500_000.0)
    assert "3-degree" in crs.label


@pytest.mark.parametrize("lon", [-0.1, 40.0, 73.0, 137.0])
def test_what_lies_outside_china_has_no_plane(lon):
    with pytest.raises(BadInput, match="zones 25 to 45"):
        plane_of(lon)


@pytest.mark.parametrize("lat", [18.3, 31.25, 47.9])
@pytest.mark.parametrize("lon", [118.55, 120.0, 121.45])
@pytest.mark.parametrize("size", [0.002, 0.04, 0.6])
def test_the_frame_holds_the_things_at_the_largest_round_scale(lon, lat, size):
    shape = shapely.box(lon - size / 2, lat - size / 2, lon + size / 2, lat + size / 2)
    frame = frame_around([shape], 110.0, 95.0)
    assert frame.scale in SCALES
    assert frame.box().contains(from_storage(shape, frame.crs))
    assert (frame.east - frame.west) * 1000 / frame.scale == pytest.approx(110.0)
    smaller = SCALES[SCALES.index(frame.scale) - 1]
    x0, y0, x1, y1 = from_storage(shape, frame.crs).bounds
    assert max((x1 - x0) * 1.08 / 0.110, (y1 - y0) * 1.08 / 0.095, 400 / 0.095) > smaller


def test_true_north_is_to_the_west_of_the_grid_east_of_the_central_meridian():
    assert frame_around([SQUARE], 110, 95).north == pytest.approx(
        -np.degrees(np.radians(1.4) * np.sin(np.radians(31.245))), abs=0.002
    )
    west_of_it = shapely.box(118.98, 31.2, 119.02, 31.25)
    assert frame_around([west_of_it], 110, 95).north > 0.4
    on_it = shapely.box(119.99, 31.2, 120.01, 31.25)
    assert abs(frame_around([on_it], 110, 95).north) < 0.001


def test_the_bar_is_as_long_as_the_ground_it_stands_for():
    """Measured in the picture: two signs whose distance on the ellipsoid is known, against the bar; within 0.3 %."""
    east = place_beside(121.39, 31.245, metres=1000.0)
    signs = [FigureShape(shapely.Point(121.39, 31.245), "place"), FigureShape(east, "place")]
    around = FigureShape(shapely.box(121.385, 31.240, 121.405, 31.250), "focus")
    drawn = draw(spec(around, *signs), "en", dpi=600)
    image = pixels(drawn.png)
    found = columns_of(image, STYLES["place"].fill)
    apart = found[found > found.mean()].mean() - found[found < found.mean()].mean()
    metres = geodesic_distance_m(121.39, 31.245, east.x, east.y)
    assert metres == pytest.approx(1000, rel=0.0005)
    assert bar_pixels(image, 600) * metres / apart == pytest.approx(drawn.bar_m, rel=0.003)
    assert apart * drawn.scale / 600 * 0.0254 == pytest.approx(1000, rel=0.003), "the scale in figures is true too"


def place_beside(lon: float, lat: float, metres: float) -> shapely.Point:
    """The place that lies so far to the east on the plane."""
    crs = plane_of(lon)
    here = from_storage(shapely.Point(lon, lat), crs)
    return to_storage(shapely.Point(here.x + metres, here.y), crs)


@pytest.mark.parametrize(("lon", "lat"), [(121.49, 31.6), (118.51, 18.3), (120.0, 31.2), (113.46, 23.1)])
def test_the_bar_in_plane_metres_is_true_on_the_ellipsoid(lon, lat):
    """Within 0.3 % (in fact far within): what `ground` makes of a length is that length on the ground."""
    frame = frame_around([shapely.box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)], 110, 95)
    metres = bar_length(frame.scale, 36.0)
    middle = ((frame.west + frame.east) / 2, (frame.south + frame.north_edge) / 2)
    ends = [shapely.Point(middle[0] + side * metres * frame.ground / 2, middle[1]) for side in (-1, 1)]
    a, b = (to_storage(end, frame.crs) for end in ends)
    assert geodesic_distance_m(a.x, a.y, b.x, b.y) == pytest.approx(metres, rel=1e-5)
    assert frame.ground == pytest.approx(1.0, abs=0.0005)


@pytest.mark.parametrize("scale", SCALES)
def test_a_bar_is_round_and_fits_its_place(scale):
    metres = bar_length(scale, 36.0)
    assert str(metres).rstrip("0") in {"1", "2", "4", "5"}
    assert metres * 1000 / scale <= 36.0


# --- what stands on it --------------------------------------------------------------------------------------------


def test_the_picture_has_the_size_and_resolution_that_were_asked_for():
    drawn = draw(spec(width_mm=160, height_mm=100), "zh_Hans_CN", dpi=300)
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.size == pytest.approx((160 / 25.4 * 300, 100 / 25.4 * 300), abs=1)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert (drawn.width_mm, drawn.height_mm) == (160, 100)
    image = pixels(drawn.png)
    assert 0.02 < (image.sum(axis=2) < 300).mean() < 0.4, "neither blank nor black"


def test_it_says_its_scale_for_those_who_do_not_see_it():
    drawn = draw(spec(), "en", dpi=DPI)
    assert drawn.words == f"Map “长征镇位置图”, scale 1:{drawn.scale:,}, as of July 1, 2026."
    assert drawn.left_out == ()


def test_every_style_differs_by_more_than_its_colour():
    levels = [STYLES[level] for level in ("red", "orange", "yellow", "blue")]
    assert len({style.hatch for style in levels}) == 4
    assert len({style.marker for style in levels}) == 4
    for key in STYLES:
        draw(spec(FigureShape(SQUARE, key, key, key), FigureShape(shapely.Point(121.4, 31.24), key, key)), "en", dpi=60)


def test_a_level_is_seen_in_black_and_white_by_its_pattern():
    plain, level = (draw(spec(FigureShape(SQUARE, key)), "en", dpi=DPI) for key in ("plain", "red"))
    inside = (slice(200, 300), slice(200, 300))
    assert np.ptp(pixels(plain.png)[inside].mean(axis=2)) < 5
    assert np.ptp(pixels(level.png)[inside].mean(axis=2)) > 50


def test_a_schematic_map_says_so_across_the_field():
    plain, marked = (pixels(draw(spec(schematic=said), "zh_Hans_CN", dpi=DPI).png) for said in (False, True))
    field = (slice(100, 500), slice(100, 600))
    assert (plain[field] != marked[field]).any(axis=2).mean() > 0.03


def test_an_approval_number_takes_the_place_of_the_word_sample():
    sample, approved = (pixels(draw(spec(approval_number=number), "en", dpi=DPI).png) for number in (None, "X(2026)1"))
    assert (sample != approved).any()


def test_holes_stay_open():
    ring = SQUARE.difference(shapely.box(121.39, 31.24, 121.41, 31.25))
    image = pixels(draw(spec(FigureShape(ring, "plain")), "en", dpi=DPI).png)
    fill = (image == (0xE6, 0xED, 0xF0)).all(axis=2)
    rows, columns = np.nonzero(fill)
    assert fill.any()
    assert not fill[int(rows.mean()), int(columns.mean())]


def test_names_that_find_no_room_are_told():
    many = [FigureShape(shapely.box(121.4, 31.24, 121.4001, 31.2401), "part", f"很长的名字{n}") for n in range(12)]
    drawn = draw(spec(FigureShape(SQUARE, "focus", "长征镇"), *many), "zh_Hans_CN", dpi=DPI)
    assert 0 < len(drawn.left_out) < 12
    assert "长征镇" not in drawn.left_out


@pytest.mark.parametrize(
    "name", ["$\\frac{1}{0}$", "a$b$c^2_d", "\\alpha{", "镇\x00\x1b\u202e", "<b>&amp;", "𠮷野家镇", "%s %d"]
)
def test_odd_names_are_only_letters(name):
    given = spec(FigureShape(SQUARE, "focus", name, name))
    drawn = draw(dataclasses.replace(given, title=name, source=name), "zh_Hans_CN", dpi=60)
    assert len(drawn.png) > 1000


def test_a_million_vertices_are_drawn_in_seconds():
    angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    wavy = 0.02 + 0.0005 * np.sin(angles * 5000)
    shape = shapely.Polygon(np.column_stack([121.4 + wavy * np.cos(angles), 31.24 + wavy * np.sin(angles)]))
    assert len(draw(spec(FigureShape(shape, "focus")), "en", dpi=DPI).png) > 1000


def test_nothing_to_draw_and_unknown_styles_are_refused():
    with pytest.raises(BadInput, match="nothing to draw"):
        draw(spec(FigureShape(shapely.Polygon(), "focus")), "en")
    with pytest.raises(BadInput, match="no style"):
        draw(spec(FigureShape(SQUARE, "pink")), "en")
    with pytest.raises(BadInput, match="too small"):
        draw(spec(width_mm=60), "en")


def test_many_at_once_do_not_spoil_each_other():
    alone = draw(spec(), "en", dpi=60).png
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(draw(spec(), "en", dpi=60).png)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [alone] * 6


# --- letters and ticks --------------------------------------------------------------------------------------------


def test_letters_have_the_forms_used_in_china():
    assert paper_fonts().sans.exists()
    from matplotlib import ft2font

    path = face(False)
    assert ft2font.FT2Font(path.path, face_index=path.face_index).family_name == "Noto Sans CJK SC"
    assert ft2font.FT2Font(path.path, face_index=path.face_index).get_char_index(ord("镇")) > 0


def test_a_machine_without_the_font_is_told_what_to_install(tmp_path):
    with pytest.raises(Misconfigured, match=r"NotoSansCJK-Regular.ttc.*fonts-noto-cjk"):
        find_fonts([tmp_path])


def test_lines_break_between_chinese_letters_and_between_words():
    assert lines("上海市民政局，资料", 10, 3.6 * 6) == ["上海市民政", "局，资料"]
    assert lines("one two three", 10, 20) == ["one two", "three"]
    assert lines("统计用区划代码（2023年）", 10, 3.6 * 8) == ["统计用区划代码", "（2023年）"]
    assert all(not line.startswith("，") for line in lines("一二三四五六，七八九十，" * 3, 10, 3.6 * 6))
    assert lines("字" * 100, 10, 36, most=2)[-1].endswith("…")


@pytest.mark.parametrize(
    ("seconds", "said"), [(121 * 3600, "121°"), (121 * 3600 + 1380, "121°23′"), (121 * 3600 + 1385, "121°23′05″")]
)
def test_degrees_are_written_without_zeros_at_their_end(seconds, said):
    assert written(seconds) == said


@pytest.mark.parametrize("size", [0.002, 0.04, 0.5, 3.0])
def test_there_are_a_few_ticks_on_each_edge(size):
    frame = frame_around([shapely.box(121.4 - size / 2, 31.2, 121.4 + size / 2, 31.2 + size)], 110, 95)
    for ticks, first, last in (
        (bottom_ticks(frame), frame.west, frame.east),
        (left_ticks(frame), frame.south, frame.north_edge),
    ):
        assert 1 <= len(ticks) <= 5
        assert all(first <= tick.at <= last for tick in ticks)
