"""`portal setup`: an empty real district with one administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import click

from portal.cli.terminal import say, sentence, working
from portal.cli.up import prepare
from portal.errors import RuleBroken
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg import databases
from portal.kernel.pg.installation import REAL, Installation, complete, installation, is_set_up, mark_set_up
from portal.settings import Settings, from_environment


@dataclass(frozen=True)
class District:
    """What has to be known to begin."""

    name: str
    code: str
    login: str


@click.command()
@click.option("--name", help="Full name of the district, for example 普陀区.")
@click.option("--code", help="Its six-digit civil-affairs (MCA) code, for example 310107.")
@click.option("--login", help="Sign-in name of its first administrator.")
def setup(name: str | None, code: str | None, login: str | None) -> None:
    """Make an empty real district with one administrator; from then on it is served instead of the demonstration.

    What is not given as an option is asked for. The administrator's password is made here and shown once.
    """
    settings = from_environment()
    if settings.external:
        password = _furnish(complete(settings), _asked(name, code, login))
    else:
        password = _embedded(settings, name, code, login)
    say(text("The district is ready. Its administrator signs in with this password, shown this once:"))
    say(f"  {password}")
    say(text("If bin/serve is running, stop it and start it again: it serves the new district then."))


def _embedded(settings: Settings, name: str | None, code: str | None, login: str | None) -> str:
    here = installation(settings)
    with here.folder.lock("setup"):
        if is_set_up(here.folder):
            raise RuleBroken(text("A district has been set up here already; `portal user add` makes more accounts."))
        district = _asked(name, code, login)
        with here.in_use():
            _keep_aside(here)
            databases.ensure(here.cluster, REAL)
            password = _furnish(here.completed(REAL), district)
        mark_set_up(here.folder)
        return password


def _furnish(settings: Settings, district: District) -> str:
    """Migrate the empty database and put the district and its administrator in; the administrator's password."""
    with working(text("Setting up the district")):
        prepare(settings)
    raise NotImplementedError


def _keep_aside(here: Installation) -> None:
    """What an interrupted setup left is renamed, never dropped: only a person may decide that it is worth nothing."""
    if REAL in databases.names(here.cluster):
        databases.rename(here.cluster, {REAL: f"{REAL}_unfinished_{datetime.now(UTC):%Y%m%d_%H%M%S}"})


def _asked(name: str | None, code: str | None, login: str | None) -> District:
    return District(
        name=name or _ask(text("Name of the district")),
        code=code or _ask(text("Its six-digit civil-affairs code")),
        login=login or _ask(text("Sign-in name of the administrator")),
    )


def _ask(question: Text) -> str:
    answer: str = click.prompt(sentence(question))
    return answer.strip()
