"""Pages of the room; importing this registers them all on one blueprint."""

from portal.divisions.views import (
    api,
    changes,
    changes_papers,
    changes_steps,
    codes,
    comparing,
    correcting,
    gazetteer,
    lists,
    map_print,
    mapping,
)
from portal.divisions.views.blueprint import blueprint

__all__ = ["api", "blueprint", "changes", "changes_papers", "changes_steps", "codes", "comparing", "correcting", "gazetteer", "lists", "map_print", "mapping"]
