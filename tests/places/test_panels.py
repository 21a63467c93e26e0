"""What the room answers about divisions that are to change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.kernel.access.actor import SYSTEM, Actor
from portal.places.panels import references
from tests.factories.places import TODAY, make_closed, make_place
from tests.places.conftest import District, somebody


def test_counts_all_by_kind_and_names_what_one_may_see(session: Session, district: District) -> None:
    make_place(session, district.caoyang)
    make_place(session, district.changfeng, kind="depot", name="物资库")
    make_closed(session, district.caoyang, name="旧址")
    ids = [district.caoyang.id, district.changfeng.id]
    told = {one.what.params["kind"]["en"]: one for one in references(session, somebody(district.caoyang), ids, TODAY)}
    assert sorted((one.count, tuple(one.names)) for one in told.values()) == [(1, ()), (1, ("曹杨公园避难场所",))]
    blind = references(session, Actor(None, "nobody"), ids, TODAY)
    assert [(one.count, tuple(one.names)) for one in blind] == [(1, ()), (1, ())]
    assert references(session, SYSTEM, [district.neighbour.id], TODAY) == []
