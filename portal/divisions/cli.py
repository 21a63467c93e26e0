"""`portal divisions`: taking divisions in from files."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import click

from portal.divisions.imports import ImportRefused, ImportReport, ImportUnits, import_units
from portal.divisions.imports.identity import CODE
from portal.divisions.printing import print_findings
from portal.divisions.rules.quality import QUALITIES
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.db.validity import Precision
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.terminal import say, working
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment

DAY = click.DateTime(["%Y-%m-%d"])


def pairs(_ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Options of the form NAME=VALUE as a table; code systems are written either way, code:NBS and code:nbs."""
    table: dict[str, str] = {}
    for pair in given:
        name, _, value = (part.strip() for part in pair.partition("="))
        if not (name and value):
            raise click.BadParameter(f"{pair} ({option.metavar})")
        table[name.lower() if name.lower().startswith(CODE) else name] = value
    return table


def lower(_ctx: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """A code system, which is written either way."""
    return given.strip().lower() if given else given


def finite(_ctx: click.Context, _option: click.Parameter, given: float) -> float:
    """A length that is a number."""
    if not math.isfinite(given):
        raise click.BadParameter(str(given))
    return given


@click.group("divisions")
def cli() -> None:
    """Administrative divisions: import."""


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--code-system", required=True, callback=lower, help="System of the codes in the file: mca or nbs.")
@click.option("--at", required=True, type=DAY, help="The day from which on the divisions are as the file says.")
@click.option("--crs", help="Coordinate system of the geometry, such as EPSG:4490; needed where the file names none.")
@click.option(
    "--precision",
    type=click.Choice([known.value for known in Precision]),
    default="day",
    help="How exactly --at is known.",
)
@click.option("--announced-on", type=DAY, help="Public from this day on; --at when not given.")
@click.option("--map", "columns", multiple=True, callback=pairs, metavar="FIELD=COLUMN", help="Column of a field.")
@click.option("--only", multiple=True, callback=pairs, metavar="COLUMN=VALUE", help="Only rows with this value.")
@click.option("--parent-system", callback=lower, help="System of the codes of parents; --code-system when not given.")
@click.option("--parent-code", help="Code of the division in which rows lie that name none.")
@click.option("--kind", help="Kind of rows that name none; else the digits of the code propose it.")
@click.option("--quality", type=click.Choice(QUALITIES), default="digitised", help="Of shapes that say none.")
@click.option("--source", help="Document or provider; the file's name when not given.")
@click.option(
    "--tolerance-m", type=click.FloatRange(0.001, 100), default=1.0, callback=finite, help="For overlaps and holes."
)
@click.option("--encoding", help="Of a CSV that is not UTF-8: gb18030.")
def import_(at: dt.datetime, announced_on: dt.datetime | None, **given: Any) -> None:
    """Take divisions in from GeoJSON or CSV files, all of them or none.

    A FIELD is code, code:SYSTEM, name, name_en, kind, parent_code, seat, postcode, phone, population or quality; a
    column of that name need not be mapped. The same files a second time change nothing. Exit code 1: refused, nothing
    changed.
    """
    command = ImportUnits(at=at.date(), announced_on=(announced_on or at).date(), **given)
    try:
        with working(text("Importing divisions")):
            report = _run(command)
    except ImportRefused as refused:
        print_findings(refused.findings)
        raise
    print_findings(report.notes)
    say(summary(report))


def summary(report: ImportReport) -> Text:
    """What an import did, in one sentence."""
    if report.changed_nothing:
        return text("Nothing to change: all %(unchanged)s divisions are on record as they are.", **report.counts)
    return text("New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s.", **report.counts)


def _run(command: ImportUnits) -> ImportReport:
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        return import_units(session, SYSTEM, command, today())
