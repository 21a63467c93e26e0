"""Human input of the risk room to commands, or messages by field."""

from portal.risk.forms.chosen import arguments, chosen
from portal.risk.forms.closing import CloseForm
from portal.risk.forms.hazard import HazardForm, opened

__all__ = ["CloseForm", "HazardForm", "arguments", "chosen", "opened"]
