"""What may be done with hazards, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

READ = Permission("risk:hazard:read", text("See the hazards"), frozenset({"risk_assessor", "publisher", "auditor"}))
EDIT = Permission("risk:hazard:edit", text("Draw, change and close hazards"), frozenset({"risk_assessor"}))

PERMISSIONS = (READ, EDIT)
