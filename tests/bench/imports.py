"""A file from the reader to the base: hazards with 60-point outlines from a GeoPackage, and a workbook there and back.

python -m tests.bench.imports --sizes 1k,10k,100k --repeat 1
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
import pyogrio
import shapely
from openpyxl import Workbook
from sqlalchemy.orm import Session

from portal.cli.wiring import connect_rooms
from portal.demo.divisions import lay_divisions
from portal.exchange.declared import importer_named
from portal.exchange.models import Import
from portal.exchange.returning import write_returned
from portal.exchange.running import Asked, go_in, preview, take_in
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.i18n.clock import today
from portal.kernel.pg.installation import Installation, folder_of
from portal.settings import Settings
from tests.bench.measure import Figure
from tests.bench.report import TIME, Results, bench_options, machine_line, say
from tests.bench.throwaway import fresh_database, throwaway

VERTICES = 60
WORKBOOK_ROWS = 10_000
WEST, SOUTH = 121.36, 31.22
TOWNS = ("曹杨新村街道", "长寿路街道", "甘泉路街道", "桃浦镇")
HEADINGS = ("名称", "类型", "等级", "街镇", "来源", "评估日期")
STAGES = ("read, checked, previewed", "planned again, written", "whole")
BACK = ("workbook previewed", "the same workbook back")


def quiet(_done: int, _total: int | None) -> None:
    """Nobody watches."""


@click.command()
@bench_options("1k,10k,100k", repeat=1)
def main(sizes: tuple[int, ...], seconds: float, repeat: int) -> None:
    """Each size in a database of its own; peak memory is that of this process and of the largest reader so far."""
    with throwaway() as here, tempfile.TemporaryDirectory(prefix="anjie-bench-files-") as folder:
        say(machine_line(here))
        results = Results("Hazards with 60-point outlines from a GeoPackage", "s", TIME, "")
        for size in sizes:
            path = _made_apart(Path(folder) / f"{size}.gpkg", size)
            results.add(size, _repeated(here, repeat, lambda settings, path=path: _map_file(settings, path)))
            own, reader = _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN)
            say(f"{size:,} rows: peak memory {own} MB, reader {reader} MB")
        results.show("Each row: six texts and a polygon, all new. The second line plans again in the transaction.")
        there = Results("A workbook there and back, every tenth row refused", "s", TIME, "", digits=2)
        rows = min(WORKBOOK_ROWS, max(sizes))
        path = _workbook(Path(folder) / "hazards.xlsx", rows)
        there.add(rows, _repeated(here, repeat, lambda settings: _workbook_file(settings, path, Path(folder))))
        there.show()


def _repeated(here: Installation, repeat: int, run: Callable[[Settings], Mapping[str, float]]) -> dict[str, Figure]:
    taken: dict[str, list[float]] = {}
    for _ in range(repeat):
        with fresh_database(here) as settings:
            _prepare(settings)
            for way, figure in run(settings).items():
                taken.setdefault(way, []).append(figure)
    return {way: Figure(tuple(values)) for way, values in taken.items()}


def _prepare(settings: Settings) -> None:
    connect_rooms()
    with transaction(settings) as session:
        lay_divisions(session, today())


def _map_file(settings: Settings, path: Path) -> dict[str, float]:
    began = time.perf_counter()
    with transaction(settings) as session:
        found = _previewed(session, settings, path)
        previewed = time.perf_counter()
        counts = go_in(session, SYSTEM, found, importer_named("risk:hazards"), today(), quiet, valid_only=False)
        assert counts.refused == 0
        assert counts.new == counts.total
    ended = time.perf_counter()
    return dict(zip(STAGES, (previewed - began, ended - previewed, ended - began), strict=True))


def _workbook_file(settings: Settings, path: Path, folder: Path) -> dict[str, float]:
    with transaction(settings) as session:
        began = time.perf_counter()
        found = _previewed(session, settings, path)
        previewed = time.perf_counter()
        assert Counts.of(found.counts).refused
        write_returned(session, found, path, folder)
        return dict(zip(BACK, (previewed - began, time.perf_counter() - previewed), strict=True))


def _previewed(session: Session, settings: Settings, path: Path) -> Import:
    importer = importer_named("risk:hazards")
    found = take_in(session, SYSTEM, importer, path, folder_of(settings), today())
    preview(session, SYSTEM, found, importer, path, Asked(crs="EPSG:4490"), today(), quiet)
    return found


def _made_apart(path: Path, rows: int) -> Path:
    """The file, made in a process of its own: the shapes of a hundred thousand rows would count as our memory."""
    maker = get_context("spawn").Process(target=geopackage, args=(path, rows))
    maker.start()
    maker.join()
    return path


def geopackage(path: Path, rows: int) -> Path:
    """Hazards with outlines of 60 points in EPSG:4490."""
    fields = _texts(rows)
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(_outlines(rows)),
        [np.array(fields[heading], dtype=object) for heading in HEADINGS],
        HEADINGS,
        driver="GPKG",
        layer="hazards",
        geometry_type="Polygon",
        crs="EPSG:4490",
    )
    return path


def _texts(rows: int) -> dict[str, list[str]]:
    return {
        "名称": [f"隐患点{number}" for number in range(rows)],
        "类型": ["积水点"] * rows,
        "等级": ["较大"] * rows,
        "街镇": [TOWNS[number % len(TOWNS)] for number in range(rows)],
        "来源": ["测速"] * rows,
        "评估日期": ["2026-05-31"] * rows,
    }


def _outlines(rows: int) -> np.ndarray:
    """Rows of circles of about 5 m, each with its own middle."""
    angles = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    across = int(np.ceil(np.sqrt(rows)))
    number = np.arange(rows)
    middles = np.column_stack([WEST + (number % across) * 1e-4, SOUTH + (number // across) * 1e-4])
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 4e-5
    return shapely.polygons(middles[:, None, :] + ring[None, :, :])


def _workbook(path: Path, rows: int) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("隐患")
    sheet.append([*HEADINGS, "经度", "纬度"])
    fields = _texts(rows)
    for number in range(rows):
        texts = [fields[heading][number] for heading in HEADINGS]
        level = "无此等级" if number % 10 == 0 else texts[2]
        sheet.append([*texts[:2], level, *texts[3:], WEST + (number % 100) * 1e-4, SOUTH + (number // 100) * 1e-4])
    book.save(path)
    return path


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


if __name__ == "__main__":
    main()
