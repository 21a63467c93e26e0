"""Which names somebody sees on a day, and how they are found."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM, Actor
from portal.settings import Settings
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.models import NameVersion
from portal.toponyms.panels import references
from portal.toponyms.queries import applications, names
from portal.toponyms.queries.alike import Besides, known_alike, legal_range, register_query
from portal.toponyms.queries.names import Chosen
from portal.toponyms.rules.likeness import Proposed
from portal.toponyms.service.commands import ChangeName
from portal.toponyms.service.register import change_name
from portal.toponyms.service.rows import copy_of
from tests.factories.divisions import make_district, make_unit
from tests.factories.toponyms import LINE, TODAY, make_application, make_name, said
from tests.toponyms.conftest import District, somebody

NOW = Chosen(TODAY)


def found(session: Session, actor: Actor, chosen: Chosen = NOW, **page: int) -> list[str]:
    return [row.version.name for row in names.names(session, actor, chosen, **page)]


def renamed(session: Session, district: District) -> uuid.UUID:
    public_id = make_name(session, district.caoyang, "旧名路", former=("老路",))
    words = said("兰溪路", valid_from=dt.date(2020, 3, 1))
    command = ChangeName(public_id, 1, district.caoyang.public_id, words, None, "更名")
    change_name(session, SYSTEM, command, TODAY)
    return public_id


def test_only_ones_own_divisions_are_there(session: Session, district: District) -> None:
    make_name(session, district.committee)
    outside = make_name(session, district.changzheng, "金沙江路")
    here = somebody(district.caoyang, "town_reviewer")
    assert found(session, here) == ["长征路"]
    assert sorted(found(session, somebody(district.home, "auditor"))) == ["金沙江路", "长征路"]
    assert found(session, somebody(district.home, "officer")) == []
    with pytest.raises(NotFound):
        names.name_at(session, here, outside, TODAY)


def test_names_of_a_division_that_is_gone_stay(session: Session, district: District) -> None:
    gone = make_unit(session, district.home, "旧街道", until=dt.date(2014, 1, 1))
    make_name(session, district.caoyang, "现路")
    public_id = make_name(session, district.changzheng, "旧街路")
    version = session.scalars(select(NameVersion).where(NameVersion.name == "旧街路")).one()
    row = copy_of(version, unit_id=gone.id)
    session.execute(text("UPDATE toponyms.name_versions SET superseded_at = now() WHERE id = :id"), {"id": version.id})
    session.execute(insert(NameVersion), [row])
    shown = names.name_at(session, somebody(district.home), public_id, TODAY)
    assert shown.unit_name in ("", "旧街道")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("兰溪", ["兰溪路"]),
        ("旧名", ["兰溪路"]),
        ("老路", ["兰溪路"]),
        ("lanxi", ["兰溪路"]),
        ("Lánxī", ["兰溪路"]),
        ("lan2xi1", ["兰溪路"]),
        ("làn", []),
        ("LAN XI LU", ["兰溪路"]),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
    ],
)
def test_a_name_is_found_by_name_earlier_name_and_pinyin(
    session: Session, district: District, words: str, expected: list[str]
) -> None:
    renamed(session, district)
    assert found(session, SYSTEM, Chosen(TODAY, words=words)) == expected


def test_any_day_has_its_name(session: Session, district: District) -> None:
    public_id = renamed(session, district)
    assert found(session, SYSTEM, Chosen(dt.date(2020, 2, 29))) == ["旧名路"]
    assert found(session, SYSTEM, Chosen(dt.date(2020, 3, 1))) == ["兰溪路"]
    assert found(session, SYSTEM, Chosen(dt.date(1980, 1, 1))) == []
    days = (dt.date(1980, 1, 1), dt.date(2010, 1, 1), TODAY)
    assert [names.name_at(session, SYSTEM, public_id, day).version.name for day in days] == [
        "旧名路",
        "旧名路",
        "兰溪路",
    ]


def test_filters_narrow_and_the_order_is_that_of_the_pinyin(session: Session, district: District) -> None:
    make_name(session, district.caoyang, "枣阳路")
    make_name(session, district.caoyang, "白玉路")
    make_name(session, district.caoyang, "曹杨公园", kind="park_reserve")
    make_name(session, district.changzheng, "废路", status="cancelled")
    assert found(session, SYSTEM) == ["白玉路", "曹杨公园", "枣阳路"]
    assert found(session, SYSTEM, Chosen(TODAY, "cancelled")) == ["废路"]
    assert found(session, SYSTEM, Chosen(TODAY, "all", "road")) == ["白玉路", "废路", "枣阳路"]
    assert found(session, SYSTEM, Chosen(TODAY, "all", unit=district.changzheng.public_id)) == ["废路"]
    assert names.kind_counts(session, SYSTEM, NOW) == {"road": 2, "park_reserve": 1}
    assert found(session, SYSTEM, NOW, limit=1, offset=1) == ["曹杨公园"]


def test_maps_show_what_has_a_position(session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang, position=LINE)
    make_name(session, district.caoyang, "无坐标路")
    [feature] = json.loads(names.name_features(session, SYSTEM, NOW))["features"]
    assert feature["geometry"]["type"] == "LineString"
    expected = {"id": str(public_id), "name": "长征路", "kind": "road", "group": "road"}
    assert feature["properties"] == expected


def test_applications_are_filtered(session: Session, district: District) -> None:
    make_application(session, district.caoyang, "清涟路")
    make_application(session, district.changzheng, "澄江路", applicant="长征镇人民政府")
    here = somebody(district.caoyang, "town_reviewer")
    asked = applications.Asked
    assert [row.application.name for row in applications.applications(session, here, asked())] == ["清涟路"]
    assert applications.application_count(session, SYSTEM, asked(words="chengjiang")) == 1
    assert applications.application_count(session, SYSTEM, asked(words="长征镇")) == 1
    assert applications.application_count(session, SYSTEM, asked(state="ended")) == 0
    assert applications.application_count(session, SYSTEM, asked(act="renaming")) == 0


def test_a_change_of_divisions_hears_of_names_and_applications(session: Session, district: District) -> None:
    make_name(session, district.caoyang)
    make_name(session, district.caoyang, "废路", status="cancelled")
    make_application(session, district.caoyang, "清涟路")
    told = references(session, SYSTEM, [district.caoyang.id], TODAY)
    assert [(one.count, list(one.names)) for one in told] == [(1, ["长征路"]), (1, ["清涟路"])]
    elsewhere = references(session, somebody(district.changzheng), [district.caoyang.id], TODAY)
    assert [(one.count, list(one.names)) for one in elsewhere] == [(1, []), (1, [])]
    assert references(session, SYSTEM, [district.changzheng.id], TODAY) == []


MANY = """
WITH added AS (
    INSERT INTO toponyms.names (public_id) SELECT gen_random_uuid() FROM generate_series(1, 50000) RETURNING id
), first AS (SELECT * FROM toponyms.name_versions LIMIT 1)
INSERT INTO toponyms.name_versions (name_id, unit_id, kind, name, specific, generic, pinyin, folded, toned,
    specific_folded, status, meaning, history, place, former, document_number, document_authority, source, entry,
    recorded_by, valid_from)
