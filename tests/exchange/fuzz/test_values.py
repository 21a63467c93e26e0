"""Cells and shapes of strangers: a value, nothing, or a problem with a documented code; never an exception."""

from __future__ import annotations

import datetime as dt
import json
import os
import re

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.exchange.declared import importers
from portal.exchange.staging.copying import as_json
from portal.exchange.staging.storable import all_storable
from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.formats.values import parse_cell
from portal.kernel.geo.crs import CGCS2000, parse_crs
from portal.kernel.geo.mending import check_shapes
from tests.exchange.fuzz.corpus import KINDS, Spoil
from tests.exchange.fuzz.reading import CODES

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
DAY = dt.date(2026, 5, 31)
PIECES = st.sampled_from(
    [
        "约",
        "万",
        "亿",
        "㎡",
        "床",
        "１２",
        "-",
        "—",
        "至",
        "年",
        "月",
        "日",
        "2024",
        "13",
        "E+11",
        ".0",
        ",",
        "'",
        "=",
        " ",
        "\u3000",
        "\u200b",
    ]
)
written = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join), st.characters(categories=["Cs"]))
fields = [one for importer in importers().values() for one in (*importer.fields, *importer.options)]
shapes = st.sampled_from(
    [
        shapely.Point(121.4, 31.2),
        shapely.Point(121.4, 31.2, 5),
        shapely.box(121.4, 31.2, 121.5, 31.3),
        shapely.from_wkt("POLYGON ((121 31, 122 32, 122 31, 121 32, 121 31))"),
        shapely.from_wkt("MULTILINESTRING ((121 31, 122 32), EMPTY)"),
        shapely.from_wkt("GEOMETRYCOLLECTION (POINT (121 31), GEOMETRYCOLLECTION (LINESTRING (121 31, 122 32)))"),
    ]
)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@settings(max_examples=500 * TIMES, deadline=None)
@given(st.sampled_from(fields), written)
def test_any_cell_for_any_field(field, said: str) -> None:
    value, problem = parse_cell(field, said, DAY)
    if problem is not None:
        assert problem.code in CODES
        assert str(problem.text)
        assert value is None or problem.level == "note"


@settings(max_examples=300 * TIMES, deadline=None)
@given(shapes, st.lists(st.builds(Spoil, st.sampled_from(KINDS), st.floats(0, 1, exclude_max=True), st.integers(0, 99)), max_size=3),
       st.booleans(), st.sampled_from([CGCS2000, parse_crs("EPSG:4528"), parse_crs("GCJ-02")]))  # fmt: skip
def test_any_bytes_as_a_shape(shape, spoils: list[Spoil], mend: bool, crs) -> None:
    wkb = shapely.to_wkb(shape, flavor="iso")
    for spoil in spoils:
        wkb = spoil.on(wkb, wkb)
    ((made, problems),) = check_shapes([wkb], crs, ShapeRule(), mend=mend)
    assert {problem.code for problem in problems} <= CODES
    assert made is None or (shapely.is_valid(made) and not made.is_empty)
    assert (made is None) == any(problem.level == "error" for problem in problems)


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.characters(categories=["Cs", "Cc"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=300 * TIMES, deadline=None)
@given(plain)
def test_any_text_can_be_stored(value) -> None:
    said = as_json(value)
    assert not UNSTORABLE.search(said)
    assert "\\u0000" not in said.replace("\\\\", "")
    assert json.loads(said) == json.loads(json.dumps(all_storable(value)))
