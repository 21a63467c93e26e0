"""What the maps room asks of its users."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

PUBLISH = Permission("maps:edition:publish", text("Publish and withdraw public maps"), frozenset({"publisher"}))

PERMISSIONS = (PUBLISH,)
