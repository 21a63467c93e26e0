"""What the rooms below declare: their importers by key."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import text

LOWER = ("divisions", "places", "toponyms", "people", "disasters", "risk", "maps")
"""The rooms below this one."""


@lru_cache(maxsize=1)
def importers() -> Mapping[str, Importer]:
    """Every importer by its key."""
    rooms = [importlib.import_module(f"portal.{name}.room").ROOM for name in LOWER]
    return {one.key: one for room in rooms for one in room.importers}


def importer_named(key: str) -> Importer:
    """The importer of a key; raises `NotFound`."""
    found = importers().get(key)
    if found is None:
        known = ", ".join(importers())
        raise NotFound(text("Nothing called %(key)s can be imported; there are: %(known)s.", key=key[:60], known=known))
    return found


def importers_for(actor: Actor) -> list[Importer]:
    """What somebody may import."""
    return [one for one in importers().values() if actor.may(one.permission)]
