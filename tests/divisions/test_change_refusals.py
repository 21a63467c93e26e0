"""What a change file is refused for, with the divisions named and nothing half done."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions import queries
from portal.divisions.layers import rows as layer_rows
from portal.divisions.models import Change, Lineage, Unit, UnitCode, UnitVersion
from portal.divisions.rules.changes.content import Content, UnitEntry
from portal.divisions.service import ChangeRefused, EditChange, edit_change
from portal.errors import FormInvalid, RuleBroken, Stale
from tests.factories.changes import Clerk, amended, born, ended, part, whole
from tests.factories.divisions import BEGINNING, make_district, make_unit, square

DAY = dt.date(2014, 10, 31)


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
    shape = square(121.42, size=0.02)
    return make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"}, shape=shape)


def refused(session: Session, clerk: Clerk, kind: str, units=(), moves=(), on: dt.date = DAY) -> str:
    """The sentences of a refusal; what the base holds must be the same before and after."""
    file = clerk.draft(kind, "试", units, moves)
    clerk.approve(file, on, "测府〔2014〕1号")
    before = holdings(session)
    with pytest.raises(ChangeRefused) as failure, session.begin_nested():
        clerk.step(file, "carry_out", on)
    session.refresh(file)
    assert file.state == "approved"
    assert holdings(session) == before
    return " | ".join(str(one.text) for one in failure.value.findings)


def holdings(session: Session) -> list[int | None]:
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (UnitVersion, UnitCode, Lineage)]
    standing = select(func.count()).where(UnitVersion.superseded_at.is_(None))
    return [*counts, session.scalar(standing)]


def test_a_child_without_a_parent(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    make_unit(session, town, "真源居委会", level=5)
    said = refused(session, clerk, "merge", [ended(town)], [whole(town, other)])
    assert "长征镇 ends; say where its parts go: 真源居委会" in said


def test_a_unit_that_ends_without_an_heir(session: Session, clerk: Clerk, town: Unit) -> None:
    assert "say which division its ground goes to" in refused(session, clerk, "abolish", [ended(town)])


def test_two_heirs_for_the_same_ground(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    file = clerk.draft("split", "试")
    pieces = [clerk.draw(file, shapely.box(121.40 + offset, 31.24, 121.415, 31.26)) for offset in (0.005, 0.01)]
    units = [born(number, name, "street", district) for number, name in ((1, "甲街道"), (2, "乙街道"))]
    moves = [part(town, f"new:{index + 1}", piece=piece) for index, piece in enumerate(pieces)]
    clerk.fill(file, Content(tuple(units), tuple(moves)))
    errors = queries.changes.plan_of(session, file, DAY).errors
    assert any("Both 甲街道 and 乙街道 are to get the same ground of 长征镇" in str(one.text) for one in errors)


def test_all_of_a_unit_to_two(session: Session, clerk: Clerk, district: Unit, town: Unit, other: Unit) -> None:
    third = make_unit(session, district, "真如镇", kind="town")
    said = refused(session, clerk, "merge", [ended(town)], [whole(town, other), whole(town, third)])
    assert "All of 长征镇 is to go to several: 桃浦镇、真如镇" in said


def test_ground_that_nobody_gets(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    file = clerk.draft("merge", "试")
    piece = clerk.draw(file, square(121.40, 31.24, 0.01))
    clerk.fill(file, Content((ended(town),), (part(town, other, piece=piece),)))
    errors = queries.changes.plan_of(session, file, DAY).errors
    assert any("长征镇 ends, and nobody gets" in str(one.text) for one in errors)


def test_a_day_before_the_unit_was_there(session: Session, clerk: Clerk, district: Unit) -> None:
    late = make_unit(session, district, "万里街道", at=dt.date(2015, 1, 1))
    said = refused(session, clerk, "rename", [amended(late, name="万里新街道")])
    assert "万里街道 is not there on 2014-10-31 yet; it begins on 2015-01-01" in said


def test_a_day_after_the_unit_ended(session: Session, clerk: Clerk, district: Unit) -> None:
    gone = make_unit(session, district, "真如镇", kind="town", until=dt.date(2014, 1, 1))
    said = refused(session, clerk, "rename", [amended(gone, name="新名镇")])
    assert "真如镇 is not there on 2014-10-31 any more; it ended on 2014-01-01" in said


def test_a_unit_that_is_not_on_record(session: Session, clerk: Clerk, district: Unit) -> None:
    unknown = UnitEntry("01890a5d-ac96-774b-bcce-b302099a8057", amended(district).action, {"name": "无此镇"})
    assert "is not on record" in refused(session, clerk, "rename", [unknown])


def test_effect_before_approval(clerk: Clerk, town: Unit) -> None:
    file = clerk.draft("rename", "试", [amended(town, name="新征镇")])
    clerk.approve(file, DAY, "测府〔2014〕1号")
    with pytest.raises(FormInvalid):
        clerk.step(file, "carry_out", DAY - dt.timedelta(days=1))
    with pytest.raises(FormInvalid):
        clerk.fill(file, Content(), effective_on=DAY - dt.timedelta(days=1))


def test_a_code_of_another_unit(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    said = refused(session, clerk, "recode", [amended(town, codes={"mca": "310107103"})])
    assert "桃浦镇 bears the code 310107103 at that time" in said


def test_a_code_that_another_unit_bears_later(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    make_unit(session, district, "万里街道", at=dt.date(2016, 1, 1), codes={"mca": "310107022"})
    said = refused(session, clerk, "recode", [amended(town, codes={"mca": "310107022"})])
    assert "From 2016-01-01 on 万里街道 bears the code 310107022" in said


def test_two_units_may_swap_their_codes(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    """As 肥东 and 肥西 did in 1983."""
    units = [amended(town, codes={"mca": "310107103"}), amended(other, codes={"mca": "310107102"})]
    clerk.make("recode", "换码", DAY, units)
    assert queries.unit_by_code(session, "mca", "310107102", DAY).id == other.id
    assert queries.unit_by_code(session, "mca", "310107102", DAY - dt.timedelta(days=1)).id == town.id


def test_an_overlap_with_a_neighbour(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    """A surveyed shape that reaches into a unit of which the file does not speak."""
    file = clerk.draft("adjust_line", "试")
    third = clerk.draw(file, square(121.40, 31.24, 0.025))
    clerk.fill(file, Content((UnitEntry(str(town.public_id), amended(town).action, shape=third),), ()))
    errors = [str(one.text) for one in queries.changes.plan_of(session, file, DAY).errors]
    assert any("长征镇 and 桃浦镇 would both hold" in one for one in errors)
    assert any("hold more ground afterwards" in one for one in errors)


def test_ground_that_gets_lost(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    file = clerk.draft("adjust_line", "试")
    smaller = clerk.draw(file, square(121.40, 31.24, 0.019))
    clerk.fill(file, Content((UnitEntry(str(town.public_id), amended(town).action, shape=smaller),), ()))
    errors = [str(one.text) for one in queries.changes.plan_of(session, file, DAY).errors]
    assert any("hold less ground afterwards" in one for one in errors)


def test_another_kind_is_another_unit(session: Session, clerk: Clerk, town: Unit) -> None:
    said = refused(session, clerk, "rename", [amended(town, kind="street")])
    assert "A division of another kind is another division" in said


def test_the_order_of_time(session: Session, clerk: Clerk, town: Unit) -> None:
    clerk.make("rename", "更名", dt.date(2016, 1, 1), [amended(town, name="新征镇")])
    said = refused(session, clerk, "move_seat", [amended(town, seat="某路1号")])
    assert "For 长征镇 something is on record from 2016-01-01 on" in said


def test_more_shares_than_the_whole(session: Session, clerk: Clerk, district: Unit, town: Unit) -> None:
    clerk.make("rename", "更名", dt.date(2013, 1, 1), [amended(town, name="长征新镇")])
    units = [born(1, "万里街道", "street", district)]
    said = refused(
        session, clerk, "split", units, [part(town, "new:1", people_share=0.7), part(town, "new:1", people_share=0.4)]
    )
    assert "The shares of 长征新镇 are more than the whole together" in said


def test_what_the_kind_does_not_allow(session: Session, clerk: Clerk, town: Unit, other: Unit) -> None:
    said = refused(session, clerk, "rename", [amended(town, seat="某路1号")], [part(town, other)])
    assert "leaves other particulars of a division alone" in said
    assert "no ground goes from one division to another" in said


def test_units_without_an_outline_are_changed_and_it_says_so(session: Session, clerk: Clerk, district: Unit) -> None:
    plain = [make_unit(session, district, name, kind="town") for name in ("甲镇", "乙镇")]
    file = clerk.make("merge", "合并", DAY, [ended(plain[0])], [whole(plain[0], plain[1])])
    assert file.state == "effective"
    again = clerk.draft("merge", "预览", [ended(plain[1])], [whole(plain[1], district)])
    notes = queries.changes.plan_of(session, again, DAY + dt.timedelta(days=1)).findings
    assert any(one.level == "unchecked" and "乙镇" in str(one.text) for one in notes)


def test_two_clerks_at_one_file(session: Session, clerk: Clerk, town: Unit) -> None:
    file = clerk.draft("rename", "更名", [amended(town, name="新征镇")])
    opened = file.row_version
    clerk.fill(file, queries.changes.content_of(file), note="甲的话")
    with pytest.raises(Stale) as stale:
        edit_change(session, clerk.actor, EditChange(file.public_id, opened, {"note": "乙的话"}))
    assert "system saved this change file" in str(stale.value)
    assert [(one.field, one.theirs, one.yours) for one in stale.value.differences] == [("note", "甲的话", "乙的话")]


def test_a_file_that_is_effective_is_closed(session: Session, clerk: Clerk, town: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(town, name="新征镇")])
    with pytest.raises(RuleBroken, match="closed to changes"):
        clerk.fill(file, Content())
    with pytest.raises(RuleBroken):
        clerk.step(file, "carry_out", DAY)
    assert session.scalars(select(Change.state)).one() == "effective"


def test_unannounced_rows_become_announced(session: Session, clerk: Clerk, town: Unit) -> None:
    file = clerk.make("rename", "更名", DAY, [amended(town, name="新征镇")], announced=False)
    newest = select(UnitVersion).where(UnitVersion.name == "新征镇", UnitVersion.superseded_at.is_(None))
    assert session.scalars(newest).one().announced_on is None
    clerk.step(file, "announce", dt.date(2014, 11, 5))
    assert session.scalars(newest).one().announced_on == dt.date(2014, 11, 5)
    assert (
        session.scalars(
            select(UnitVersion).where(
                UnitVersion.valid_from == BEGINNING, UnitVersion.superseded_at.is_(None), UnitVersion.name == "长征镇"
            )
        )
        .one()
        .announced_on
        == BEGINNING
    )


def test_the_public_does_not_see_an_end_before_it_is_announced(
    session: Session, clerk: Clerk, town: Unit, other: Unit
) -> None:
    file = clerk.make("merge", "合并", DAY, [ended(town)], [whole(town, other)], announced=False)
    assert published(session) == {("长征镇", BEGINNING, None), ("桃浦镇", BEGINNING, None)}
    clerk.step(file, "announce", DAY)
    assert {name: end for name, _, end in published(session) if name == "长征镇"} == {"长征镇": DAY}


def published(session: Session) -> set[tuple[str, dt.date, dt.date | None]]:
    """What the layer would publish of towns."""
    return {(row.name, row.valid_from, row.valid_to) for row in layer_rows(session) if row.attributes["level"] == 4}
