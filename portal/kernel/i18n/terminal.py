"""How commands talk: sentences in the operator's language, and a moving bar when it takes longer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from babel import default_locale
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from portal.kernel.i18n.text import Text
from portal.kernel.i18n.translate import DEFAULT, translate

Report = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


def sentence(value: object) -> str:
    """A `Text` in the language of the terminal: Chinese where the locale says so, else English."""
    language = default_locale("LC_MESSAGES") or ""
    return translate(value, DEFAULT if language.startswith("zh") else "en")


def say(value: object) -> None:
    """One line on stdout, at once even through a pipe."""
    click.echo(sentence(value))
    sys.stdout.flush()


def complain(value: object) -> None:
    """One line on stderr."""
    click.echo(sentence(value), err=True)


@contextmanager
def working(label: Text) -> Iterator[Report]:
    """A moving bar on a terminal, nothing elsewhere; the block may call what it gets with done and total."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(sentence(label), total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield report
