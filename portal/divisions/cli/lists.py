"""`portal divisions lists`: which published lists are kept, and one of them exactly as it came."""

from __future__ import annotations

import csv
import io

import click

from portal.divisions.queries.lists import kept_list, kept_lists, open_gaps, rows_of
from portal.kernel.db.session import transaction
from portal.kernel.i18n.terminal import say
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment

HEADINGS = ("code", "name", "kind", "parent_code", "parent_name")


@click.group(invoke_without_command=True)
@click.pass_context
def lists(ctx: click.Context) -> None:
    """Show the published lists that are kept: key, rows, title."""
    if ctx.invoked_subcommand is not None:
        return
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        kept = kept_lists(session)
    for one in kept:
        click.echo(f"{one.key}\t{one.rows}\t{one.title}")
    say(text("%(count)s lists are kept.", count=len(kept)))


@lists.command()
@click.argument("key")
def show(key: str) -> None:
    """Write the list KEY to stdout as CSV: its rows as they came, in their order."""
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        rows = rows_of(session, kept_list(session, key).id)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows((row.code, row.name, row.kind, row.parent_code, row.parent_name) for row in rows)
    click.echo(written.getvalue(), nl=False)


@lists.command()
def gaps() -> None:
    """Show units above that lists name by their digits and do not have."""
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        found = open_gaps(session)
    for gap in found:
        say(
            text(
                "%(system)s %(wanted)s is missing in %(lists)s lists from %(first)s to %(last)s, above %(rows)s rows.",
                **{name: str(getattr(gap, name)) for name in ("system", "wanted", "lists", "first", "last", "rows")},
            )
        )
    say(text("%(count)s units are missing.", count=len(found)))
