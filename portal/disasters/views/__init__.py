"""Pages of the room; importing this registers them all on one blueprint."""

from portal.disasters.views import duty_map, events, filing, reports, review
from portal.disasters.views.blueprint import blueprint

__all__ = ["blueprint", "duty_map", "events", "filing", "reports", "review"]
