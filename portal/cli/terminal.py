"""How commands talk: sentences in the operator's language, errors as one line, a bar when it takes longer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import psycopg
from babel import default_locale
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import OperationalError

from portal.errors import AnjieError
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

Report = Callable[[int, int], None]


class Speaking(click.Group):
    """A group whose commands end with a sentence on stderr and exit code 1 instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the two kinds of error an operator can act on become one sentence."""
        try:
            return super().invoke(ctx)
        except AnjieError as problem:
            refusal = problem.message
        except (OperationalError, psycopg.OperationalError) as problem:
            reason = str(getattr(problem, "orig", problem)).strip().split("\n")[0]
            refusal = text("The database does not answer: %(reason)s", reason=reason)
        complain(refusal)
        raise click.exceptions.Exit(1)


def sentence(value: object) -> str:
    """A `Text` in the language of the terminal: Chinese where the locale says so, else English."""
    if not isinstance(value, Text):
        return str(value)
    language = default_locale("LC_MESSAGES") or ""
    return translate(value, "zh_Hans_CN" if language.startswith("zh") else "en")


def say(value: object) -> None:
    """One line on stdout, at once even through a pipe."""
    click.echo(sentence(value))
    sys.stdout.flush()


def complain(value: object) -> None:
    """One line on stderr."""
    click.echo(sentence(value), err=True)


@contextmanager
def working(label: Text) -> Iterator[Report]:
    """A progress bar on a terminal, nothing elsewhere; the block calls it with done and total."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(sentence(label), total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield report
