"""`portal divisions import`: the importer of divisions by the short options of the command that it once was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from portal.divisions.cli.crosswalk import crosswalk
from portal.divisions.cli.lists import lists
from portal.divisions.cli.series import series
from portal.exchange.cli import pairs, run, summary
from portal.exchange.running import Asked
from portal.kernel.db.validity import Precision
from portal.kernel.formats.reading import Wish
from portal.kernel.i18n.terminal import say
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment

DAY = click.DateTime(["%Y-%m-%d"])
PRECISIONS = [one.value for one in Precision]
IMPORTER = "divisions:units"
CODE = "code:"
"""Begins the name of a further code, such as `code:nbs`; code systems are written either way."""


def fields(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """FIELD=COLUMN, with the codes of other systems as the importer names them: `code:NBS` is `code_nbs`."""
    said = pairs(context, option, given)
    return {_field(name): column for name, column in said.items()}


def _field(name: str) -> str:
    lower = name.lower()
    return f"code_{lower.removeprefix(CODE)}" if lower.startswith(CODE) else name


@click.group("divisions")
def cli() -> None:
    """Administrative divisions: import, crosswalk, series of published lists."""


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--code-system", required=True, help="System of the codes in the file: mca or nbs.")
@click.option("--at", required=True, type=DAY, help="The day from which on the divisions are as the file says.")
@click.option("--crs", help="Coordinate system of the geometry, such as EPSG:4490; needed where the file names none.")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="How exactly --at is known; day when not given.",
)
@click.option("--announced-on", type=DAY, help="Public from this day on; --at when not given.")
@click.option("--map", "columns", multiple=True, callback=fields, metavar="FIELD=COLUMN", help="Column of a field.")
@click.option("--only", multiple=True, callback=pairs, metavar="COLUMN=VALUE", help="Only rows with this value.")
@click.option("--parent-system", help="System of the codes of parents; --code-system when not given.")
@click.option("--parent-code", help="Code of the division in which rows lie that name none.")
@click.option("--kind", help="Kind of rows that name none; else the digits of the code propose it.")
@click.option("--quality", help="Of shapes that say none: legal, surveyed, digitised (when not given) or schematic.")
@click.option("--source", help="Document or provider; the file's name when not given.")
@click.option("--tolerance-m", help="Overlaps and holes count from this width on; 1 when not given.")
@click.option("--encoding", help="Of a CSV that does not say it: gb18030.")
@click.option("--sure", multiple=True, type=click.Choice(["encoding", "shift"]), help="Answers a question with yes.")
def import_(
    files: tuple[Path, ...],
    at: dt.datetime,
    announced_on: dt.datetime | None,
    columns: dict[str, str],
    only: dict[str, str],
    crs: str | None,
    encoding: str | None,
    sure: tuple[str, ...],
    **said: str | None,
) -> None:
    """Take divisions in from files, all of them or none: `portal import divisions:units` by short options.

    A file that names divisions above comes before the file of those below them. A FIELD is code, code:SYSTEM, name,
    name_en, kind, parent_code, seat, postcode, phone, population or quality; a column of a usual name need not be
    mapped. The same files a second time change nothing. Exit code 1: refused, nothing changed.
    """
    days = {"at": at.date().isoformat(), "announced_on": (announced_on or at).date().isoformat()}
    options = days | {name: value for name, value in said.items() if value is not None}
    asked = Asked(Wish(encoding=encoding), columns, options, only=only, crs=crs, sure=sure)
    with at_hand(from_environment()) as settings:
        counts = run(settings, IMPORTER, list(files), asked, returned=None, dry_run=False)
    say(summary(counts, dry_run=False))


cli.add_command(crosswalk)
cli.add_command(series)
cli.add_command(lists)
