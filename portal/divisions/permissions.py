"""What may be done with divisions, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

IMPORT_UNITS = Permission("divisions:units:import", text("Import divisions from files"), frozenset({"division_clerk"}))

READ_CHANGES = Permission(
    "divisions:change:read",
    text("Read change files of divisions"),
    frozenset({"division_clerk", "boundary_manager", "auditor"}),
)
CHANGE_UNITS = Permission(
    "divisions:change:manage", text("Prepare and carry out changes of divisions"), frozenset({"division_clerk"})
)
CORRECT_UNITS = Permission(
    "divisions:unit:correct", text("Correct mistakes in the register of divisions"), frozenset({"division_clerk"})
)
READ_GAZETTEER = Permission(
    "divisions:gazetteer:read",
    text("Read the gazetteer while it is being prepared"),
    frozenset({"division_clerk", "town_reviewer", "auditor"}),
)
EDIT_GAZETTEER = Permission(
    "divisions:gazetteer:edit", text("Edit the values of the gazetteer"), frozenset({"division_clerk"})
)
CONFIRM_GAZETTEER = Permission(
    "divisions:gazetteer:confirm",
    text("Confirm or correct the gazetteer's rows of a town"),
    frozenset({"town_reviewer", "division_clerk"}),
)
READ_BASIC_UNITS = Permission(
    "divisions:basic_unit:read",
    text("Read the progress of basic management units"),
    frozenset({"division_clerk", "town_reviewer", "auditor"}),
)
MANAGE_BASIC_UNITS = Permission(
    "divisions:basic_unit:manage", text("Keep and accept basic management units"), frozenset({"division_clerk"})
)
REPORT_BASIC_UNITS = Permission(
    "divisions:basic_unit:report",
    text("Fill in the monthly progress of basic management units"),
    frozenset({"town_reviewer", "division_clerk"}),
)

MAKE_HOME = Permission("divisions:home:make", text("Name the home district"), frozenset())
"""No role has it: the home district is named once, on the command line, when the portal is set up."""

PERMISSIONS = (
    IMPORT_UNITS,
    READ_CHANGES,
    CHANGE_UNITS,
    CORRECT_UNITS,
    READ_GAZETTEER,
    EDIT_GAZETTEER,
    CONFIRM_GAZETTEER,
    READ_BASIC_UNITS,
    MANAGE_BASIC_UNITS,
    REPORT_BASIC_UNITS,
    MAKE_HOME,
)
