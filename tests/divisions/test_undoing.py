"""An import taken back: rows superseded, earlier ones back as copies, and what stands in its way."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.divisions import queries
from portal.divisions.exchange.imports import UNITS
from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.built_on import OWN, REFERENCES
from portal.divisions.rules.id_ranges import from_ranges, to_ranges
from portal.errors import RuleBroken
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.trail import entries
from tests.divisions.conftest import AT, TODAY
from tests.divisions.test_exchange_imports import CHANGZHENG, EAST, LATER, TAOPU, WEST
from tests.factories.divisions import square
from tests.factories.risk import make_hazard

NEW_SHAPE = square(121.40, size=0.009)


def believed(session, table):
    """What is believed, without ids and times."""
    columns = [c for c in table.__table__.columns if c.name not in {"id", "recorded_at", "superseded_at", "geom"}]
    wanted = [*columns, func.ST_AsText(table.geom)] if table is UnitShape else columns
    rows = session.execute(select(*wanted).where(table.superseded_at.is_(None)))
    return sorted(tuple(str(value) for value in row) for row in rows)


def all_believed(session):
    return [believed(session, table) for table in (UnitVersion, UnitCode, UnitShape)]


@pytest.fixture
def undo(session):
    return lambda manifest: UNITS.undo(session, SYSTEM, manifest)


def test_added_units_are_nothing_afterwards_and_nobody_sees_them(app, session, take, undo):
    before = all_believed(session)
    manifest = take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    undo(manifest)
    assert all_believed(session) == before
    assert queries.unit_by_code(session, "mca", "310107102", TODAY) is None
    assert [unit.name for unit in queries.public_units(session, TODAY)] == ["普陀区"]
    assert queries.ancestry_differences(session) == []


def test_changed_units_are_again_what_they_were(session, take, undo):
    take(CHANGZHENG | {"postcode": "200333"}, TAOPU, shapes=[WEST, EAST])
    before = all_believed(session)
    changed = CHANGZHENG | {"postcode": "200334", "code_nbs": "310107102"}
    manifest = take(changed, shapes=[NEW_SHAPE], at=LATER)
    assert all_believed(session) != before
    undo(manifest)
    assert all_believed(session) == before


def test_a_correction_on_the_same_day_comes_back_too(session, take, undo):
    take(CHANGZHENG, shapes=[WEST])
    before = all_believed(session)
    undo(take(CHANGZHENG | {"seat": "大渡河路1668号"}, shapes=[NEW_SHAPE]))
    assert all_believed(session) == before


def test_nothing_is_deleted_and_the_trail_says_it(session, take, undo, holdings):
    take(CHANGZHENG)
    manifest = take(CHANGZHENG | {"postcode": "200334"}, at=LATER)
    before = holdings()
    undo(manifest)
    after = holdings()
    assert {name: after[name] - before[name] for name in before} == {
        "units": 0,
        "unit_versions": 1,
        "unit_codes": 0,
        "unit_shapes": 0,
    }
    assert "import_undone" in {entry.verb for entry in entries(session)}


def test_the_same_file_goes_in_again_after_an_undo(session, take, undo):
    undo(take(CHANGZHENG, shapes=[WEST]))
    manifest = take(CHANGZHENG, shapes=[WEST])
    assert manifest["counts"]["new"] == 1
    assert queries.unit_by_code(session, "mca", "310107102", TODAY) is not None


def test_imports_are_taken_back_the_last_one_first(session, take, undo):
    first = take(CHANGZHENG)
    second = take(CHANGZHENG | {"postcode": "200334"}, at=LATER)
    with pytest.raises(RuleBroken, match="长征镇"):
        undo(first)
    undo(second)
    undo(first)
    assert queries.unit_by_code(session, "mca", "310107102", TODAY) is None


@pytest.mark.parametrize(
    "later",
    [
        {"code_nbs": "310107102"},
        {"seat": "大渡河路1668号"},
    ],
)
def test_a_later_row_of_an_added_unit_stands_in_the_way(session, take, undo, later):
    manifest = take(CHANGZHENG)
    take(CHANGZHENG | later)
    with pytest.raises(RuleBroken, match="for 1 of its divisions"):
        undo(manifest)


def test_a_later_shape_stands_in_the_way(session, take, undo):
    manifest = take(CHANGZHENG)
    take(CHANGZHENG, shapes=[WEST])
    with pytest.raises(RuleBroken):
        undo(manifest)


def test_a_division_below_stands_in_the_way(session, take, undo):
    manifest = take(TAOPU, code_system="nbs")
    take({"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}, code_system="nbs")
    with pytest.raises(RuleBroken, match="海棠苑居委会"):
        undo(manifest)


def test_children_of_the_same_import_do_not(session, take, undo):
    committee = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}
    undo(take(TAOPU, committee, code_system="nbs"))
    assert queries.unit_by_code(session, "nbs", "310107103009", TODAY) is None


def test_an_entry_of_another_room_stands_in_the_way_and_is_named(session, district, take, undo):
    manifest = take(CHANGZHENG)
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    make_hazard(session, town)
    before = all_believed(session)
    with pytest.raises(RuleBroken, match=r"risk\.hazards 1.*长征镇"):
        undo(manifest)
    assert all_believed(session) == before


def test_later_rows_of_units_that_it_only_changed_do_not(session, take, undo):
    """A code that came afterwards has nothing to do with the shape that is taken back."""
    take(CHANGZHENG, shapes=[WEST])
    manifest = take(CHANGZHENG, shapes=[NEW_SHAPE], at=LATER)
    take(CHANGZHENG | {"code_nbs": "310107102"})
    undo(manifest)
    town = queries.unit_by_code(session, "nbs", "310107102", AT)
    shape = session.scalars(select(UnitShape).where(UnitShape.unit_id == town.id, UnitShape.superseded_at.is_(None)))
    assert shape.one().valid_to is None


def test_every_room_that_names_units_is_asked(session):
    """The database knows them; a table that a room adds later is found without being told."""
    found = {table for table, _ in session.execute(REFERENCES)}
    assert found >= OWN | {"risk.hazards", "disasters.reports", "people.grants", "places.places", "divisions.home"}


@pytest.mark.parametrize("ids", [[], [7], [1, 2, 3, 7], [3, 1, 2, 2], range(100)])
def test_ids_as_ranges_and_back(ids):
    assert from_ranges(to_ranges(ids)) == sorted(set(ids))


def test_what_is_no_range_is_an_error():
    for kept in (None, {}, [[1]], ["ab"]):
        with pytest.raises((TypeError, ValueError)):
            from_ranges(kept)
