"""What an import finds wrong, each with file, line, record, column, value and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from portal.errors import BadInput
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text


class Where(Protocol):
    """Something that came from a line of a file."""

    @property
    def file(self) -> str:
        """The file's name."""

    @property
    def line(self) -> int:
        """The line, from 1."""

    @property
    def number(self) -> int:
        """Which record of the file it is, from 1: a GeoJSON may stand on one line."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a note, in one row."""

    file: str
    line: int
    number: int
    column: str | None
    value: str | None
    problem: Problem


class ImportRefused(BadInput):
    """Nothing was changed; every reason is in `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(text("Nothing was imported: %(count)s problems.", count=len(findings)))
        self.findings = tuple(findings)


@dataclass
class Findings:
    """Gathers findings, so that a refused file is refused once, with everything that is wrong with it."""

    all: list[Finding] = field(default_factory=list)

    def add(self, where: Where, problem: Problem, column: str | None = None, value: str | None = None) -> None:
        """One finding of a row."""
        self.all.append(Finding(where.file, where.line, where.number, column, value, problem))

    def error(self, where: Where, code: str, reason: Text, column: str | None = None, value: str | None = None) -> None:
        """Something that keeps the import out."""
        self.add(where, Problem(code, reason), column, value)

    def note(self, where: Where, code: str, reason: Text, column: str | None = None, value: str | None = None) -> None:
        """Something worth knowing that keeps nothing out."""
        self.add(where, Problem(code, reason, level="note"), column, value)

    @property
    def errors(self) -> list[Finding]:
        """What keeps the import out."""
        return [finding for finding in self.all if finding.problem.level == "error"]

    @property
    def notes(self) -> list[Finding]:
        """What does not."""
        return [finding for finding in self.all if finding.problem.level == "note"]

    def stop_if_any(self) -> None:
        """Raises `ImportRefused` when there is an error."""
        if self.errors:
            raise ImportRefused(self.errors)
