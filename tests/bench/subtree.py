"""Rows within a root at a date: `divisions.queries.within` against a recursive query; and rebuilding the ancestry.

python -m tests.bench.subtree --sizes 300,3k,30k,100k --seconds 1 --repeat 5 [--explain]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from psycopg import Connection
from sqlalchemy import Select, TextClause, column, func, select, table, text
from sqlalchemy.orm import Session

from portal.divisions.models import UnitVersion
from portal.divisions.queries import ancestry_differences, within
from portal.divisions.queries.scope import on
from portal.divisions.service import rebuild_ancestry
from portal.kernel.db.session import connect
from portal.kernel.pg.installation import Installation
from portal.settings import Settings
from tests.bench import trees
from tests.bench.measure import Figure, Way, per_second, rounds, seconds_of
from tests.bench.plans import show_plans
from tests.bench.report import TIME, Results, bench_options, machine_line, say
from tests.bench.throwaway import fresh_database, throwaway, vacuum
from tests.bench.trees import DAY, DISTRICT, FIRST_STREET

REPORT = table("reports", column("id"), column("unit_id"), column("on_date"), schema="bench")
WALK = """
WITH RECURSIVE tree AS (
    SELECT CAST(:root AS bigint) AS unit_id
    UNION
    SELECT v.unit_id FROM divisions.unit_versions v JOIN tree ON v.parent_id = tree.unit_id
    WHERE v.superseded_at IS NULL AND v.valid @> CAST(:at AS date)
)
SELECT count(*) FROM divisions.unit_versions v JOIN tree USING (unit_id)
WHERE v.superseded_at IS NULL AND v.valid @> CAST(:at AS date)
"""
WALK_DATED = """
WITH RECURSIVE tree AS (
    SELECT CAST(:root AS bigint) AS unit_id, daterange(NULL, NULL) AS valid
    UNION
    SELECT v.unit_id, v.valid * tree.valid
    FROM divisions.unit_versions v JOIN tree ON v.parent_id = tree.unit_id AND v.valid && tree.valid
    WHERE v.superseded_at IS NULL
)
SELECT count(*) FROM bench.reports r WHERE EXISTS (
    SELECT FROM tree WHERE tree.unit_id = r.unit_id AND tree.valid @> r.on_date
)
"""
GIST = ("ix_ancestry_ancestor_valid", "ix_ancestry_unit_valid")
OURS, WALKING, NOTHING = "within", "recursive", "from nothing"
PATIENCE_MS = 600_000
APP_LIMIT_S = Settings.model_fields["statement_timeout_ms"].default / 1000
LIMIT = f"A statement of the app ends after {APP_LIMIT_S:.0f} s; here it may take longer."
NOTES = (
    "A district, its streets and their committees; every 50th committee changed its street once. Server caches warm.",
    "units: names valid on a day within the root. reports: one row a unit, each within the root on its own day.",
    "A street holds about √n committees, so n^0.5 is as many rows as asked for; the district holds all, n^1.",
)


@dataclass(frozen=True)
class Question:
    """The same question asked both ways; both must count the same rows."""

    name: str
    root: int
    ours: Select[int]
    walk: TextClause


@dataclass(frozen=True)
class Plan:
    """How to measure, and where the figures go."""

    seconds: float
    repeat: int
    explain: bool
    asked: dict[str, Results] = field(default_factory=dict)
    rebuilt: Results = field(default_factory=lambda: Results("rebuild_ancestry", "s", TIME, NOTHING, digits=3))


@click.command()
@bench_options("300,3k,30k,100k", seconds=1.0)
@click.option("--explain", is_flag=True, help="Print EXPLAIN (ANALYZE, BUFFERS) of our queries at the largest size.")
def main(sizes: tuple[int, ...], seconds: float, repeat: int, explain: bool) -> None:
    """Rows within a root at a date, and rebuilding the ancestry."""
    plan = Plan(seconds, repeat, explain)
    with throwaway() as here:
        say(machine_line(here))
        for size in sizes:
            with fresh_database(here) as settings:
                measure(here, settings, size, plan, last=size == sizes[-1])
    plan.rebuilt.show(f"Derived anew and committed. {LIMIT}")
    for results in plan.asked.values():
        results.show()
    for note in NOTES:
        say(note)


def measure(here: Installation, settings: Settings, size: int, plan: Plan, *, last: bool) -> None:
    """Everything about one size."""
    with here.cluster.connect(here.served) as connection:
        trees.fill(connection, size)
    vacuum(here)
    with _session(settings) as session:
        plan.rebuilt.add(size, rounds(rebuilding(here, session, size), plan.repeat))
        check(session)
        vacuum(here)
        for question in questions():
            results = plan.asked.setdefault(question.name, Results(question.name, "ms", TIME, WALKING, digits=2))
            results.add(size, ask(session, question, plan))
    if last and plan.explain:
        explain_questions(here)
    say(f"{size:,} units measured")


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    """One session of the app role, with more patience than the app has."""
    databases = connect(settings.model_copy(update={"statement_timeout_ms": PATIENCE_MS}))
    try:
        with databases.app() as session:
            yield session
    finally:
        databases.dispose()


def rebuilding(here: Installation, session: Session, size: int) -> dict[str, Way]:
    """Seconds of a rebuild, committed, after what is not measured was done to the tree."""

    def work() -> None:
        rebuild_ancestry(session)
        session.commit()

    def after(change: Callable[[Connection], object]) -> float:
        with here.cluster.connect(here.served) as connection:
            change(connection)
        return seconds_of(work)

    return {
        NOTHING: lambda: after(lambda connection: connection.execute("TRUNCATE divisions.ancestry")),
        "a unit moved": lambda: after(lambda connection: trees.move_last(connection, size)),
        "no change": lambda: seconds_of(work),
    }


def check(session: Session) -> None:
    """What was measured must also be right."""
    wrong = ancestry_differences(session)
    session.commit()
    if wrong:
        raise RuntimeError(f"the ancestry is wrong: {wrong[:3]}")


def questions() -> tuple[Question, ...]:
    """Units on a day and rows on their own days, for a street and for the district."""
    believed = UnitVersion.superseded_at.is_(None)
    made = []
    for where, root in (("a street", FIRST_STREET), ("the district", DISTRICT)):
        units = select(func.count()).select_from(UnitVersion)
        units = units.where(believed, on(UnitVersion.valid, DAY), within(UnitVersion.unit_id, [root], DAY))
        dated = select(func.count()).select_from(REPORT).where(within(REPORT.c.unit_id, [root], REPORT.c.on_date))
        made += [
            Question(f"units of {where} on a day", root, units, text(WALK)),
            Question(f"reports of {where}, each on its day", root, dated, text(WALK_DATED)),
        ]
    return tuple(made)


def ask(session: Session, question: Question, plan: Plan) -> dict[str, Figure]:
    """Milliseconds of both ways, in rounds."""
    ways = _ways(session, question)
    counted = {name: way() for name, way in ways.items()}
    if len(set(counted.values())) != 1:
        raise RuntimeError(f"{question.name}: the two ways differ: {counted}")
    timed = {name: _milliseconds(way, plan.seconds) for name, way in ways.items()}
    return rounds(timed, plan.repeat)


def _ways(session: Session, question: Question) -> Mapping[str, Callable[[], int]]:
    values = {"root": question.root, "at": DAY} if ":at" in question.walk.text else {"root": question.root}
    return {
        WALKING: lambda: session.scalar(question.walk, values),
        OURS: lambda: session.scalar(question.ours),
    }


def _milliseconds(way: Callable[[], int], seconds: float) -> Way:
    return lambda: 1000 / per_second(way, seconds)


def explain_questions(here: Installation) -> None:
    """The plans of our queries."""
    with here.cluster.connect(here.served) as connection:
        for question in questions():
            show_plans(connection, question.name, question.ours, {}, GIST)


if __name__ == "__main__":
    main()
