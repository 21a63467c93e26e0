"""Pages of the exchange room."""

from portal.exchange.views import importing, looking
from portal.exchange.views.blueprint import blueprint

__all__ = ["blueprint", "importing", "looking"]
