"""What the catalogue files hold, as frozen dataclasses. Labels are `{"zh": …, "en": …}`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Labels = dict[str, str]


class Measure(enum.StrEnum):
    """What a value counts: everything since the disaster began, or what is so at this moment."""

    CUMULATIVE = "cumulative"
    REALTIME = "realtime"


@dataclass(frozen=True)
class Indicator:
    """One figure of the form. `part_of` names its total, `applies_to` the types it is asked for (None = all)."""

    key: str
    labels: Labels
    group: str
    unit: Labels
    integer: bool
    decimals: int
    has_realtime: bool
    part_of: str | None
    applies_to: frozenset[str] | None
    first_report: bool

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The values it has."""
        return tuple(Measure) if self.has_realtime else (Measure.CUMULATIVE,)

    def asked_for(self, type_key: str | None) -> bool:
        """Whether a first report on this type of disaster asks for it; an unknown type is asked for all."""
        return self.first_report and (self.applies_to is None or type_key is None or type_key in self.applies_to)


@dataclass(frozen=True)
class IndicatorList:
    """One version of the indicator catalogue, in the order of the form."""

    version: int
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    measures: Mapping[str, Labels]
    groups: Mapping[str, Labels]
    indicators: Mapping[str, Indicator]

    def first_report(self, type_key: str | None = None) -> list[Indicator]:
        """The indicators of a first report."""
        return [indicator for indicator in self.indicators.values() if indicator.asked_for(type_key)]

    def name(self, key: str, measure: str = Measure.CUMULATIVE) -> Labels:
        """The indicator's name, with the measure in brackets where it has two; the key where it is not known."""
        indicator = self.indicators.get(key)
        if indicator is None:
            return {"zh": key, "en": key}
        if not indicator.has_realtime:
            return indicator.labels
        said = self.measures[measure]
        return {"zh": f"{indicator.labels['zh']}（{said['zh']}）", "en": f"{indicator.labels['en']} ({said['en']})"}


@dataclass(frozen=True)
class Rule:
    """One consistency rule: which function (`key`), on what (`parameters`), how severe, in which words."""

    key: str
    number: int
    severity: str
    labels: Labels
    parameters: Mapping[str, Any]
    blank_as_zero: frozenset[str]
    words: Labels
    source: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True)
class RuleBook:
    """One version of the rules; `rules` holds those that are in force on the day it was asked for."""

    version: int
    valid_from: dt.date
    valid_to: dt.date | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class DisasterType:
    """A first-level type with its sub-types by key."""

    key: str
    labels: Labels
    typhoon_number: bool
    subtypes: Mapping[str, Labels]


@dataclass(frozen=True)
class TypeList:
    """One version of the disaster types."""

    version: int
    valid_from: dt.date
    valid_to: dt.date | None
    types: Mapping[str, DisasterType]

    def knows(self, type_key: str, subtype_key: str | None) -> bool:
        """Whether the type, and the sub-type within it, exist."""
        known = self.types.get(type_key)
        return known is not None and (subtype_key is None or subtype_key in known.subtypes)

    def name(self, type_key: str, subtype_key: str | None = None) -> Labels:
        """The sub-type's name, else the type's; the key where it is not known."""
        known = self.types.get(type_key)
        if known is None:
            return {"zh": type_key, "en": type_key}
        return known.subtypes.get(subtype_key or "", known.labels)


@dataclass(frozen=True)
class Deadline:
    """A report of this kind is due `minutes` after the clock `counted_from`."""

    key: str
    labels: Labels
    kind: str
    counted_from: str
    minutes: int
    source: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True)
class DeadlineList:
    """One version of the deadlines."""

    version: int
    valid_from: dt.date
    valid_to: dt.date | None
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True)
class Catalogue:
    """What is in force on one day."""

    indicators: IndicatorList
    rules: RuleBook
    types: TypeList
    deadlines: tuple[Deadline, ...]

    def deadline(self, kind: str) -> Deadline | None:
        """The deadline of a kind of report, if there is one."""
        return next((deadline for deadline in self.deadlines if deadline.kind == kind), None)
