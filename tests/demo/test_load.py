"""The demonstration district, loaded through the rooms' services into a database of its own."""

from __future__ import annotations

import datetime as dt
import os
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.app import declared_rooms
from portal.cli import main
from portal.demo.people import PEOPLE
from portal.demo.service import load
from portal.disasters.models import Event, Report, ReportStep
from portal.divisions import queries as divisions
from portal.divisions.models import Unit, UnitShape
from portal.errors import RuleBroken
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import connect
from portal.kernel.geo.models import Record, Revision
from portal.kernel.geo.published import live_revision
from portal.kernel.pg.installation import DEMO, Installation
from portal.people.rules.roles import ROLES
from portal.people.service import SignIn as Try
from portal.people.service import sign_in
from portal.risk import queries as risk
from portal.risk.models import Hazard
from portal.risk.rules import stray_m
from portal.settings import Settings
from tests.demo.conftest import Loaded

DAY = dt.date(2026, 7, 1)
AREAS_KM2 = {"曹杨新村街道": 2.1, "长寿路街道": 4.0, "桃浦镇": 19.2}


def content(settings: Settings) -> list[tuple[object, ...]]:
    """What the public sees, without ids and clocks."""
    databases = connect(settings)
    with databases.public() as session:
        columns = (Revision.layer, Record.name, Record.valid, Record.lon, Record.lat)
        live = select(*columns).join(Record, Record.revision_id == Revision.id).where(Revision.state == "live")
        rows = [tuple(map(str, row)) for row in session.execute(live)]
    databases.dispose()
    return sorted(rows)


def test_the_district_has_its_towns_and_committees(db: Session) -> None:
    home = divisions.home(db, DAY)
    assert home is not None
    assert (home.name, home.parent_id) == ("普陀区", None)
    towns = divisions.children(db, home.id, DAY)
    assert len(towns) == 10
    committees = [committee for town in towns for committee in divisions.children(db, town.id, DAY)]
    assert len(committees) == 285
    assert {unit.kind for unit in committees} == {"residents_committee", "villagers_committee"}


def test_codes_of_two_systems_disagree_as_they_do_in_life(db: Session) -> None:
    by_system = {
        (system, code): found.name
        for system in ("mca", "nbs")
        for code in ("310107021", "310107022")
        if (found := divisions.unit_by_code(db, system, code, DAY)) is not None
    }
    assert by_system[("mca", "310107021")] == by_system[("nbs", "310107022")] == "真如镇街道"
    assert by_system[("mca", "310107022")] == by_system[("nbs", "310107021")] == "万里街道"


def test_every_shape_is_schematic_and_of_about_the_true_size(db: Session) -> None:
    believed = UnitShape.superseded_at.is_(None)
    assert set(db.scalars(select(UnitShape.quality).where(believed))) == {"schematic"}
    shapes = db.scalars(select(UnitShape).where(believed, UnitShape.valid_to.is_(None))).all()
    assert len(shapes) == 11
    names = divisions.unit_names(db, [shape.unit_id for shape in shapes], DAY)
    areas = {names[shape.unit_id]: shape.area_m2 / 1e6 for shape in shapes}
    for name, area in AREAS_KM2.items():
        assert areas[name] == pytest.approx(area, rel=0.02)
    towns = sum(area for name, area in areas.items() if name != "普陀区")
    assert areas["普陀区"] == pytest.approx(towns, abs=0.001)


def test_divisions_and_hazards_are_public_as_a_schematic_sample(loaded: Loaded) -> None:
    databases = connect(loaded.settings)
    with databases.public() as session:
        units, hazards = (live_revision(session, layer) for layer in ("divisions.units", "risk.hazards"))
    databases.dispose()
    assert units is not None
    assert hazards is not None
    # A row for each unit and span of days: the district's 3, 14 of seven towns, 3 of 长征镇, 1 of 真如镇, 4 of the two
    # streets of 2014, 286 of the committees, one of which has had two names.
    assert (units.record_count, units.schematic) == (311, True)
    assert (hazards.record_count, hazards.sample, hazards.approval_number) == (10, True, None)


