"""What may be done with files, and which roles may do it. What may be imported is each importer's own permission."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

USE = Permission(
    "exchange:import:use",
    text("Import files"),
    frozenset({"risk_assessor", "division_clerk", "relief_manager", "storekeeper"}),
)

PERMISSIONS = (USE,)
