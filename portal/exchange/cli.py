"""`portal import`: a file into a room, with the same checks as the page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain
from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid
from portal.exchange.declared import importer_named
from portal.exchange.models import Import
from portal.exchange.queries import imports as queries
from portal.exchange.returning import write_returned
from portal.exchange.running import Asked, go_in, preview, take_in
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.formats.reading import Wish
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.terminal import Report, complain, say, sentence, working
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg.installation import at_hand, folder_of
from portal.settings import Settings, from_environment

WIDTH = 160
LONGEST_VALUE = 40
SHOWN = 200
"""Findings on a terminal; the returned file has all."""
HEADINGS = (text("Line"), text("Column"), text("Value"), text("Reason"), text("Code"))


class DryRun(Exception):
    """Ends the transaction without writing."""


def pairs(_ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Options of the form NAME=VALUE as a table."""
    table: dict[str, str] = {}
    for pair in given:
        name, _, value = (part.strip() for part in pair.partition("="))
        if not (name and value):
            raise click.BadParameter(f"{pair} ({option.metavar})")
        table[name] = value
    return table


@click.command("import")
@click.argument("what", metavar="ROOM:WHAT")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "columns", multiple=True, callback=pairs, metavar="FIELD=COLUMN", help="Column of a field.")
@click.option(
    "--set", "options", multiple=True, callback=pairs, metavar="OPTION=VALUE", help="An option of the import."
)
@click.option("--only", multiple=True, callback=pairs, metavar="COLUMN=VALUE", help="Only rows with this value.")
@click.option("--crs", help="Coordinate system, such as EPSG:4490; needed where the file names none.")
@click.option("--swapped", is_flag=True, help="The first number of a position is north.")
@click.option("--mend", is_flag=True, help="Repair invalid outlines; each repair is listed.")
@click.option("--encoding", help="Of texts, where the file does not say it: utf-8, gb18030, utf-16.")
@click.option("--part", help="Sheet of a workbook or layer of a container.")
@click.option("--header-row", type=click.IntRange(1, 1000), help="Line of the headings.")
@click.option("--sure", multiple=True, type=click.Choice(["encoding", "shift"]), help="Answers a question with yes.")
@click.option("--valid-only", is_flag=True, help="Leave refused rows out instead of refusing the file.")
@click.option("--dry-run", is_flag=True, help="Check and count only.")
@click.option("--returned", type=click.Path(path_type=Path, file_okay=False), help="Folder for the file with reasons.")
def cli(
    what: str,
    file: Path,
    columns: dict[str, str],
    options: dict[str, str],
    encoding: str | None,
    part: str | None,
    header_row: int | None,
    returned: Path | None,
    dry_run: bool,
    **said: object,
) -> None:
    """Take a FILE into a room, all of it or nothing: `portal import risk:hazards hazards.xlsx`.

    The same file a second time changes nothing. Exit code 1: refused, nothing changed.
    """
    wish = Wish(encoding=encoding, sheet=part, layer=part, header_row=header_row)
    asked = Asked(wish, columns, options, **said)  # type: ignore[arg-type]
    with at_hand(from_environment()) as settings:
        counts = run(settings, what, [file], asked, returned=returned, dry_run=dry_run)
    say(summary(counts, dry_run=dry_run))


def run(
    settings: Settings, what: str, files: list[Path], asked: Asked, *, returned: Path | None, dry_run: bool
) -> Counts:
    """All files in one transaction; the counts of all together."""
    total = Counts()
    patient = settings.model_copy(update={"statement_timeout_ms": settings.job_statement_timeout_ms})
    try:
        with transaction(patient) as session:
            for file in files:
                total = _added(total, _one(session, settings, what, file, asked, returned, dry_run))
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    return total


def summary(counts: Counts, *, dry_run: bool) -> Text:
    """What an import did, in one sentence."""
    told = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged, "refused": counts.refused}
    if not counts.new + counts.changed:
        return text("Nothing to change: %(unchanged)s rows are on record as they are.", **told)
    done = text("New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s. Refused: %(refused)s.", **told)
    return text("Only checked, nothing was written. %(counts)s", counts=done) if dry_run else done


def _one(
    session: Session, settings: Settings, what: str, file: Path, asked: Asked, returned: Path | None, dry_run: bool
) -> Counts:
    importer, day = importer_named(what), today()
    found = take_in(session, SYSTEM, importer, file, folder_of(settings), day)
    try:
        with working(importer.title) as report:
            counts = preview(session, SYSTEM, found, importer, file, asked, day, _steady(report))
    except FormInvalid as invalid:
        raise BadInput(_told(invalid)) from invalid
    _print(session, found)
    if returned is not None:
        returned.mkdir(parents=True, exist_ok=True)
        made = write_returned(session, found, file, returned)
        say(text("Written: %(path)s", path=made.path.replace(returned / made.name)))
    if dry_run:
        return counts
    with working(importer.title) as report:
        return go_in(session, SYSTEM, found, importer, day, _steady(report), valid_only=asked.valid_only)


def _steady(report: Report) -> Callable[[int, int | None], None]:
    return lambda done, total: report(done, total or 0)


def _added(one: Counts, other: Counts) -> Counts:
    numbers = {name: getattr(one, name) + getattr(other, name) for name in ("total", "new", "changed", "unchanged")}
    return Counts(**numbers, refused=one.refused + other.refused)


def _told(invalid: FormInvalid) -> Text:
    lines = [f"{name}: {sentence(message)}" for name, group in invalid.messages.items() for message in group]
    return text("It cannot be checked yet. %(reasons)s", reasons=" ".join(lines))


def _print(session: Session, found: Import) -> None:
    """A table on stderr with a row for each finding; nothing for none."""
    told = queries.findings(session, found, limit=SHOWN)
    if not told:
        return
    table = Table(*(sentence(heading) for heading in HEADINGS), title=Plain(_printable(found.file_name)))
    for one in told:
        cells = (str(one.line), _short(one.column or "–"), _short(one.value or "–"), sentence(one.sentence), one.code)
        table.add_row(*(Plain(_printable(cell)) for cell in cells))
    Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH).print(table)
    hidden = Counts.of(found.counts).errors + Counts.of(found.counts).notes - len(told)
    if hidden > 0:
        complain(text("And %(count)s more.", count=hidden))


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"


def _printable(value: str) -> str:
    """What a file says, without characters that would steer the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in value)
