"""Pages of the room; importing this registers them all on one blueprint."""

from portal.divisions.views import lists
from portal.divisions.views.blueprint import blueprint

__all__ = ["blueprint", "lists"]
