"""The papers that the rooms below declare, by key."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from portal.errors import NotFound
from portal.exchange.declared import LOWER
from portal.kernel.contracts.paper import Paper
from portal.kernel.i18n.text import text


@lru_cache(maxsize=1)
def papers() -> Mapping[str, Paper]:
    """Every paper by its key."""
    rooms = [importlib.import_module(f"portal.{name}.room").ROOM for name in LOWER]
    return {paper.key: paper for room in rooms for paper in room.papers}


def paper_named(key: str) -> Paper:
    """The paper of a key; raises `NotFound`."""
    found = papers().get(key)
    if found is None:
        raise NotFound(text("There is no such paper."))
    return found
