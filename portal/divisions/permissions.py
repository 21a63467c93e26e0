"""What may be done with divisions, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

IMPORT_UNITS = Permission("divisions:units:import", text("Import divisions from files"), frozenset({"division_clerk"}))

MAKE_HOME = Permission("divisions:home:make", text("Name the home district"), frozenset())
"""No role has it: the home district is named once, on the command line, when the portal is set up."""

PERMISSIONS = (IMPORT_UNITS, MAKE_HOME)
