"""The declaration of the toponyms room."""

from __future__ import annotations

from portal.kernel.contracts.room import Room
from portal.toponyms.permissions import PERMISSIONS

ROOM = Room(name="toponyms", permissions=PERMISSIONS)
