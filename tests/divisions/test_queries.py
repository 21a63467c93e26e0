"""Units as of a day, within a scope, and for pickers."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import literal, select

from portal.divisions import queries
from portal.divisions.models import Ancestry, UnitVersion
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries.lineage import ancestry_differences
from portal.divisions.queries.snapshot import public_ids, shapes_of
from portal.divisions.service import rebuild_ancestry
from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM, Actor
from tests.factories.divisions import make_district, make_unit, square

TODAY = dt.date(2024, 6, 1)


@pytest.fixture
def district(session):
    return make_district(session)


@pytest.fixture
def town(session, district):
    return make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square())


def holder(*roots: int) -> Actor:
    return Actor(1, "张三", scopes={IMPORT_UNITS.key: frozenset(roots)})


def sees(session, column, roots, at) -> bool:
    return bool(session.scalar(select(queries.within(column, roots, at))))


def test_a_root_lies_within_itself_and_holds_its_subtree(session, district, town):
    committee = make_unit(session, town, "海棠苑居委会", level=5)
    for unit in (district, town, committee):
        assert sees(session, literal(unit.id), {district.id}, TODAY)
    assert not sees(session, literal(district.id), {town.id}, TODAY)
    assert not sees(session, literal(committee.id), set(), TODAY)


def test_the_subtree_is_that_of_the_day(session, district, town):
    other = make_unit(session, district, "真如镇街道")
    moved = make_unit(session, town, "杨家桥居委会", level=5, until=dt.date(2014, 7, 1))
    session.add(_version_after(moved, other, dt.date(2014, 7, 1)))
    before, after = dt.date(2014, 6, 30), dt.date(2014, 7, 1)
    rebuild_ancestry(session)
    assert sees(session, literal(moved.id), {town.id}, before)
    assert not sees(session, literal(moved.id), {town.id}, after)
    assert sees(session, literal(moved.id), {other.id}, after)
    assert sees(session, literal(moved.id), {district.id}, before)


def _version_after(unit, parent, day):
    said = {"name": "杨家桥居委会", "kind": "residents_committee", "level": 5, "source": "测试"}
    return UnitVersion(unit_id=unit.id, parent_id=parent.id, valid_from=day, **said)


def test_the_machine_itself_sees_all(session, district):
    assert session.scalar(select(queries.scoped(SYSTEM, IMPORT_UNITS, literal(district.id), TODAY)))
    assert not session.scalar(select(queries.scoped(holder(), IMPORT_UNITS, literal(district.id), TODAY)))


def test_home_is_none_before_setup_and_before_it_began(session):
    assert queries.home_unit_id(session) is None
    assert queries.home(session, TODAY) is None
    district = make_district(session, at=dt.date(2000, 1, 1))
    assert queries.home_unit_id(session) == district.id
    assert queries.home(session, TODAY).name == "普陀区"
    assert queries.home(session, dt.date(1999, 12, 31)) is None


def test_units_are_found_by_public_id_and_by_code_in_its_system(session, district, town):
    assert queries.unit_by_public_id(session, town.public_id, TODAY).name == "长征镇"
    assert queries.unit_by_code(session, "mca", "310107102", TODAY).id == town.id
    assert queries.unit_by_code(session, "nbs", "310107102", TODAY) is None
    assert queries.unit_by_code(session, "mca", "310107102", dt.date(1999, 1, 1)) is None
    with pytest.raises(NotFound):
        queries.unit_by_public_id(session, uuid.uuid4(), TODAY)


def test_up_and_down_the_tree(session, district, town):
    committee = make_unit(session, town, "海棠苑居委会", level=5)
    assert [unit.id for unit in queries.children(session, district.id, TODAY)] == [town.id]
    assert [unit.name for unit in queries.ancestors(session, committee.id, TODAY)] == ["普陀区", "长征镇"]
    assert queries.unit_names(session, [town.id, committee.id, 0], TODAY) == {
        town.id: "长征镇",
        committee.id: "海棠苑居委会",
    }


def test_the_unit_at_a_place(session, district, town):
    assert queries.unit_at_point(session, 121.405, 31.245, TODAY).id == town.id
    assert queries.unit_at_point(session, 121.50, 31.245, TODAY) is None
    assert queries.unit_at_point(session, 121.405, 31.245, TODAY, level=5) is None


def test_choices_are_grouped_by_town_and_tell_committees_of_one_name_apart(session, district, town):
    other = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    make_unit(session, other, "海棠苑居委会", level=5, codes={"nbs": "310107103002"})
    make_unit(session, town, "海棠苑居委会", level=5, codes={"nbs": "310107102009"})
    choices = queries.unit_choices(session, SYSTEM, IMPORT_UNITS, TODAY)
    assert [(choice.group, choice.label) for choice in choices] == [
        ("", "普陀区"),
        ("长征镇", "长征镇"),
        ("长征镇", "长征镇 海棠苑居委会"),
        ("桃浦镇", "桃浦镇"),
        ("桃浦镇", "桃浦镇 海棠苑居委会"),
    ]


def test_choices_keep_to_the_scope_and_the_levels(session, district, town):
    make_unit(session, district, "桃浦镇", kind="town")
    make_unit(session, town, "海棠苑居委会", level=5)
    offered = queries.unit_choices(session, holder(town.id), IMPORT_UNITS, TODAY)
    assert [choice.name for choice in offered] == ["长征镇", "海棠苑居委会"]
    offered = queries.unit_choices(session, holder(town.id), IMPORT_UNITS, TODAY, levels=(4,))
    assert [choice.name for choice in offered] == ["长征镇"]


def test_stored_ancestry_is_what_the_versions_say(session, district, town):
    assert ancestry_differences(session) == []
    session.execute(Ancestry.__table__.delete().where(Ancestry.unit_id == town.id, Ancestry.depth == 1))
    assert len(ancestry_differences(session)) == 1


def test_more_ids_than_a_statement_has_parameters(session, district):
    assert shapes_of(session, range(1, 70_000), TODAY) == {}
    assert public_ids(session, [*range(1, 70_000), district.id])[district.id] == district.public_id
