"""The attributes of a geographic file: one a column, and for a choice its key and its name side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.kernel.contracts.exporting import Column, ExportRow
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing.values import Plain, for_machines, named


@dataclass(frozen=True)
class Attribute:
    """An attribute called `name`: the value of a column as machines read it, or the name of the choice in it."""

    name: str
    column: Column
    in_words: bool = False

    @property
    def kind(self) -> Kind:
        """How it is stored; names are texts."""
        return Kind.TEXT if self.in_words else self.column.kind

    def value(self, row: ExportRow, locale: str) -> Plain:
        """Its value in one row."""
        value = row.values.get(self.column.key)
        return named(value, locale) if self.in_words else for_machines(value, locale)


def attributes(columns: Sequence[Column]) -> tuple[Attribute, ...]:
    """The attributes of some columns, called by key; the name of a choice is `KEY_name`."""
    made: list[Attribute] = []
    for column in columns:
        made.append(Attribute(column.key, column))
        if column.kind is Kind.CHOICE:
            made.append(Attribute(f"{column.key}_name", column, in_words=True))
    return tuple(made)
