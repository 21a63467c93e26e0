"""What goes through the pipe between the reading process and ours: plain data, checked as if a stranger had sent it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import msgpack

from portal.kernel.formats.reading import CellProblem, Head, ReadRow
from portal.kernel.formats.rows import FileRefused
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.plain import from_plain, to_plain
from portal.kernel.i18n.text import Text

HEAD, ROWS, END, REFUSED, FAILED = "head", "rows", "end", "refused", "failed"
"""One head, rows in batches, then the end with their count and late notes; or a refusal; or the name of a crash."""

REQUEST, INPUT = "request", "input"
"""Names of the two files that the reading process finds in its folder."""

LENGTH_BYTES = 4
MOST_BYTES = 128 * 1024 * 1024

_HEAD_FIELDS = {field.name for field in dataclasses.fields(Head)}


class BrokenFrame(Exception):
    """What came through the pipe is not what a reader sends."""


def pack(kind: str, payload: object) -> bytes:
    """One frame: its length in 4 bytes, then kind and payload. Half surrogates, which JSON can hold, go through."""
    body: bytes = msgpack.packb([kind, payload], use_bin_type=True, unicode_errors="surrogatepass")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def unpack(body: bytes) -> tuple[str, Any]:
    """The kind and payload of a frame without its length. Raises `BrokenFrame`."""
    try:
        frame = msgpack.unpackb(body, raw=False, unicode_errors="surrogatepass", strict_map_key=True)
    except Exception as error:
        raise BrokenFrame("no msgpack") from error
    if not isinstance(frame, list) or len(frame) != 2 or not isinstance(frame[0], str):
        raise BrokenFrame("no frame")
    return frame[0], frame[1]


def plain_head(head: Head) -> dict[str, object]:
    """A head as plain data."""
    plain = {name: getattr(head, name) for name in _HEAD_FIELDS}
    return {**plain, "kind": str(head.kind), "notes": [to_plain(note) for note in head.notes]}


def head_of(plain: Any) -> Head:
    """The head of `plain_head`. Raises `BrokenFrame`."""
    if not isinstance(plain, dict) or set(plain) != _HEAD_FIELDS or not isinstance(plain["notes"], list):
        raise BrokenFrame("no head")
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    head = Head(**{**plain, **lists, "notes": tuple(from_plain(_mapping(note)) for note in plain["notes"])})
    _check(all(isinstance(name, str) for name in (*head.columns, *head.parts, *head.sample, head.kind)), "head")
    _check(len(set(head.columns)) == len(head.columns), "columns")
    return head


def plain_row(row: ReadRow, columns: Sequence[str]) -> list[object]:
    """A row as plain data; its values in the order of the columns."""
    values = [row.values.get(column) for column in columns]
    return [row.number, row.line, values, row.shape, [plain_cell_problem(found) for found in row.problems]]


def row_of(plain: Any, columns: Sequence[str]) -> ReadRow:
    """The row of `plain_row`. Raises `BrokenFrame`."""
    _check(isinstance(plain, list) and len(plain) == 5, "row")
    number, line, values, shape, problems = plain
    _check(type(number) is int and type(line) is int, "numbers")
    _check(isinstance(values, list) and len(values) == len(columns), "values")
    _check(all(value is None or type(value) is str for value in values), "value")
    _check(shape is None or isinstance(shape, bytes), "shape")
    _check(isinstance(problems, list), "problems")
    found = tuple(cell_problem_of(problem) for problem in problems)
    return ReadRow(number, line, dict(zip(columns, values, strict=True)), shape, found)


def plain_cell_problem(found: CellProblem) -> list[object]:
    """A problem of a cell as plain data."""
    problem = found.problem
    place = list(problem.place) if problem.place else None
    return [problem.code, to_plain(problem.text), place, problem.level, found.column, found.value]


def cell_problem_of(plain: Any) -> CellProblem:
    """The problem of `plain_cell_problem`. Raises `BrokenFrame`."""
    _check(isinstance(plain, list) and len(plain) == 6, "problem")
    code, sentence, place, level, column, value = plain
    _check(isinstance(code, str) and level in ("error", "note"), "problem")
    _check(place is None or (isinstance(place, list) and len(place) == 2), "place")
    _check(all(part is None or isinstance(part, str) for part in (column, value)), "blame")
    return CellProblem(
        Problem(code, from_plain(_mapping(sentence)), tuple(place) if place else None, level), column, value
    )


def plain_end(count: int, late_notes: Sequence[Text]) -> list[object]:
    """The end of a file as plain data: how many rows there were, and the notes that only the end tells."""
    return [count, [to_plain(note) for note in late_notes]]


def end_of(plain: Any) -> tuple[int, list[Text]]:
    """The count and the notes of `plain_end`. Raises `BrokenFrame`."""
    _check(isinstance(plain, list) and len(plain) == 2 and type(plain[0]) is int, "end")
    _check(isinstance(plain[1], list), "late notes")
    return plain[0], [from_plain(_mapping(note)) for note in plain[1]]


def plain_refusal(refusal: FileRefused) -> list[object]:
    """A refusal as plain data."""
    sentence = refusal.message
    return [to_plain(sentence) if isinstance(sentence, Text) else str(sentence), refusal.code]


def refusal_of(plain: Any) -> FileRefused:
    """The refusal of `plain_refusal`. Raises `BrokenFrame`."""
    _check(isinstance(plain, list) and len(plain) == 2 and isinstance(plain[1], str), "refusal")
    sentence, code = plain
    return FileRefused(from_plain(sentence) if isinstance(sentence, dict) else str(sentence), code)


def _mapping(plain: Any) -> Mapping[str, object]:
    _check(isinstance(plain, dict), "sentence")
    taken: Mapping[str, object] = plain
    return taken


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenFrame(what)
