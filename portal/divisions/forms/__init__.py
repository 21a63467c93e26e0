"""Forms of the room, one module a subject."""

from portal.divisions.forms.here import HereForm

__all__ = ["HereForm"]
