"""Values as GDAL types them, back to the texts that a person would have written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.kernel.formats.reading import CellProblem
from portal.kernel.formats.rows import cell_problem
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

BINARY = "OFTBinary"
_YES_NO = "OFSTBoolean"
# Up to here every whole number is exact in a float, so that 310107.0 can honestly be read as 310107.
_EXACT_WHOLE = 1e15


def unique_headings(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, each once: a second “name” becomes “name (2)”, one without a name “column 3”."""
    taken: dict[str, None] = {}
    for number, name in enumerate(names, start=1):
        wanted = name.strip() or f"column {number}"
        copies = (wanted if count == 1 else f"{wanted} ({count})" for count in range(1, len(names) + 2))
        taken[next(heading for heading in copies if heading not in taken)] = None
    return tuple(taken)


def as_texts(column: NDArray[Any], subtype: str) -> list[str | None]:
    """A column as texts: whole floats without .0, dates as ISO, true and false, None where nothing stands."""
    if subtype == _YES_NO:
        return [None if _nothing(value) else "true" if value else "false" for value in column.tolist()]
    if column.dtype.kind == "f":
        return [_float_text(value) for value in _shortest(column)]
    return [None if value is None else str(value) for value in column.tolist()]


def problems_of(values: dict[str, str | None]) -> tuple[CellProblem, ...]:
    """What no one could store: characters that are none, texts over the cap, numbers that are not finite."""
    found = ((column, value, _problem(value)) for column, value in values.items() if value)
    return tuple(CellProblem(problem, column, value) for column, value, problem in found if problem)


def _problem(value: str) -> Problem | None:
    if value in ("inf", "-inf"):
        return Problem("cell.not_finite", text("The number is too large to be one."))
    return cell_problem(value)


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _shortest(column: NDArray[Any]) -> list[float]:
    """A 4-byte float as the shortest number that it stands for: 0.1, not 0.10000000149."""
    return column.tolist() if column.dtype.itemsize > 4 else [float(str(value)) for value in column.astype(np.float32)]


def _float_text(value: float) -> str | None:
    if math.isnan(value):
        return None
    whole = math.isfinite(value) and value.is_integer() and abs(value) < _EXACT_WHOLE
    return str(int(value)) if whole else str(value)
