"""What an import found, as a table in the operator's language."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from portal.divisions.imports import Finding
from portal.kernel.i18n.terminal import sentence
from portal.kernel.i18n.text import text

WIDTH = 160
"""Of tables that go into a file or a pipe."""
LONGEST_VALUE = 40

HEADINGS = (text("File"), text("Line"), text("Row"), text("Column"), text("Value"), text("Reason"))


def print_findings(findings: Sequence[Finding]) -> None:
    """A table on stderr with a row for each finding; nothing for none."""
    if not findings:
        return
    table = Table(*(sentence(heading) for heading in HEADINGS))
    for finding in findings:
        table.add_row(*(Plain(cell) for cell in _cells(finding)))
    Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH).print(table)


def _cells(finding: Finding) -> tuple[str, ...]:
    from_file = (_printable(cell or "–") for cell in (finding.column, finding.value))
    return (finding.file, str(finding.line), str(finding.number), *from_file, sentence(finding.problem.text))


def _printable(value: str) -> str:
    """What a file says, without characters that would steer the terminal, and not endless."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in value)
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[:LONGEST_VALUE]}…"
