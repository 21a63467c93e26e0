"""What may be done with disaster reports, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

REPORT_READ = Permission(
    "disasters:report:read",
    text("Read disaster reports"),
    frozenset({"officer", "town_reviewer", "duty_manager", "auditor"}),
)
REPORT_FILE = Permission(
    "disasters:report:file",
    text("File disaster reports"),
    frozenset({"officer", "town_reviewer", "duty_manager"}),
)
REPORT_REVIEW = Permission(
    "disasters:report:review",
    text("Return or approve disaster reports"),
    frozenset({"town_reviewer", "duty_manager"}),
)

PERMISSIONS = (REPORT_READ, REPORT_FILE, REPORT_REVIEW)
