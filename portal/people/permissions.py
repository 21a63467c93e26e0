"""What the people room asks of its users."""

from __future__ import annotations

from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

MANAGE_ACCOUNTS = Permission("people:account:manage", text("Manage accounts and roles"), frozenset({"administrator"}))
READ_AUDIT = Permission("people:audit:read", text("Read the audit trail"), frozenset({"auditor"}))

PERMISSIONS = (MANAGE_ACCOUNTS, READ_AUDIT)
