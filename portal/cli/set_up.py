"""`portal setup`: an empty real district with one administrator."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import click

from portal.cli.up import prepare
from portal.cli.wiring import connect_rooms
from portal.divisions.service import MakeHome, make_home
from portal.errors import BadInput, RuleBroken
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.terminal import say, sentence, working
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg import databases
from portal.kernel.pg.installation import REAL, Installation, complete, folder_of, installation, is_set_up, mark_set_up
from portal.people.rules.passwords import new_password
from portal.people.service.accounts import AddAccount, add_account
from portal.settings import Settings, from_environment

COUNTY_LEVEL = 3
KINDS = {"区": "district", "县": "county"}
COUNTY_CODE = re.compile(r"[1-9]\d{3}(?!00)\d{2}")
"""Two digits each for province, prefecture and district; 00 would name the prefecture."""


@dataclass(frozen=True)
class District:
    """What has to be known to begin."""

    name: str
    code: str
    login: str
    since: dt.date


@click.command()
@click.option("--name", help="Full name of the district, for example 普陀区.")
@click.option("--code", help="Its six-digit civil-affairs (MCA) code, for example 310107.")
@click.option("--login", help="Sign-in name of its first administrator.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From when on the district is on record here (default: 1 January of this year); nothing older can be entered.",
)
def setup(name: str | None, code: str | None, login: str | None, since: dt.datetime | None) -> None:
    """Make an empty real district with one administrator; from then on it is served instead of the demonstration.

    What is not given as an option is asked for. The administrator's password is made here and shown once.
    """
    settings = from_environment()
    day = since.date() if since else _today().date().replace(month=1, day=1)
    password = (
        _external(settings, name, code, login, day)
        if settings.external
        else _embedded(settings, name, code, login, day)
    )
    say(text("The district is ready. Its administrator signs in with this password, shown this once:"))
    say(f"  {password}")
    say(text("If bin/serve is running, stop it and start it again: it serves the new district then."))


def _external(settings: Settings, name: str | None, code: str | None, login: str | None, since: dt.date) -> str:
    """The database itself refuses a second home district."""
    return _furnish(complete(settings), _asked(name, code, login, since))


def _embedded(settings: Settings, name: str | None, code: str | None, login: str | None, since: dt.date) -> str:
    if is_set_up(folder_of(settings)):
        raise RuleBroken(text("A district has been set up here already; `portal user add` makes more accounts."))
    district = _asked(name, code, login, since)
    here = installation(settings)
    with here.folder.lock("setup"), here.in_use():
        _keep_aside(here)
        databases.ensure(here.cluster, REAL)
        password = _furnish(here.completed(REAL), district)
        mark_set_up(here.folder)
    return password


def _furnish(settings: Settings, district: District) -> str:
    """Migrate the empty database and put the district and its administrator in; the administrator's password."""
    prepare(settings)
    connect_rooms()
    password = new_password()
    home = MakeHome(
        name=district.name,
        name_en=None,
        kind=KINDS.get(district.name[-1:], "other"),
        level=COUNTY_LEVEL,
        at=district.since,
        source="portal setup",
        codes={"mca": district.code},
    )
    with working(text("Setting up the district")), transaction(settings) as session:
        unit = make_home(session, SYSTEM, home)
        account = AddAccount(district.login, district.login, "administrator", unit.id, password)
        add_account(session, SYSTEM, account, _today())
    return password


def _keep_aside(here: Installation) -> None:
    """What an interrupted setup left is renamed, never dropped: only a person may decide that it is worth nothing."""
    if is_set_up(here.folder):
        raise RuleBroken(text("A district has been set up here already; `portal user add` makes more accounts."))
    if REAL in databases.names(here.cluster):
        databases.rename(here.cluster, {REAL: f"{REAL}_unfinished_{_today():%Y%m%d_%H%M%S}"})


def _asked(name: str | None, code: str | None, login: str | None, since: dt.date) -> District:
    """What was given or is asked for now; `BadInput` before anything is made."""
    district = District(
        name=(name or _ask(text("Name of the district"))).strip(),
        code=(code or _ask(text("Its six-digit civil-affairs code"))).strip(),
        login=(login or _ask(text("Sign-in name of the administrator"))).strip(),
        since=since,
    )
    if not 1 <= len(district.name) <= 60:
        raise BadInput(text("A district's name has 1 to 60 characters."))
    if not COUNTY_CODE.fullmatch(district.code):
        raise BadInput(text("%(code)s is not the six-digit code of a district or county.", code=district.code[:20]))
    return district


def _ask(question: Text) -> str:
    answer: str = click.prompt(sentence(question))
    return answer


def _today() -> dt.datetime:
    return dt.datetime.now(SHANGHAI)
