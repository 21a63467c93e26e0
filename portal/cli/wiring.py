"""Commands write through the same services as the screens, so the rooms' reactions must be connected first."""

from __future__ import annotations


def connect_rooms() -> None:
    """Subscribe every room's reactions to the signals of lower rooms; repeating it changes nothing."""
    from portal.app import declared_rooms  # The whole house takes a second; `db stop` need not wait for it.

    for room in declared_rooms():
        if room.connect is not None:
            room.connect()
