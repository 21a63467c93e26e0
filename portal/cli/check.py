"""`portal check`: recompute what is derived and compare."""

from __future__ import annotations

import click

from portal.kernel.db.session import transaction
from portal.kernel.i18n.terminal import say, working
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment


@click.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Recompute balances and current states from their rows; exit code 1 when something differs."""
    from portal.app import declared_rooms  # The whole house; other commands need not wait for it.

    checks = [(room.name, one) for room in declared_rooms() for one in room.checks]
    found: list[str] = []
    with working(text("Checking")) as report, at_hand(from_environment()) as settings, transaction(settings) as session:
        for done, (room, one) in enumerate(checks, start=1):
            found += [f"{room}: {one.name}: {difference}" for difference in one.differences(session)]
            report(done, len(checks))
    for line in found:
        say(line)
    say(text("%(checks)s checks, %(found)s differences.", checks=len(checks), found=len(found)))
    ctx.exit(1 if found else 0)
