"""A hundred thousand hazards with sixty corners each, planned and entered in one transaction."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitCode, UnitVersion
from portal.divisions.service import rebuild_ancestry
from portal.kernel.contracts.importing import Action, ImportRow
from portal.kernel.db.session import transaction
from portal.risk.exchange.imports import HAZARDS
from portal.risk.models import Hazard
from portal.settings import Settings
from tests.factories.divisions import make_district
from tests.factories.risk import TODAY
from tests.risk.conftest import somebody

ROWS = int(os.environ.get("SCALE_ROWS", "100000"))
UNITS = 300
LIMIT_S = 150.0
"""Of the whole import, by the issue; on a shared machine with two cores plan and entry took 32 s together."""
TURN = np.linspace(0, 2 * np.pi, 60, endpoint=False)


@dataclass
class MadeRows:
    """`Staging` whose rows are made while they are asked for, so that the figures are those of the importer."""

    today: dt.date = TODAY
    source: str = "scale"
    options: dict[str, object] = field(default_factory=lambda: {"assessed_on": None, "code_system": None})
    outcome: dict[int, tuple[Action, str | None]] = field(default_factory=dict)
    entering: bool = False
    making_s: float = 0.0

    def chunks(self, size: int = 1000) -> Iterator[Sequence[ImportRow]]:
        for start in range(0, ROWS, size):
            began = time.perf_counter()
            rows = [made_row(number) for number in range(start + 1, min(start + size, ROWS) + 1)]
            for row in rows:
                if self.entering:
                    row.settle(*self.outcome[row.number])
            self.making_s += time.perf_counter() - began
            yield rows
            if not self.entering:
                assert not any(row.refused for row in rows), rows[0].findings
                self.outcome |= {row.number: (row.action, row.target) for row in rows if row.action}


def made_row(number: int) -> ImportRow:
    values = dict.fromkeys(one.key for one in HAZARDS.fields) | {
        "name": f"隐患{number:06}",
        "type": "waterlogging_spot",
        "level": "orange",
        "unit_code": code_of(number % UNITS),
        "season": "6–9月",
        "valid_from": dt.date(2025, 1, 1),
        "assessed_on": dt.date(2026, 5, 1 + number % 28),
    }
    x, y = 121.35 + (number % 317) * 0.0004, 31.20 + (number // 317) * 0.0003
    corners = np.column_stack((x + 0.0001 * np.cos(TURN), y + 0.0001 * np.sin(TURN)))
    return ImportRow(number, number, values, {}, shapely.polygons(corners), "EPSG:4490")


def code_of(unit: int) -> str:
    return f"310107{1001 + unit:06}"


def add_unit(session: Session, home_id: int, i: int) -> None:
    """A unit without the derived tree, which is made once for all."""
    unit = Unit()
    session.add(unit)
    session.flush()
    dated = {"unit_id": unit.id, "valid_from": dt.date(2000, 1, 1), "source": "测试"}
    session.add(UnitVersion(name=f"第{i}居委会", kind="residents_committee", level=5, parent_id=home_id, **dated))
    session.add(UnitCode(system="nbs", code=code_of(i), **dated))
    session.flush()


def peak_mb() -> float:
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


@pytest.mark.slow
def test_a_hundred_thousand_hazards(own_database: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction(own_database) as session:
        home = make_district(session)
        for i in range(UNITS):
            add_unit(session, home.id, i)
        rebuild_ancestry(session)
        actor = somebody(home)
    took: dict[str, float] = {}
    for what in ("new", "again"):
        with transaction(own_database) as session:
            rows = MadeRows()
            began = time.perf_counter()
            HAZARDS.plan(session, actor, rows)
            took[f"plan {what}"] = time.perf_counter() - began - rows.making_s
            entering = MadeRows(outcome=rows.outcome, entering=True)
            if what == "new":
                began = time.perf_counter()
                manifest = HAZARDS.enter(session, actor, entering)
                took["enter"] = time.perf_counter() - began - entering.making_s
                assert len(manifest["added"]) == ROWS
            else:
                assert {action for action, _ in rows.outcome.values()} == {Action.UNCHANGED}
    with transaction(own_database) as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == ROWS
        began = time.perf_counter()
        HAZARDS.undo(session, actor, manifest)
        took["undo"] = time.perf_counter() - began
    with capsys.disabled():
        print({what: round(seconds, 1) for what, seconds in took.items()}, f"peak {peak_mb():.0f} MB")
    assert took["plan new"] + took["enter"] < LIMIT_S
