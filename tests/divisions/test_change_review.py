"""What a sceptical reading of changes and corrections found: each was wrong once."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions import queries
from portal.divisions.models import Change, Lineage, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.rebasing import Way, between
from portal.divisions.rules.changes.content import Content, MoveEntry
from portal.divisions.rules.changes.cutting import cut
from portal.divisions.rules.changes.shares import shared_out
from portal.divisions.rules.changes.situation import UnitState
from portal.divisions.service import ChangeRefused, CorrectUnit, correct_unit, rebuild_ancestry
from portal.errors import BadInput, FormInvalid, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from tests.conftest import Client
from tests.factories.changes import Clerk, amended, born, ended, part, whole
from tests.factories.divisions import BEGINNING, make_district, make_unit, square

DAY = dt.date(2014, 10, 31)
LATER = dt.date(2020, 5, 1)


@pytest.fixture
def clerk(session: Session) -> Clerk:
    return Clerk(session)


@pytest.fixture
def district(session: Session) -> Unit:
    return make_district(session)


@pytest.fixture
def town(session: Session, district: Unit) -> Unit:
    return make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square(size=0.02))


@pytest.fixture
def other(session: Session, district: Unit) -> Unit:
    return make_unit(session, district, "桃浦镇", kind="town", shape=square(121.42, size=0.02))


def errors(session: Session, file: Change) -> str:
    return " | ".join(str(one.text) for one in queries.changes.plan_of(session, file, DAY).errors)


def correct(session: Session, unit: Unit, at: dt.date, **said: object) -> object:
    return correct_unit(session, SYSTEM, CorrectUnit(unit.public_id, at, "抄错", **said))


# Cutting and giving ground


def test_a_line_that_misses_a_territory_of_two_parts() -> None:
    two = shapely.MultiPolygon([square(121.40), square(121.45)])
    with pytest.raises(BadInput):
        cut(two, shapely.LineString([(121.43, 31.0), (121.43, 31.5)]))  # Between the two.
    assert len(cut(two, shapely.LineString([(121.405, 31.0), (121.405, 31.5)]))) == 3


def test_a_piece_that_lies_nowhere_in_its_giver(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    file = clerk.draft("split", "试")
    touching = clerk.draw(file, square(121.42, size=0.02))  # Shares a line with the giver and no ground.
    clerk.fill(file, Content((born(1, "甲街道", "street", district),), (part(town, "new:1", piece=touching),)))
    assert "does not lie in 长征镇" in errors(session, file)


def test_a_share_beside_the_whole(session: Session, clerk: Clerk, town: Unit, other: Unit, district: Unit) -> None:
    """40 % of a drawn unit, without saying which, and “all the rest”: nobody knows the rest."""
    third = make_unit(session, district, "真如镇", kind="town", shape=square(121.40, 31.26, 0.02))
    file = clerk.draft("merge", "试", [ended(town)], [part(town, other, area_share=0.4), whole(town, third)])
    plan = queries.changes.plan_of(session, file, DAY)
    shares = [move.area_share or 0.0 for move in plan.moves]
    assert plan.errors
    assert sum(shares) <= 1.0 + 1e-9


def test_shares_of_two_sorts(session: Session, clerk: Clerk, district: Unit, town: Unit, other: Unit) -> None:
    """Some entered as a number of people, some as a share; some drawn, some entered as a share of the ground."""
    third = make_unit(session, district, "真如镇", kind="town", shape=square(121.40, 31.26, 0.02))
    file = clerk.draft("adjust_line", "试")
    piece = clerk.draw(file, square(121.40, size=0.02).intersection(shapely.box(121.406, 31.2, 121.5, 31.3)))
    clerk.fill(file, Content((), (part(town, other, piece=piece), part(town, third, area_share=0.6))))
    assert "The shares of 长征镇 are more than the whole" in errors(session, file)


def test_nobody_is_lost_by_rounding() -> None:
    unit = UnitState("a", 1, "甲", "town", 4, None, population=100)
    moves = [MoveEntry("a", key, people_share=1 / 3) for key in "bc"] + [MoveEntry("a", "d", whole=True)]
    assert [move.people for move in shared_out(unit, moves, [None] * 3)] == [33, 33, 34]


def test_an_overlap_that_was_there_before(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    """Two old outlines that overlap do not forbid a change on another side; it is said, and put right elsewhere."""
    make_unit(session, district, "曹杨街道", shape=square(121.419, 31.25, 0.02))
    neighbour = make_unit(session, district, "甘泉街道", shape=square(121.38, 31.24, 0.02))
    file = clerk.draft("adjust_line", "试")
    piece = clerk.draw(file, square(121.40, size=0.005))
    clerk.fill(file, Content((), (part(town, neighbour, piece=piece),)))
    plan = queries.changes.plan_of(session, file, DAY)
    assert not plan.errors
    assert any("曹杨街道" in str(one.text) for one in plan.findings if one.level == "note")
    clerk.fill(file, Content((), (part(neighbour, town, piece=clerk.draw(file, square(121.39, 31.25, 0.005))),)))
    assert not queries.changes.plan_of(session, file, DAY).errors


def test_two_changes_of_one_day(session: Session, clerk: Clerk, district: Unit, town: Unit, other: Unit) -> None:
    """The second starts from what the first has made, also in the crosswalk."""
    third = make_unit(session, district, "真如镇", kind="town", shape=square(121.44, size=0.02))
    clerk.make("merge", "并", DAY, [ended(town)], [whole(town, other)])
    file = clerk.draft("adjust_line", "改线")
    piece = clerk.draw(file, square(121.42, size=0.02))  # All that the taker had before: half of what it has now.
    clerk.fill(file, Content((), (part(other, third, piece=piece),)))
    clerk.approve(file, DAY, "测府〔2014〕2号")
    clerk.step(file, "carry_out", DAY)
    clerk.step(file, "announce", DAY)
    found = between(session, Way(DAY - dt.timedelta(1), DAY, "area", level=4)).crosswalk
    weights = {pair.target: round(float(pair.weight or 0), 6) for pair in found.pairs[town.id]}
    assert weights == {other.id: 0.5, third.id: 0.5}


# The order of time


def test_a_child_that_is_still_to_come(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    make_unit(session, town, "真源居委会", level=5, at=LATER)
    file = clerk.draft("merge", "试", [ended(town)], [whole(town, other)])
    clerk.fill(file, queries.changes.content_of(file), effective_on=DAY)
    assert "真源居委会" in errors(session, file)


def test_a_district_that_was_redrawn_later(session: Session, clerk: Clerk) -> None:
    """A town goes from district to district; what is on record of the districts for later would contradict it."""
    make_district(session)
    city = make_unit(session, None, "上海市", level=1)
    one = make_unit(session, city, "甲区", level=3, shape=square(121.40, size=0.02))
    two = make_unit(session, city, "乙区", level=3, shape=square(121.42, size=0.02))
    moving = make_unit(session, one, "丙街道", shape=square(121.41))
    line = clerk.draft("adjust_line", "改线")
    piece = clerk.draw(line, square(121.40, 31.25, 0.005))
    clerk.fill(line, Content((), (part(one, two, piece=piece),)))
    clerk.approve(line, LATER, "测府〔2020〕1号")
    clerk.step(line, "carry_out", LATER)
    file = clerk.draft("resubordinate", "试", [amended(moving, two)])
    assert not queries.changes.plan_of(session, file, LATER).errors
    assert "For 甲区 something is on record from 2020-05-01 on" in errors(session, file)


# Kinds


def test_a_kind_without_a_level(session: Session, clerk: Clerk, district: Unit) -> None:
    file = clerk.draft("establish", "试", [born(1, "某园区", "other", district)])
    clerk.approve(file, DAY, "测府〔2014〕1号")
    with pytest.raises(ChangeRefused):
        clerk.step(file, "carry_out", DAY)


# Approval and effect


def test_the_authority_is_that_of_the_day_of_the_decision(session: Session, clerk: Clerk, town: Unit) -> None:
    """A rule of 2019 does not undo a decision of 2018, for which none is known, that takes effect under it."""
    file = clerk.draft("recode", "试", [amended(town, codes={"mca": "310107199"})])
    decided = dt.date(2018, 12, 1)
    clerk.step(file, "apply", decided)
    facts = {"document_number": "1号", "document_authority": "市政府", "authority": "province_government"}
    clerk.step(file, "approve", decided, facts=facts)
    clerk.step(file, "carry_out", dt.date(2019, 2, 1))
    assert file.state == "effective"


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_a_year_nobody_means(session: Session, clerk: Clerk, town: Unit, day: dt.date) -> None:
    file = clerk.draft("rename", "试", [amended(town, name="万里镇")])
    with pytest.raises(FormInvalid) as wrong:
        clerk.fill(file, queries.changes.content_of(file), effective_on=day)
    assert set(wrong.value.messages) == {"effective_on"}
    clerk.approve(file, DAY, "测府〔2014〕1号")
    with pytest.raises(FormInvalid), session.begin_nested():
        clerk.step(file, "carry_out", day)


# Codes


def announced_codes(session: Session, unit: Unit) -> list[tuple[str, dt.date | None]]:
    query = select(UnitCode).where(UnitCode.unit_id == unit.id, UnitCode.superseded_at.is_(None))
    return [(row.code, row.announced_on) for row in session.scalars(query.order_by(UnitCode.valid_from))]


def test_codes_published_before_the_announcement(session: Session, clerk: Clerk, town: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(town, name="万里镇")], announced=False)
    codes = {str(town.public_id): {"mca": "310107199"}}
    clerk.step(file, "publish_codes", dt.date(2014, 11, 20), codes=codes)
    clerk.step(file, "announce", dt.date(2014, 11, 25))
    assert announced_codes(session, town) == [("310107102", BEGINNING), ("310107199", dt.date(2014, 11, 25))]


def test_one_code_for_two(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(town, name="万里镇"), amended(other, name="千里镇")])
    codes = {str(unit.public_id): {"mca": "310107199"} for unit in (town, other)}
    with pytest.raises(FormInvalid) as wrong:
        clerk.step(file, "publish_codes", dt.date(2014, 11, 20), codes=codes)
    assert "codes" in wrong.value.messages


def test_a_code_outlives_a_later_name(session: Session, clerk: Clerk, other: Unit) -> None:
    """Published late: meanwhile the unit was renamed once more, and bears the code all the same."""
    file = clerk.make("rename", "更名", DAY, [amended(other, name="万里镇")])
    clerk.make("rename", "再更名", LATER, [amended(other, name="千里镇")])
    codes = {str(other.public_id): {"mca": "310107199"}}
    clerk.step(file, "publish_codes", dt.date(2014, 11, 20), codes=codes)
    assert queries.unit_by_code(session, "mca", "310107199", LATER) is not None


def test_a_code_ends_where_the_next_begins(session: Session, clerk: Clerk, other: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(other, name="万里镇")])
    clerk.make("recode", "代码", LATER, [amended(other, codes={"mca": "310107198"})])
    codes = {str(other.public_id): {"mca": "310107199"}}
    clerk.step(file, "publish_codes", dt.date(2014, 11, 20), codes=codes)
    assert queries.unit_by_code(session, "mca", "310107199", LATER - dt.timedelta(1)) is not None
    assert queries.unit_by_code(session, "mca", "310107198", LATER) is not None


def test_codes_only_of_units_of_the_file(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(town, name="万里镇")])
    with pytest.raises(FormInvalid):
        clerk.step(file, "publish_codes", DAY, codes={str(other.public_id): {"mca": "310107199"}})


# Corrections


def test_a_first_day_in_an_earlier_life(session: Session, district: Unit) -> None:
    """The unit was there, was gone and came again: its second life cannot begin within the first."""
    unit = make_unit(session, district, "万里街道", until=dt.date(2005, 1, 1))
    _again(session, unit, district)
    with pytest.raises(FormInvalid) as wrong, session.begin_nested():
        correct(session, unit, DAY, since=dt.date(2003, 1, 1))
    assert set(wrong.value.messages) == {"since"}


def _again(session: Session, unit: Unit, district: Unit) -> None:
    facts = {"name": "万里街道", "kind": "street", "level": 4, "parent_id": district.id, "source": "测试"}
    session.add(UnitVersion(unit_id=unit.id, valid_from=dt.date(2010, 1, 1), announced_on=BEGINNING, **facts))
    rebuild_ancestry(session)


def test_only_the_precision(session: Session, town: Unit) -> None:
    kept = correct(session, town, DAY, since=BEGINNING, precision="year")
    assert kept.after == {"since": "2000-01-01", "precision": "year"}


def test_codes_and_outline_begin_with_the_unit(session: Session, town: Unit) -> None:
    first = dt.date(2005, 1, 1)
    kept = correct(session, town, DAY, since=first, said={"seat": "真北路"})
    for table in (UnitVersion, UnitCode, UnitShape):
        rows = session.scalars(select(table).where(table.unit_id == town.id, table.superseded_at.is_(None))).all()
        assert [row.valid_from for row in rows] == [first], table
        assert kept.wrote["superseded"][table.__tablename__]


def test_a_code_that_follows_to_an_earlier_day(session: Session, district: Unit) -> None:
    make_unit(session, district, "老镇", codes={"mca": "310107150"}, until=dt.date(2005, 1, 1))
    unit = make_unit(session, district, "新镇", codes={"mca": "310107150"}, at=dt.date(2005, 1, 1))
    with pytest.raises(FormInvalid) as wrong, session.begin_nested():
        correct(session, unit, DAY, since=dt.date(2004, 1, 1))
    assert "老镇" in str(wrong.value.messages["since"][0])
    correct(session, unit, DAY, since=dt.date(2004, 1, 1), codes={"mca": "310107151"})
    assert queries.unit_by_code(session, "mca", "310107151", dt.date(2004, 6, 1)) is not None


def test_a_first_day_before_the_parent(session: Session, district: Unit, town: Unit) -> None:
    with pytest.raises(FormInvalid) as wrong, session.begin_nested():
        correct(session, town, DAY, since=dt.date(1990, 1, 1))
    assert "普陀区" in str(wrong.value.messages["since"][0])


def test_a_first_day_after_the_children(session: Session, town: Unit) -> None:
    make_unit(session, town, "真源居委会", level=5)
    with pytest.raises(FormInvalid) as wrong, session.begin_nested():
        correct(session, town, DAY, since=dt.date(2005, 1, 1))
    assert "真源居委会" in str(wrong.value.messages["since"][0])


def test_a_code_that_somebody_bore_before(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    """The code row is older than the state that is corrected: it is replaced as a whole."""
    make_unit(session, district, "老镇", codes={"mca": "310107150"}, until=dt.date(2005, 1, 1))
    clerk.make("rename", "更名", DAY, [amended(town, name="万里镇")])
    with pytest.raises(FormInvalid) as wrong, session.begin_nested():
        correct(session, town, DAY, codes={"mca": "310107150"})
    assert "老镇" in str(wrong.value.messages["code_mca"][0])


def test_a_code_where_a_later_one_is_known(session: Session, clerk: Clerk, other: Unit) -> None:
    clerk.make("recode", "代码", LATER, [amended(other, codes={"mca": "310107198"})])
    correct(session, other, DAY, codes={"mca": "310107199"})
    assert queries.unit_by_code(session, "mca", "310107199", LATER - dt.timedelta(1)) is not None
    assert queries.unit_by_code(session, "mca", "310107198", LATER) is not None


def test_more_people_than_a_column_holds(session: Session, town: Unit) -> None:
    with pytest.raises(FormInvalid), session.begin_nested():
        correct(session, town, DAY, said={"population": 9_999_999_999})


# Whose units


def test_units_of_another_district(session: Session, district: Unit) -> None:
    """The file is kept by one's own district; that does not put the units of another into one's hands."""
    elsewhere = make_unit(session, None, "静安区", level=3)
    town = make_unit(session, elsewhere, "彭浦镇", kind="town")
    mine = Actor(1, "普陀", {str(CHANGE_UNITS): frozenset({district.id})})
    clerk = Clerk(session, mine)
    file = clerk.draft("rename", "试", [amended(town, name="甲镇")])
    clerk.approve(file, DAY, "测府〔2014〕1号")
    with pytest.raises(RuleBroken, match="彭浦镇"):
        clerk.step(file, "carry_out", DAY)
    assert session.scalar(select(func.count()).select_from(Lineage)) == 0


def test_a_neighbour_that_exchanges_ground(session: Session, district: Unit, town: Unit) -> None:
    elsewhere = make_unit(session, None, "静安区", level=3)
    theirs = make_unit(session, elsewhere, "彭浦镇", kind="town", shape=square(121.42, size=0.02))
    mine = Actor(1, "普陀", {str(CHANGE_UNITS): frozenset({district.id})})
    clerk = Clerk(session, mine)
    file = clerk.draft("adjust_line", "试")
    piece = clerk.draw(file, square(121.415, size=0.005))
    clerk.fill(file, Content((), (part(town, theirs, piece=piece),)))
    clerk.approve(file, DAY, "测府〔2014〕1号")
    assert clerk.step(file, "carry_out", DAY).state == "effective"


# Addresses


def test_a_week_is_no_day(client: Client, district: Unit) -> None:
    assert client.get("/divisions?at=2024-W01-1").status_code == 422


def test_signs_that_nobody_sees(client: Client, district: Unit) -> None:
    answer = client.get("/api/divisions/codes/%00310107")
    assert answer.status_code == 200
    assert answer.json["code"] == "310107"
