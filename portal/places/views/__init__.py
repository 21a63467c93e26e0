"""Pages of the places room."""

from portal.places.views import reading, writing
from portal.places.views.blueprint import blueprint

__all__ = ["blueprint", "reading", "writing"]
