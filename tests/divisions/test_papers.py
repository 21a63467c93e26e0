"""The facts of a division's sheet: what the public may know, with the map's shapes."""

from __future__ import annotations

import datetime as dt
import runpy
import uuid

import pytest
from sqlalchemy.exc import ProgrammingError

from portal.divisions import queries
from portal.divisions.papers import LOWEST_MAP_MM, SHEET, SIGNED_BY, map_height, sheet_sample, sheet_values
from portal.divisions.queries import PublicUnit
from portal.divisions.rules import Span
from portal.divisions.signals import units_announced
from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM
from portal.kernel.contracts.paper import PaperFacts
from portal.kernel.db.session import connect
from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.i18n.words import say
from portal.settings import CHECKOUT
from tests.factories.divisions import make_unit, square
from tests.factories.papers import AT, make_ground

FACTS = {"quality": "surveyed", "precision": "day", "source": "沪府文件", "area_m2": 11_340_000, "population": 112233}


def unit(facts: dict[str, object] | None = None, name: str = "长征镇", **given: object) -> PublicUnit:
    said = {
        "record_id": 1,
        "public_id": uuid.uuid4(),
        "name": name,
        "level": 4,
        "kind": "town",
        "parent": None,
        "codes": (("mca", "310107102"), ("nbs", "310107102000")),
        "facts": FACTS | (facts or {}),
        "span": Span(dt.date(2014, 7, 1), None),
        "lon": None,
        "lat": None,
    }
    return PublicUnit(**said | given)


def english(values: dict[str, object]) -> dict[str, str]:
    return {name: say(word, "en") for name, word in values.items()}


@pytest.fixture
def ground(app, session):
    return make_ground(session)


def facts_of(session, one, at=AT) -> PaperFacts:
    return SHEET.facts(session, SYSTEM, one.public_id, at)


def drawn(facts: PaperFacts) -> list[tuple[str, str]]:
    """Style and label of what is on the map, from below."""
    return [(one.style, str(one.label)) for one in facts.figure.shapes]


# --- values -------------------------------------------------------------------------------------------------------


def test_values_are_words_of_the_readers_language():
    values = english(sheet_values(unit(), [unit(name="上海市"), unit(name="普陀区")], []))
    assert values["parents"] == "上海市 › 普陀区"
    assert values["area"] == "11.34 km²"
    assert values["population"] == "112,233"
    assert values["quality"] == "Surveyed line"
    assert values["span"] == "since July 1, 2014"
    assert values["codes"].startswith("310107102 (")
    assert "310107102000 (" in values["codes"]
    chinese = {name: say(word, "zh_Hans_CN") for name, word in sheet_values(unit(), [], []).items()}
    assert (chinese["kind"], chinese["span"]) == ("镇", "2014年7月1日 起")


def test_what_is_not_known_is_a_dash_and_never_empty():
    values = english(sheet_values(unit({"population": None, "area_m2": None, "quality": None}, codes=()), [], []))
    for name in ("seat", "phone", "postcode", "population", "area", "parents", "children", "name_en"):
        assert values[name] == "—"
    assert values["quality"] == "no outline is known"
    assert values["codes"] == "no code"
    assert all(values.values())


def test_a_state_that_ended_and_one_known_by_its_year_only():
    ended = unit({"precision": "year"}, span=Span(dt.date(1994, 1, 1), dt.date(2014, 7, 1)))
    assert english(sheet_values(ended, [], []))["span"] == "1994 until before July 1, 2014"


def test_many_divisions_below_are_counted_and_cut_between_names():
    few = english(sheet_values(unit(), [], [unit(name="甲村"), unit(name="乙村")]))
    assert few["children"] == "2: 甲村、乙村"
    many = english(sheet_values(unit(), [], [unit(name=f"第{n}居民委员会") for n in range(45)]))
    assert many["children"].startswith("45, among them 第0居民委员会、")
    assert many["children"].endswith("居民委员会")
    assert len(many["children"]) <= 80


