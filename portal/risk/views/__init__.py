"""Pages of the risk room."""

from portal.risk.views import reading, writing
from portal.risk.views.blueprint import blueprint

__all__ = ["blueprint", "reading", "writing"]
