"""What may be done with files, and which roles may do it. What may be imported is each importer's own permission."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

USE = Permission(
    "exchange:import:use",
    text("Import files"),
    frozenset({"risk_assessor", "division_clerk", "relief_manager"}),
)

READ_PAPERS = Permission("exchange:paper:read", text("Read issued papers"), frozenset({"division_clerk", "auditor"}))
ISSUE_PAPERS = Permission(
    "exchange:paper:issue", text("Issue papers with a running number"), frozenset({"division_clerk"})
)
CHANGE_TEMPLATES = Permission(
    "exchange:template:change", text("Change the templates of papers"), frozenset({"administrator"})
)

PERMISSIONS = (USE, READ_PAPERS, ISSUE_PAPERS, CHANGE_TEMPLATES)