def test_the_map_gives_way_to_long_texts():
    short = sheet_values(unit(), [], [])
    assert map_height(short) > map_height({**short, "seat": "长" * 80}) > map_height({**short, "seat": "长" * 160})
    assert map_height({**short, "seat": "长" * 9000}) == LOWEST_MAP_MM


# --- from the published model -------------------------------------------------------------------------------------


def test_a_towns_map_shows_it_between_its_neighbours(session, ground):
    facts = facts_of(session, ground.town)
    assert drawn(facts) == [("neighbour", "桃浦镇"), ("focus", "长征镇")]
    assert facts.figure.schematic
    assert facts.figure.approval_number is None
    assert facts.address == f"/divisions/{ground.town.public_id}?at=2026-07-01"
    assert facts.unit_id == ground.town.id
    assert facts.signatures == SIGNED_BY


def test_shapes_come_back_in_degrees_as_they_were(session, ground):
    found = queries.public_outlines(session, [queries.public_unit(session, ground.town.public_id, AT)])
    shape = found[ground.town.public_id]
    assert shape.bounds == pytest.approx(square().bounds, abs=1e-8)
    assert geodesic_area_m2(shape) == pytest.approx(geodesic_area_m2(square()), rel=1e-6)


def test_the_districts_map_shows_its_parts_and_one_schematic_line_makes_all_schematic(session, ground):
    facts = facts_of(session, ground.district)
    assert drawn(facts) == [("focus", ""), ("part", "长征镇"), ("part", "桃浦镇")]
    assert facts.figure.schematic


def test_neighbours_are_of_the_day_and_near(session, ground):
    make_unit(session, ground.district, "远方镇", shape=square(122.5))
    make_unit(session, ground.district, "旧镇", shape=square(121.39), until=dt.date(2010, 1, 1))
    units_announced.send("test", session=session, actor=SYSTEM)
    assert ("neighbour", "远方镇") not in drawn(facts_of(session, ground.town))
    assert ("neighbour", "旧镇") not in drawn(facts_of(session, ground.town))
    assert ("neighbour", "旧镇") in drawn(facts_of(session, ground.town, dt.date(2005, 1, 1)))


def test_without_an_outline_there_is_no_map(session, ground):
    assert facts_of(session, ground.committee).figure is None


def test_a_division_that_is_not_public_on_the_day_has_no_sheet(session, ground):
    with pytest.raises(NotFound):
        facts_of(session, ground.town, dt.date(1990, 1, 1))


def test_the_towns_below_a_district_are_printed_together(session, ground):
    assert set(SHEET.below(session, SYSTEM, ground.district.public_id, AT)) == {
        ground.town.public_id,
        ground.beside.public_id,
    }


def test_the_sample_has_the_names_of_the_real_thing(session, ground):
    assert set(sheet_sample().values) == set(facts_of(session, ground.town).values)


def test_the_word_templates_are_what_their_script_makes(tmp_path):
    folder = CHECKOUT / "templates" / "divisions" / "print"
    script = runpy.run_path(str(folder / "make_sheet.py"))
    for words in (script["CHINESE"], script["ENGLISH"]):
        script["make"](words, tmp_path)
        assert (tmp_path / words["file"]).read_bytes() == (folder / words["file"]).read_bytes()


def test_the_public_role_is_enough_for_a_sheet_and_not_for_issuing_one(application, own_database):
    """Read as `anjie_public`, which can see nothing but what was published."""
    databases = connect(own_database)
    with databases.app.begin() as session:
        made = make_ground(session)
        town = made.town.public_id
    with databases.public() as session:
        facts = SHEET.facts(session, None, town, AT)
        assert facts.unit_id is None
        assert drawn(facts) == [("neighbour", "桃浦镇"), ("focus", "长征镇")]
    with databases.public() as session, pytest.raises(ProgrammingError, match="permission denied"):
        SHEET.facts(session, SYSTEM, town, AT)
    databases.dispose()
