"""The cells of a row to typed values by field, and typed values through JSON and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.values import parse_cell
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

Wrong = tuple[Problem, str | None, str | None]
"""A problem with the file's column and the raw value to blame."""


@dataclass(frozen=True)
class FieldReader:
    """Reads rows whose cells stand in the order of `columns`; `chosen` names the column of each field."""

    fields: Sequence[Field]
    chosen: Mapping[str, str]
    columns: Sequence[str]
    on: dt.date

    def read(self, raw: Sequence[object]) -> tuple[dict[str, object], dict[str, str | None], list[Wrong]]:
        """Values by field, the texts they were read from, and what is wrong with them."""
        cells = dict(zip(self.columns, raw, strict=False))
        values: dict[str, object] = {}
        written: dict[str, str | None] = {}
        wrong: list[Wrong] = []
        for one in self.fields:
            column = self.chosen.get(one.key)
            said = cells.get(column) if column else None
            written[one.key] = None if said is None else str(said)
            values[one.key], problem = parse_cell(one, written[one.key], self.on)
            if problem is None and one.required and values[one.key] is None:
                problem = Problem("cell.required", text("This is needed: fill it in."))
            if problem is not None:
                wrong.append((problem, column or str(one.title), written[one.key]))
        return values, written, wrong


def plain_values(values: Mapping[str, object]) -> dict[str, object]:
    """Typed values for JSON."""
    return {key: _plain(value) for key, value in values.items() if value is not None}


def typed_values(fields: Sequence[Field], kept: Mapping[str, object]) -> dict[str, object]:
    """The values that `plain_values` gave, typed by their fields; None where a row says nothing."""
    return {one.key: _typed(one, kept.get(one.key)) for one in fields}


def _plain(value: object) -> object:
    if isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _typed(one: Field, value: object) -> object:
    if value is None or one.kind not in (Kind.NUMBER, Kind.DATE):
        return value
    return Decimal(str(value)) if one.kind is Kind.NUMBER else dt.date.fromisoformat(str(value))
