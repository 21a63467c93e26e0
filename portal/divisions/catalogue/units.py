"""Kinds, levels and code systems of divisions, read once from `gis_data/catalogue`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "catalogue"

Labels = Mapping[str, str]
"""A name in `zh` and `en`."""


@dataclass(frozen=True)
class CodeRange:
    """Which digits of a written code (from 1, both ends in) lie between which values for a kind."""

    first_digit: int
    last_digit: int
    first: str
    last: str

    def holds(self, code: str) -> bool:
        """Whether a code of exactly this many digits lies in the range."""
        return len(code) == self.last_digit and self.first <= code[self.first_digit - 1 :] <= self.last


@dataclass(frozen=True)
class Kind:
    """A kind of division; `level` is None where any fits, `names` are the words that mean it in files."""

    key: str
    level: int | None
    labels: Labels
    names: frozenset[str]
    ranges: tuple[CodeRange, ...]

    @property
    def title(self) -> str:
        """For messages in either language: what it is called, and the key that files may use."""
        return f"{self.labels['zh']} ({self.key})"


@dataclass(frozen=True)
class CodeSystem:
    """A system of codes; `written` gives the number of digits by level."""

    key: str
    labels: Labels
    short: Labels
    written: Mapping[int, int]


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Kinds by key, in the order of the file."""
    return {row["key"]: _kind(row) for row in _read("division_kinds.yaml")["kinds"]}


@lru_cache(maxsize=1)
def levels() -> Mapping[int, Labels]:
    """Names of the five levels, from province (1) to village (5)."""
    return {row["level"]: _labels(row) for row in _read("division_kinds.yaml")["levels"]}


@lru_cache(maxsize=1)
def code_systems() -> Mapping[str, CodeSystem]:
    """Code systems by key."""
    return {row["key"]: _system(row) for row in _read("code_systems.yaml")["systems"]}


def _kind(row: Mapping[str, Any]) -> Kind:
    also = [found["note_zh"] for found in row["code_ranges"] if "note_zh" in found]
    names = frozenset([row["key"], row["zh"], row["en"].lower(), *also])
    return Kind(row["key"], row["level"], _labels(row), names, tuple(_range(r) for r in row["code_ranges"]))


def _range(row: Mapping[str, Any]) -> CodeRange:
    first_digit, last_digit = (int(digit) for digit in row["digits"].split("-"))
    return CodeRange(first_digit, last_digit, row["first"], row["last"])


def _system(row: Mapping[str, Any]) -> CodeSystem:
    written = {digits["level"]: digits["written_digits"] for digits in row["digits"]}
    return CodeSystem(row["key"], _labels(row), {"zh": row["zh_short"], "en": row["en_short"]}, written)


def _labels(row: Mapping[str, Any]) -> Labels:
    return {"zh": row["zh"], "en": row["en"]}


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(FOLDER / name).read_text(encoding="utf-8"))
    return content
