"""`portal demo`: the demonstration district."""

from __future__ import annotations

import click

from portal.demo.service import load as load_into
from portal.kernel.i18n.terminal import say, working
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment


@click.group("demo")
def cli() -> None:
    """The demonstration district: load."""


@cli.command()
def load() -> None:
    """Load the demonstration district into its own database and show its sign-ins, this once.

    A second time it says that it is there already. Exit code 1: a real district is on record, nothing changed.
    """
    with at_hand(from_environment()) as settings, working(text("Loading the demonstration district")):
        made = load_into(settings)
    if not made:
        say(text("The demonstration district is there already; nothing changed."))
        return
    say(text("Demonstration district loaded. Its sign-ins are shown this once:"))
    for one in made:
        say(f"  {one.login:<20} {one.password}  {one.name}")
