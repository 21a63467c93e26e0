"""What the room's commands print: sentences in the operator's language, findings as a table."""

from __future__ import annotations

import locale
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Plain

from portal.divisions.imports import Finding
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

WIDTH = 160
"""Of tables that go into a file or a pipe."""
LONGEST_VALUE = 40

HEADINGS = (text("File"), text("Line"), text("Row"), text("Column"), text("Value"), text("Reason"))


def sentence(value: object) -> str:
    """A `Text` in the language of the terminal: Chinese where the locale says so, else English."""
    with suppress(locale.Error):
        locale.setlocale(locale.LC_MESSAGES, "")
    language = locale.getlocale(locale.LC_MESSAGES)[0] or ""
    return translate(value, "zh_Hans_CN" if language.startswith("zh") else "en")


def say(value: object) -> None:
    """One line on stdout."""
    click.echo(sentence(value))
    sys.stdout.flush()


@contextmanager
def working(label: Text) -> Iterator[None]:
    """A moving bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(sentence(label), total=None)
        yield


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
