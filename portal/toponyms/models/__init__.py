"""Tables of the room: the register, and the applications."""

from portal.toponyms.models.applications import Application, ApplicationDocument, ApplicationStep
from portal.toponyms.models.register import BELIEVED, SCHEMA, Name, NameVersion

__all__ = ["BELIEVED", "SCHEMA", "Application", "ApplicationDocument", "ApplicationStep", "Name", "NameVersion"]
