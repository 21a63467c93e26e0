"""The plans PostgreSQL makes for our statements, with parameters typed as the driver sends them.

A prepared statement is planned for its values (custom) some five times; then a plan for any values (generic) may stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from psycopg import Connection, sql
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import psycopg

from tests.bench.report import say

MODES = ("custom", "generic")
PARAMETER = re.compile(r"%\((\w+)\)s")
SMALL = 2**15


def show_plans(
    connection: Connection, title: str, statement: Executable, values: Mapping[str, object], indexes: tuple[str, ...]
) -> None:
    """Both plans of a statement, each after a line that says which of the indexes it uses."""
    for mode in MODES:
        plan = plan_of(connection, statement, values, mode)
        used = [name for name in indexes if name in plan]
        say(f"\nEXPLAIN {title}, {mode} plan: {' and '.join(used) + ' used' if used else 'NO ' + ' or '.join(indexes)}")
        say(plan)


def plan_of(connection: Connection, statement: Executable, values: Mapping[str, object], mode: str) -> str:
    """EXPLAIN (ANALYZE, BUFFERS) of a statement, prepared and forced into one way of planning."""
    compiled = statement.compile(dialect=psycopg.dialect(), compile_kwargs={"render_postcompile": True})
    given = {**compiled.params, **values}
    names = list(dict.fromkeys(PARAMETER.findall(str(compiled))))
    numbered = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", str(compiled)).replace("%%", "%")
    types = ", ".join(_type(given[name]) for name in names)
    connection.prepare_threshold = None
    connection.execute(f"SET plan_cache_mode = force_{mode}_plan")
    connection.execute(f"PREPARE asked ({types}) AS {numbered}")
    literals = sql.SQL(", ").join(sql.Literal(given[name]) for name in names)
    lines = connection.execute(sql.SQL("EXPLAIN (ANALYZE, BUFFERS) EXECUTE asked ({})").format(literals))
    plan = "\n".join(line for (line,) in lines)
    connection.execute("DEALLOCATE asked")
    return plan


def _type(value: object) -> str:
    if isinstance(value, int):
        return "smallint" if abs(value) < SMALL else "integer"
    return "date" if isinstance(value, dt.date) else "unknown"
