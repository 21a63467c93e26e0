"""Pages of the room; importing this registers them all on one blueprint."""

from portal.divisions.views import (
    api,
    basic_units,
    change_content,
    changes,
    changes_papers,
    changes_steps,
    codes,
    comparing,
    correcting,
    crosswalk,
    gazetteer,
    lists,
    map_print,
    mapping,
)
from portal.divisions.views.blueprint import blueprint

__all__ = [
    "api",
    "basic_units",
    "blueprint",
    "change_content",
    "changes",
    "changes_papers",
    "changes_steps",
    "codes",
    "comparing",
    "correcting",
    "crosswalk",
    "gazetteer",
    "lists",
    "map_print",
    "mapping",
]
