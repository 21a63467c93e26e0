"""A division whose announcement comes due is public from that night on."""

from __future__ import annotations

import datetime as dt

from portal.divisions.queries import public_units
from portal.divisions.service import rebuild_ancestry
from portal.kernel.access.actor import SYSTEM
from portal.kernel.i18n.clock import today
from portal.kernel.jobs.queue import start
from portal.maps.nightly import JOBS
from tests.factories.divisions import make_district, make_unit


def names(session) -> set[str]:
    return {unit.name for unit in public_units(session, today())}


def test_what_is_announced_today_becomes_public_at_night(session, run_jobs) -> None:
    district = make_district(session)
    make_unit(session, district, "已公告镇")
    make_unit(session, district, "明日公告镇", announced_on=today() + dt.timedelta(days=1))
    rebuild_ancestry(session)
    (job,) = JOBS

    start(session, SYSTEM, job.name, {})
    assert [run.state for run in run_jobs()] == ["done"]
    assert "已公告镇" in names(session)
    assert "明日公告镇" not in names(session)

    make_unit(session, district, "今日公告镇", announced_on=today())
    rebuild_ancestry(session)
    start(session, SYSTEM, job.name, {})
    run_jobs()
    assert "今日公告镇" in names(session)
