"""The columns in which files of upper rooms name a division, and whose row lies in which.

A division is named by code, of whatever system, by name, or by both; the name of the town tells apart committees of one
name. Nothing is guessed: what is unknown or ambiguous is refused with the names that may have been meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from sqlalchemy.orm import Session

from portal.divisions.catalogue import code_systems
from portal.divisions.queries.choices import unit_choices
from portal.divisions.queries.naming import Named, NamedUnit, units_coded, units_named
from portal.divisions.rules.codes import cut_padding
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.contracts.importing import ImportRow
from portal.kernel.i18n.text import Text, text

CODE, NAME, TOWN = "unit_code", "unit", "town"
SHOWN = 5
"""Names that a sentence lists."""


# fmt: off
CODE_HEADINGS = (
    "区划代码", "行政区划代码", "行政区划编码", "统计用区划代码", "民政代码", "统计代码", "社区代码",
    "居委会代码", "村居代码", "街镇代码", "unitcode", "divisioncode",
)
NAME_HEADINGS = (
    "区划名称", "所在区划", "所属区划", "行政区划", "社区", "居委会", "村委会", "居委", "村居", "居村委会", "村居委会",
    "所在社区", "所属社区", "所在居委会", "所属居委会", "所属居委", "社区村", "所属街镇社区", "unit",
    "community",
)
TOWN_HEADINGS = (
    "街镇", "街道", "乡镇", "镇街", "街道乡镇", "街道镇", "乡镇街道", "所属街镇", "所属街道", "所属乡镇",
    "所在街镇", "所在街道", "所在乡镇", "town", "street",
)
"""Headings that offices use, without blanks and brackets."""
# fmt: on


def _systems(_on: dt.date) -> dict[str, dict[str, str]]:
    return {key: dict(system.labels) for key, system in code_systems().items()}


CODE_SYSTEM = Field(
    "code_system",
    text("Code system of the divisions"),
    Kind.CHOICE,
    choices=_systems,
    hint=text("Empty: a code may be of any system; one that means two divisions is refused."),
)
"""An option for imports whose files name divisions by code."""

UNIT_COLUMNS = (
    Field(CODE, text("Division code"), Kind.CODE, names=CODE_HEADINGS, longest=12, looks=r"\d{9}|\d{12}"),
    Field(NAME, text("Division"), names=NAME_HEADINGS, longest=100),
    Field(TOWN, text("Town of the division"), names=TOWN_HEADINGS, longest=100),
)
"""Code, name and town; of a row that fills in the town alone, the town is the division."""


@dataclass
class UnitReader:
    """Whose row lies in which division; knows each name and code after it was asked for once."""

    session: Session
    actor: Actor
    permission: Permission
    today: dt.date
    system: str | None = None
    _names: dict[str, list[NamedUnit]] = field(default_factory=dict)
    _codes: dict[str, list[NamedUnit]] = field(default_factory=dict)

    def units_of(self, rows: Sequence[ImportRow], day_of: Callable[[ImportRow], dt.date]) -> dict[int, NamedUnit]:
        """Divisions by the numbers of their rows; a row that names none is left out, one with a wrong name refused.

        One query for the names and one for the codes that were not asked for before.
        """
        self._learn(rows)
        found = ((row.number, self._unit_of(row, day_of(row))) for row in rows if names_unit(row))
        return {number: unit for number, unit in found if unit is not None}

    def _learn(self, rows: Iterable[ImportRow]) -> None:
        said = [_said(row) for row in rows]
        names = {name for _, name, town in said for name in (name or town,) if name} - self._names.keys()
        codes = {form for code, _, _ in said if code for form in _forms(code)} - self._codes.keys()
        for known, wanted, ask in ((self._names, names, units_named), (self._codes, codes, units_coded)):
            if wanted:
                found: Named = ask(self.session, self.actor, self.permission, wanted)
                known.update({key: found.get(key, []) for key in wanted})

    def _unit_of(self, row: ImportRow, day: dt.date) -> NamedUnit | None:
        code, name, town = _said(row)
        if code is not None:
            return self._by_code(row, code, name, day)
        return self._by_name(row, name, town, day)

    def _by_code(self, row: ImportRow, code: str, name: str | None, day: dt.date) -> NamedUnit | None:
        bearers = [unit for form in _forms(code) for unit in self._codes[form] if unit.on(day)]
        bearers = [unit for unit in bearers if self.system in (None, unit.system)]
        if not bearers:
            row.refuse("unit.unknown_code", _no_bearer(code, day), CODE)
            return None
        called = _each_once(unit for unit in bearers if name in (None, unit.name))
        if len(called) == 1:
            return called[0]
        row.refuse(*_two_bearers(code, called) if called else _other_name(code, name, bearers), CODE)
        return None

    def _by_name(self, row: ImportRow, name: str | None, town: str | None, day: dt.date) -> NamedUnit | None:
        asked, column = name or town or "", NAME if name else TOWN
        called = _each_once(unit for unit in self._names[asked] if unit.on(day))
        within = [unit for unit in called if name is None or town is None or town in (unit.parent, unit.name)]
        if len(within) == 1:
            return within[0]
        if within or called:
            row.refuse("unit.ambiguous", _several(asked, within or called), column)
        else:
            row.refuse("unit.unknown", self._unknown(asked, day), column)
        return None

    def _unknown(self, asked: str, day: dt.date) -> Text:
        nearest = get_close_matches(asked, list(self._own), n=SHOWN, cutoff=0.5)
        if not nearest:
            return text("There is no “%(name)s” among your divisions on %(date)s.", name=asked, date=day.isoformat())
        return text(
            "There is no “%(name)s” among your divisions on %(date)s. Is it one of these: %(known)s?",
            name=asked,
            date=day.isoformat(),
            known="、".join(self._own[name] for name in nearest),
        )

    @cached_property
    def _own(self) -> dict[str, str]:
        """Labels of one's own divisions of today by name."""
        return {one.name: one.label for one in unit_choices(self.session, self.actor, self.permission, self.today)}


