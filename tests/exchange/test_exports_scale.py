"""Ten thousand hazards into each format, from the tables to the answer."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc

import pytest
import shapely
from geoalchemy2.shape import from_shape

from portal.exchange.exports import FORMATS
from portal.kernel.db.base import new_public_id
from portal.risk.models import Hazard
from tests.factories.divisions import make_district, make_unit, square

pytestmark = pytest.mark.slow

MANY = 10_000
SECONDS = 20
MEGABYTES = 60
"""Of Python's own, for any number of rows."""


def hazard(number: int, unit_id: int) -> Hazard:
    """One in two is a point, the others have sixty corners."""
    middle = shapely.Point(121.40 + number % 100 / 10_000, 31.24 + number / 1_000_000)
    shape = middle if number % 2 else middle.buffer(0.0001, quad_segs=15)
    return Hazard(
        public_id=new_public_id(),
        recorded_by="测试员",
        unit_id=unit_id,
        name=f"积水点 {number}",
        type_key="waterlogging_spot",
        level="orange",
        season="6–9月，暴雨时",
        description="低洼路段，暴雨时积水约三十厘米，需要设置警示标志并安排值守人员。",
        source="居民上报",
        geom=from_shape(shape, srid=4490),
        original_geometry=shape.wkt,
        original_crs="EPSG:4490",
        valid_from=dt.date(2025, 6, 1),
        assessed_on=dt.date(2026, 5, 31),
        lay_on=dt.date(2026, 5, 31),
    )


@pytest.fixture
def many(session):
    unit = make_unit(session, make_district(session), "曹杨新村街道", codes={"mca": "310107005"}, shape=square())
    session.add_all(hazard(number, unit.id) for number in range(MANY))
    session.flush()
    session.expire_all()


def test_ten_thousand_rows_take_seconds_and_little_memory(as_role, many):
    reader = as_role("risk_assessor")
    for form in FORMATS:
        started = time.monotonic()
        answer = reader.get(f"/exchange/export/risk/hazards.{form.ending}", buffered=False)
        taken = time.monotonic() - started
        assert answer.status_code == 200
        print(f"{form.ending}: {MANY} rows in {taken:.1f} s, {len(answer.data) / 2**20:.1f} MB")
        assert taken < SECONDS, form.ending


def test_the_rows_are_not_gathered_in_memory(as_role, many):
    reader = as_role("risk_assessor")
    reader.get("/exchange/export/risk/hazards.csv?level=red")
    for form in FORMATS:
        tracemalloc.start()
        reader.get(f"/exchange/export/risk/hazards.{form.ending}").close()
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEGABYTES * 2**20, f"{form.ending}: {peak / 2**20:.0f} MB"
