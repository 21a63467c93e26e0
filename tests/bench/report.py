"""How a benchmark speaks: its options, the machine, and tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from portal.kernel.pg.installation import Installation
from tests.bench.measure import Figure, exponent

CONSOLE = Console(width=None if os.isatty(1) else 132, highlight=False)
PACKAGES = ("flask", "sqlalchemy", "psycopg", "granian", "shapely")
RATE, TIME = "rate", "time"


def bench_options(sizes: str, seconds: float = 3.0, repeat: int = 5) -> Callable[[Any], Any]:
    """`--sizes`, `--seconds` and `--repeat` of a benchmark."""
    options = (
        click.option(
            "--repeat", default=repeat, show_default=True, type=click.IntRange(1), help="Rounds; odd is best."
        ),
        click.option("--seconds", default=seconds, show_default=True, help="How long each way is measured a round."),
        click.option("--sizes", default=sizes, show_default=True, callback=_numbers, help="Data sizes, with commas."),
    )

    def add(command: Any) -> Any:
        for option in options:
            command = option(command)
        return command

    return add


def _numbers(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        return tuple(sorted(int(part) for part in value.replace("k", "000").split(",")))
    except ValueError:
        raise click.BadParameter("numbers with commas between, such as 300,3k,30k") from None


def say(line: str) -> None:
    """One line, as it is."""
    CONSOLE.print(line, markup=False, soft_wrap=True)


def show(table: Table, *notes: str) -> None:
    """A table and the notes below it."""
    CONSOLE.print(table)
    for note in notes:
        say(note)
    say("")


def machine_line(here: Installation) -> str:
    """CPU, cores, memory, how busy it is, and versions."""
    with here.cluster.connect() as connection:
        server = connection.execute("SHOW server_version").fetchone()[0].split()[0]
    with here.cluster.connect("bench_template") as connection:
        postgis = connection.execute("SELECT postgis_lib_version()").fetchone()[0]
    load = os.getloadavg()[0]
    programs = [f"PostgreSQL {server}", f"PostGIS {postgis}", f"Python {platform.python_version()}"]
    programs += [f"{name} {version(name)}" for name in PACKAGES]
    return f"{_cpu()} × {os.cpu_count()} · {_memory_gb()} GB · load {load:.1f} at the start · " + " · ".join(programs)


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


@dataclass
class Results:
    """Figures of several sizes and ways; the table puts the ratio and the growth beside them."""

    title: str
    unit: str
    kind: str
    baseline: str
    """Name of the way that the others are compared with; empty compares nothing."""
    digits: int = 1
    column: str = "data"
    """What the first column counts; only data grows."""
    rows: list[tuple[int, str, Figure]] = field(default_factory=list)

    def add(self, size: int, figures: dict[str, Figure]) -> None:
        """The figures of one size by way."""
        self.rows += [(size, way, figure) for way, figure in figures.items()]

    def show(self, *notes: str) -> None:
        """Prints the table and what must be known to read it."""
        table = Table(title=self.title, title_justify="left")
        for place, name in enumerate(self._columns()):
            table.add_column(name, justify="left" if place == 1 else "right")
        for place, (size, way, figure) in enumerate(self.rows):
            ends = place + 1 == len(self.rows) or self.rows[place + 1][0] != size
            table.add_row(*self._cells(size, way, figure), end_section=ends)
        show(table, *notes)

    def _columns(self) -> list[str]:
        short = self.baseline if len(self.baseline) < 16 else self.baseline.split()[0]
        compared = [f"ratio to {short}"] if self.baseline else []
        growing = ["cost grows as"] if self._grows else []
        return [self.column, "way", f"median {self.unit}", "min–max", *compared, *growing]

    def _cells(self, size: int, way: str, figure: Figure) -> list[str]:
        number = f",.{self.digits}f"
        measured = [f"{figure.median:{number}}", f"{figure.low:{number}}–{figure.high:{number}}"]
        compared = [self._ratio(size, way, figure)] if self.baseline else []
        growing = [self._growth(size, way)] if self._grows else []
        return [f"{size:,}", way, *measured, *compared, *growing]

    @property
    def _grows(self) -> bool:
        return self.column == "data"

    def _ratio(self, size: int, way: str, figure: Figure) -> str:
        known = self._of(way=self.baseline)
        if size not in known:
            return ""
        return "1" if way == self.baseline else f"{figure.ratio_to(known[size]):.2f}"

    def _growth(self, size: int, way: str) -> str:
        known = self._of(way)
        before = max((smaller for smaller in known if smaller < size), default=None)
        if before is None:
            return ""
        costs = tuple(self._cost(known[one]) for one in (before, size))
        return f"n^{exponent((before, size), costs):.2f}"

    def _of(self, way: str) -> dict[int, Figure]:
        return {size: figure for size, name, figure in self.rows if name == way}

    def _cost(self, figure: Figure) -> float:
        return 1 / figure.median if self.kind == RATE else figure.median