def names_unit(row: ImportRow) -> bool:
    """Whether a row says anything of its division."""
    return any(_said(row))


def refuse_without_unit(row: ImportRow) -> None:
    """For rows that cannot do without a division."""
    row.refuse("unit.missing", text("Say in which division it lies, by name or code."), NAME)


def _said(row: ImportRow) -> tuple[str | None, str | None, str | None]:
    code, name, town = (str(row.values.get(key) or "").strip() or None for key in (CODE, NAME, TOWN))
    return code, name, town


def _forms(code: str) -> tuple[str, ...]:
    """A code as it stands, and without the zeros that lists of statistics pad it with."""
    return tuple(dict.fromkeys((code, cut_padding(code, (6, 9)))))


def _each_once(units: Iterable[NamedUnit]) -> list[NamedUnit]:
    return list({unit.id: unit for unit in units}.values())


def _no_bearer(code: str, day: dt.date) -> Text:
    return text("None of your divisions has the code %(code)s on %(date)s.", code=code, date=day.isoformat())


def _two_bearers(code: str, units: Sequence[NamedUnit]) -> tuple[str, Text]:
    known = "、".join(f"{unit.label} ({unit.system})" for unit in units)
    return "unit.ambiguous", text(
        "The code %(code)s means several divisions: %(known)s. Name the division too, or choose the code system.",
        code=code,
        known=known,
    )


def _other_name(code: str, name: str | None, units: Sequence[NamedUnit]) -> tuple[str, Text]:
    known = "、".join(unit.label for unit in _each_once(units))
    return "unit.code_and_name", text(
        "The code %(code)s is that of %(known)s, not of “%(name)s”. Correct one of the two.",
        code=code,
        known=known,
        name=name or "",
    )


def _several(name: str, units: Sequence[NamedUnit]) -> Text:
    return text(
        "“%(name)s” may be one of these: %(known)s. Add the town or the code.",
        name=name,
        known="、".join(unit.label for unit in units[:SHOWN]),
    )
