"""Whatever lists say in the order of their dates, each day is told of once and as the last list said."""

from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.imports.command import Declared
from portal.divisions.imports.from_rows import RowReport
from portal.divisions.imports.identity import RowIdentity
from portal.divisions.imports.matching import Matching
from portal.divisions.imports.planning import Plan
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.models import UnitVersion
from portal.divisions.queries.snapshot import snapshot
from portal.divisions.service import enter_units
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from tests.divisions.conftest import TODAY
from tests.factories.divisions import BEGINNING, make_district

days = st.integers(1, 3000).map(lambda n: BEGINNING + dt.timedelta(days=n))
TOWN = RowIdentity("长征镇", "town", 4, {"mca": "310107102"})


def take_in(session, day, postcode):
    """One list of a single row."""
    said = {"postcode": postcode}
    staged = StagedUnit("list.csv", 2, 1, TOWN, "310107", said, None, "digitised", "")
    command = Declared(code_system="mca", at=day, announced_on=day)
    known = snapshot(session, day)
    plan = Plan(command, known, {}, {}).make(Matching(command, known, RowReport(command)).run([staged]))
    if plan.batch:
        enter_units(session, SYSTEM, plan.batch, {}, TODAY)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(days, st.sampled_from(["200331", "200332", "200333"]), min_size=1, max_size=6))
def test_an_unbroken_line_of_versions(session, said):
    with units_announced.muted(), session.begin_nested() as outer:
        make_district(session)
        for day in sorted(said):
            take_in(session, day, said[day])
        query = select(UnitVersion).where(UnitVersion.level == 4, UnitVersion.superseded_at.is_(None))
        line = session.scalars(query.order_by(UnitVersion.valid_from)).all()
        assert (line[0].valid_from, line[-1].valid_to) == (min(said), None)
        assert all(before.valid_to == after.valid_from for before, after in itertools.pairwise(line))
        for day, postcode in said.items():
            assert [v.postcode for v in line if v.valid_from <= day and (v.valid_to or dt.date.max) > day] == [postcode]
        assert queries.ancestry_differences(session) == []
        outer.rollback()
