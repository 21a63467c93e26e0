"""What may be done with places, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

READ = Permission(
    "places:place:read",
    text("See the places"),
    frozenset(
        {
            "officer",
            "town_reviewer",
            "duty_manager",
            "risk_assessor",
            "storekeeper",
            "relief_manager",
            "publisher",
            "auditor",
        }
    ),
)
EDIT = Permission(
    "places:place:edit", text("Add, change and close places"), frozenset({"risk_assessor", "relief_manager"})
)
"""Shelters are the assessor's, depots and donation points the relief manager's; the register is one."""

PERMISSIONS = (READ, EDIT)
