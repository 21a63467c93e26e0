"""The `portal` command: its own verbs, and those that rooms bring.

Exit codes: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import importlib

import click

from portal.cli import archive, check, database, set_up, up
from portal.cli.refusals import Speaking
from portal.cli.wiring import connect_rooms
from portal.kernel.pg.backup import product_version

ROOM_COMMANDS = {
    "demo": "portal.demo.cli",
    "divisions": "portal.divisions.cli",
    "user": "portal.people.cli",
}
"""Rooms that bring commands; each module has a click group `cli`. Loaded when used, so that `up` starts quickly."""


class Portal(Speaking):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Own verbs and rooms, sorted."""
        return sorted({*super().list_commands(ctx), *ROOM_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A verb of our own, or a room's group, imported now."""
        if cmd_name in ROOM_COMMANDS:
            return _room_group(cmd_name)
        return super().get_command(ctx, cmd_name)


def _room_group(name: str) -> click.Group:
    """A room's group, which connects the rooms before one of its commands runs."""
    group: click.Group = importlib.import_module(ROOM_COMMANDS[name]).cli
    group.callback = connect_rooms
    return group


@click.group("portal", cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(product_version(), prog_name="portal")
def main() -> None:
    """Anjie 安界: a map-centred portal for a district's disaster and zoning work."""


main.add_command(up.up)
main.add_command(set_up.setup)
main.add_command(database.db)
main.add_command(archive.backup)
main.add_command(archive.restore)
main.add_command(check.check)
