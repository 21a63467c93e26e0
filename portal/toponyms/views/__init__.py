"""Pages of the toponyms room."""

from portal.toponyms.views import applying, handling, papers, reading, writing
from portal.toponyms.views.blueprint import blueprint

__all__ = ["applying", "blueprint", "handling", "papers", "reading", "writing"]
