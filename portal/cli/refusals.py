"""Errors that an operator can act on are one sentence, not a traceback."""

from __future__ import annotations

from typing import Any

import click
import psycopg
from sqlalchemy.exc import OperationalError

from portal.errors import AnjieError
from portal.kernel.i18n.terminal import complain
from portal.kernel.i18n.text import text


class Speaking(click.Group):
    """A group whose commands end with a sentence on stderr and exit code 1 where they are refused."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal, or a database that does not answer, becomes one sentence."""
        try:
            return super().invoke(ctx)
        except AnjieError as problem:
            refusal = problem.message
        except (OperationalError, psycopg.OperationalError) as problem:
            reason = str(getattr(problem, "orig", problem)).strip().split("\n")[0]
            refusal = text("The database does not answer: %(reason)s", reason=reason)
        complain(refusal)
        raise click.exceptions.Exit(1)
