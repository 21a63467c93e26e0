"""What people say of units and ground in a change file."""

from portal.divisions.forms.change_content.form import ContentForm
from portal.divisions.forms.change_content.piece import PieceForm
from portal.divisions.forms.change_content.reading import Read, read_form

__all__ = ["ContentForm", "PieceForm", "Read", "read_form"]
