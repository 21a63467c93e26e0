"""Human input of the places room to commands, or messages by field."""

from portal.places.forms.chosen import arguments, chosen
from portal.places.forms.closing import CloseForm
from portal.places.forms.place import PlaceForm, opened

__all__ = ["CloseForm", "PlaceForm", "arguments", "chosen", "opened"]
