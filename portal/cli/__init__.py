"""The `portal` command: its own verbs, and those that rooms bring.

Exit codes: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage. A verb is imported when it is used, so
that `db stop` need not wait for the whole house.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any

import click

from portal.cli.refusals import Speaking
from portal.cli.wiring import connect_rooms

VERBS = {
    "up": "portal.cli.up:up",
    "worker": "portal.cli.worker:worker",
    "setup": "portal.cli.set_up:setup",
    "db": "portal.cli.database:db",
    "backup": "portal.cli.archive:backup",
    "restore": "portal.cli.archive:restore",
    "check": "portal.cli.check:check",
}

ROOM_VERBS = {
    "demo": "portal.demo.cli:cli",
    "divisions": "portal.exchange.divisions_alias:cli",
    "import": "portal.exchange.cli:cli",
    "user": "portal.people.cli:cli",
}
"""The rooms' reactions are connected before one of these runs: commands write through the same services as screens."""


class Portal(Speaking):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Own verbs and rooms, sorted."""
        return sorted({**VERBS, **ROOM_VERBS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A verb, imported now."""
        if cmd_name in ROOM_VERBS:
            return _connected(_loaded(ROOM_VERBS[cmd_name]))
        return _loaded(VERBS[cmd_name]) if cmd_name in VERBS else None


def _loaded(place: str) -> click.Command:
    module, name = place.split(":")
    command: click.Command = getattr(importlib.import_module(module), name)
    return command


def _connected(command: click.Command) -> click.Command:
    """The command with the rooms' reactions connected before it runs; a group's callback runs before its verb's."""
    if isinstance(command, click.Group):
        command.callback = connect_rooms
        return command
    run = command.callback

    @wraps(connect_rooms)
    def connected(**given: object) -> object:
        connect_rooms()
        return run(**given) if run else None

    made = copy(command)
    made.callback = connected
    return made


def _show_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        from portal.kernel.pg.backup import product_version  # Only this option needs it.

        click.echo(f"portal {product_version()}")
        ctx.exit()


_version: Callable[[Any], Any] = click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)


@click.group("portal", cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
@_version
def main() -> None:
    """Anjie 安界: a map-centred portal for a district's disaster and zoning work."""