def test_hazards_of_every_level_lie_within_their_towns(db: Session) -> None:
    hazards = db.scalars(select(Hazard)).all()
    assert {hazard.level for hazard in hazards} == {"red", "orange", "yellow", "blue"}
    for hazard in hazards:
        territory = risk.territory_of(db, hazard)
        assert territory is not None
        assert stray_m(hazard.shape, territory.shape) is None, hazard.name
        assert hazard.recorded_by == "吴静怡"


def test_three_streets_have_reported_the_typhoon(db: Session) -> None:
    event = db.scalars(select(Event)).one()
    assert (event.type_key, event.mode, event.typhoon_number) == ("typhoon", "actual", None)
    names = divisions.unit_names(db, db.scalars(select(Report.unit_id)), DAY)
    states = {names[report.unit_id]: report.state for report in db.scalars(select(Report))}
    assert states == {"曹杨新村街道": "approved", "长寿路街道": "submitted", "石泉路街道": "returned"}
    steps = db.execute(select(ReportStep.act, ReportStep.actor_name).order_by(ReportStep.id)).all()
    assert [tuple(step) for step in steps] == [
        ("submitted", "王建国"),
        ("approved", "周志强"),
        ("submitted", "张丽华"),
        ("submitted", "陈晓燕"),
        ("returned", "李文博"),
    ]


def test_every_role_has_an_account_that_can_sign_in(loaded: Loaded, db: Session) -> None:
    assert {one.role for one in loaded.made} == {role.key for role in ROLES}
    assert [one.login for one in loaded.made] == [person.login for person in PEOPLE]
    now = dt.datetime.now(dt.UTC)
    for one in loaded.made:
        opened = sign_in(db, Try(one.login, one.password), now, dt.timedelta(hours=1))
        assert opened.account.name == one.name
        assert not opened.account.must_change_password


def test_passwords_are_made_anew_and_shown_by_nobody(loaded: Loaded) -> None:
    assert len({one.password for one in loaded.made}) == len(PEOPLE)
    assert loaded.made[0].password not in repr(loaded.made)


def test_everything_that_is_derived_is_right(db: Session) -> None:
    found = [difference for room in declared_rooms() for check in room.checks for difference in check.differences(db)]
    assert found == []


def test_the_trail_knows_who_did_it(db: Session) -> None:
    rows = db.execute(text("SELECT subject, actor_name FROM kernel.audit_entries")).all()
    assert ("risk.hazard", "吴静怡") in [tuple(row) for row in rows]
    assert {row.actor_name for row in rows if row.subject == "divisions.import"} == {SYSTEM.name}


def test_a_second_load_changes_nothing(loaded: Loaded, db: Session) -> None:
    before = db.scalar(select(func.count()).select_from(Unit)), content(loaded.settings)
    assert load(loaded.settings) == ()
    assert (db.scalar(select(func.count()).select_from(Unit)), content(loaded.settings)) == before


def test_it_never_goes_into_a_real_database(own_database: Settings) -> None:
    with pytest.raises(RuleBroken, match="database of its own"):
        load(own_database)


def test_the_command_loads_the_same_once_and_shows_the_sign_ins(loaded: Loaded, installed: Installation) -> None:
    data_dir = str(installed.folder.root)
    kept = {name: None for name in os.environ if name.startswith("PORTAL_") or name == "DATABASE_URL"}
    environment = kept | {"PORTAL_DATA_DIR": data_dir, "LC_ALL": "C.UTF-8"}
    first = CliRunner().invoke(main, ["demo", "load"], env=environment)
    assert first.exit_code == 0, first.output
    assert len(re.findall(r"^  \S+ +\w{4}-\w{4}-\w{4}-\w{4}  \S+$", first.output, re.MULTILINE)) == len(PEOPLE)
    assert content(installed.completed(DEMO)) == content(loaded.settings)
    second = CliRunner().invoke(main, ["demo", "load"], env=environment)
    assert second.exit_code == 0
    assert "already" in second.output
    assert not re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", second.output)
