"""Files to rows, with the coordinate system that was declared for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.divisions.imports.from_files.columns import columns_of
from portal.divisions.imports.from_files.command import ImportUnits
from portal.divisions.imports.from_files.findings import Finding, Findings
from portal.kernel.formats.csv_table import read_csv
from portal.kernel.formats.geojson import read_geojson
from portal.kernel.formats.rows import FileRefused, ReadFile, Row, check_file
from portal.kernel.geo.crs import DeclaredCrs, parse_crs
from portal.kernel.i18n.text import text

GEOJSON = frozenset({".geojson", ".json"})
CSV = frozenset({".csv", ".tsv", ".txt"})


@dataclass(frozen=True)
class Source:
    """A file that was read: its sound rows that count, the column of each field, its system if it has geometry."""

    name: str
    sha256: str
    rows: tuple[Row, ...]
    columns: dict[str, str]
    crs: DeclaredCrs | None

    def manifest(self) -> dict[str, object]:
        """What the audit trail keeps of it."""
        return {"file": self.name, "sha256": self.sha256, "rows": len(self.rows)}


def read_source(path: Path, command: ImportUnits, findings: Findings) -> Source:
    """One file; raises `FileRefused` when it cannot be read at all, what is wrong in rows goes to the findings."""
    check_file(path)
    read = _read(path, command)
    if not read.sound_rows:
        _report(read, read.rows, findings)
        findings.stop_if_any()
    columns = columns_of(command, read.columns, read.name)
    wanted = [row for row in read.rows if _counts(row, command)]
    if not wanted:
        raise FileRefused(text("%(file)s has no row that counts.", file=read.name))
    _report(read, wanted, findings)
    sound = {row.number for row in read.sound_rows}
    rows = tuple(row for row in wanted if row.number in sound)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Source(read.name, digest, rows, columns, _crs(read, rows, command))


def _report(read: ReadFile, rows: Sequence[Row], findings: Findings) -> None:
    """What the reader found wrong in some rows."""
    numbers = {row.number for row in rows}
    findings.all += [
        Finding(read.name, bad.line, bad.number, bad.column, bad.value, bad.problem)
        for bad in read.problems
        if bad.number in numbers
    ]


def _read(path: Path, command: ImportUnits) -> ReadFile:
    suffix = path.suffix.lower()
    if suffix in GEOJSON:
        return read_geojson(path)
    if suffix in CSV:
        return read_csv(path, encoding=command.encoding)
    raise FileRefused(text("%(file)s is neither GeoJSON (.geojson, .json) nor CSV (.csv, .tsv, .txt).", file=path.name))


def _counts(row: Row, command: ImportUnits) -> bool:
    return all((row.values.get(column) or "").strip() == wanted for column, wanted in command.only.items())


def _crs(read: ReadFile, rows: tuple[Row, ...], command: ImportUnits) -> DeclaredCrs | None:
    """What the operator declared comes before what the file says; a file without geometry needs neither."""
    declared = command.crs or read.declared_crs
    if all(row.geometry is None for row in rows):
        return None
    if declared is None:
        raise FileRefused(
            text("%(file)s has geometry and no declared coordinate system; say which with --crs.", file=read.name)
        )
    return parse_crs(declared)