SELECT added.id, unit_id, kind, '名' || added.id || '路', '名' || added.id, '路', pinyin, 'ming' || added.id || 'lu',
    'míng' || added.id || 'lù', 'ming' || added.id, status, meaning, history, place, former, document_number,
    document_authority, source, entry, recorded_by, valid_from
FROM added, first
"""


def test_a_check_against_fifty_thousand_names_is_quick_and_reads_indexes(own_database: Settings) -> None:
    app, owner = (create_engine(url.get_secret_value()) for url in (own_database.urls.app, own_database.urls.owner))
    with Session(app) as session, owner.connect() as analysing:
        town = make_unit(session, make_district(session), "曹杨新村街道")
        make_name(session, town)
        session.execute(text(MANY))
        session.commit()
        analysing.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE toponyms.name_versions"))
        wanted = Proposed("常征路", "chángzhēnglù", "changzhenglu", "常征", "changzheng", ("changzhengluo",))
        searched = legal_range(session, town.id, 3, TODAY)
        began = time.perf_counter()
        [known] = known_alike(session, wanted, kinds_on(TODAY)["road"], searched, TODAY, Besides())
        assert (known.name, time.perf_counter() - began < 0.5) == ("长征路", True)
        plan = explained(session, register_query(wanted, searched.root, Besides()))
    for engine in (app, owner):
        engine.dispose()
    assert "ix_name_versions_folded" in plan, plan
    assert "Seq Scan on name_versions" not in plan, plan


def explained(session: Session, query) -> str:
    """The plan of a query, with its values in it."""
    statement = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    return "\n".join(session.scalars(text("EXPLAIN " + statement.replace(":", "\\:"))))
