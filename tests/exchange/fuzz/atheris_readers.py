"""Coverage-guided fuzzing of our own readers, for bounded runs by hand; README.md says how.

    python -m tests.exchange.fuzz.atheris_readers KIND FOLDER -max_total_time=120 -max_len=4096

KIND is csv, geojson, kml, sheet (the XML of a worksheet) or strings (the pool of texts). FOLDER keeps what was found
interesting. It ends at the first input that brings about anything but rows within limits or a refusal, and keeps that
input as crash-… in the working folder.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["portal.kernel.formats"]):
    from portal.kernel.formats.child import readers  # noqa: F401 - so that what it loads by name is instrumented
    from portal.kernel.formats.csv_rows import read_csv_rows  # noqa: F401
    from portal.kernel.formats.vector.geojson_rows import read_geojson_rows  # noqa: F401
    from portal.kernel.formats.vector.kml import read_kml_rows  # noqa: F401
    from portal.kernel.formats.xlsx_rows import read_xlsx_rows  # noqa: F401

from tests.exchange.fuzz.corpus import seeds
from tests.exchange.fuzz.reading import WISHES, read_here
from tests.kernel.formats.workbooks import HEADER, TYPES, sheet
from tests.kernel.formats.workbooks import workbook as whole_workbook
from tests.kernel.formats.zips import zipped

ROWS = sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><f>1</f><v>45443</v></c></row>')
STRINGS = "<sst><si><t>一中</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>"


def as_it_is(data: bytes) -> bytes:
    """The input is the file."""
    return data


def as_part(part: str) -> Callable[[bytes], bytes]:
    """The input is one part of a workbook, which is stored unpacked: half of the time would go into packing."""
    parts = _parts()

    def file(data: bytes) -> bytes:
        return zipped({**parts, part: data}, packed=0)

    return file


def _parts() -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(whole_workbook(ROWS, strings=STRINGS))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


KINDS: dict[str, tuple[Callable[[], Callable[[bytes], bytes]], str, Callable[[], tuple[bytes, ...]]]] = {
    "csv": (lambda: as_it_is, "given.csv", lambda: seeds("csv")),
    "geojson": (lambda: as_it_is, "given.geojson", lambda: seeds("geojson")),
    "kml": (lambda: as_it_is, "given.kml", lambda: seeds("kml")),
    "sheet": (lambda: as_part("xl/worksheets/s1.xml"), "given.xlsx", lambda: (ROWS.encode(),)),
    "strings": (lambda: as_part("xl/s.xml"), "given.xlsx", lambda: (STRINGS.encode(), TYPES.encode())),
}


def main() -> None:
    """Runs until the time is over or something is wrong."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    make, name, first = KINDS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(first()):
        (folder / f"seed-{number}").write_bytes(data)
    file, path = make(), Path(tempfile.mkdtemp(dir="/dev/shm")) / "given"

    def one(data: bytes) -> None:
        path.write_bytes(file(data))
        read_here(path, name, WISHES[len(data) % len(WISHES)])

    atheris.Setup([sys.argv[0], str(folder), *sys.argv[3:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
