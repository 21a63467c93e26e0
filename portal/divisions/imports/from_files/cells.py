"""Texts of cells to values, each with a sentence when it cannot be."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from portal.divisions.imports.from_files.findings import Findings
from portal.divisions.rules.quality import QUALITIES
from portal.kernel.i18n.text import Text, text

LONGEST = {"name": 100, "name_en": 200, "seat": 300, "postcode": 20, "phone": 50}
MOST_PEOPLE = 2_000_000_000


@dataclass(frozen=True)
class Cells:
    """The cells of one row by field, with where they stand."""

    file: str
    line: int
    number: int
    values: Mapping[str, str | None]
    columns: Mapping[str, str]
    findings: Findings

    def is_blank(self, name: str) -> bool:
        """Whether the row says nothing for a field."""
        return not (self._raw(name) or "").strip()

    def said(self, name: str) -> str | None:
        """A cell without blank ends, in composed characters; None when empty or too long."""
        value = unicodedata.normalize("NFC", self._raw(name) or "").strip()
        most = LONGEST.get(name)
        if most is not None and len(value) > most:
            reason = text("This has %(count)s characters; the most is %(most)s.", count=len(value), most=most)
            self.refuse(name, "unit.too_long", reason)
            return None
        return value or None

    def population(self) -> int | None:
        """A whole number of people."""
        value = self.said("population")
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and int(value) <= MOST_PEOPLE):
            self.refuse("population", "unit.population", text("A population is a whole number of people."))
            return None
        return int(value)

    def quality(self) -> str | None:
        """What the shape may be used for."""
        value = self.said("quality")
        if value is not None and value not in QUALITIES:
            known = ", ".join(QUALITIES)
            self.refuse("quality", "unit.quality", text("The quality of a shape is one of %(known)s.", known=known))
            return None
        return value

    def refuse(self, name: str, code: str, reason: Text) -> None:
        """An error at the cell of a field."""
        self.findings.error(self, code, reason, self.columns.get(name), self._raw(name))

    def warn(self, name: str, code: str, reason: Text) -> None:
        """A note at the cell of a field."""
        self.findings.note(self, code, reason, self.columns.get(name), self._raw(name))

    def _raw(self, name: str) -> str | None:
        column = self.columns.get(name)
        return self.values.get(column) if column else None
