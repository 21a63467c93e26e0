"""What the rooms below declare: their exporters by key."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from portal.errors import NotFound
from portal.exchange.declared import LOWER
from portal.kernel.contracts.exporting import Exporter
from portal.kernel.i18n.text import text


@lru_cache(maxsize=1)
def exporters() -> Mapping[str, Exporter]:
    """Every exporter by its key, `room:things`."""
    rooms = [importlib.import_module(f"portal.{name}.room").ROOM for name in LOWER]
    return {one.key: one for room in rooms for one in room.exporters}


def exporter_named(key: str) -> Exporter:
    """The exporter of a key; raises `NotFound`."""
    found = exporters().get(key)
    if found is None:
        raise NotFound(text("There is no list of this name to export."))
    return found
