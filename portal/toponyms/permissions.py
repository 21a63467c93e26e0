"""What may be done with place names, and which roles may do it."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

READ = Permission(
    "toponyms:name:read",
    text("See the register of place names and the applications"),
    frozenset({"division_clerk", "town_reviewer", "auditor"}),
)
EDIT = Permission(
    "toponyms:name:edit", text("Add, change and correct standard place names"), frozenset({"division_clerk"})
)
APPLY = Permission(
    "toponyms:application:submit",
    text("Hand in applications for place names"),
    frozenset({"division_clerk", "town_reviewer"}),
)
HANDLE = Permission(
    "toponyms:application:handle", text("Handle applications for place names"), frozenset({"division_clerk"})
)

PERMISSIONS = (READ, EDIT, APPLY, HANDLE)
