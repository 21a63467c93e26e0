"""The tables of a crosswalk as a workbook or a CSV."""

from __future__ import annotations

from pathlib import Path

from portal.errors import BadInput
from portal.kernel.formats.writing import Outgoing, write_csv, write_xlsx
from portal.kernel.i18n.text import text

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
"""The endings, and what the browser is told."""


def write_table(path: Path, made: Outgoing) -> int:
    """Writes by the ending of the path and gives the number of rows; raises `BadInput` for another ending."""
    ending = path.suffix.lower().lstrip(".")
    if ending == "xlsx":
        return write_xlsx(path, made)
    if ending == "csv":
        return write_csv(path, made, bom=True)
    raise BadInput(text("The file must end in .xlsx or .csv: %(name)s", name=path.name))
