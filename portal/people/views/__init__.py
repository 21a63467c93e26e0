"""Pages of the people room: signing in, one's own account, everybody's accounts, the audit trail."""

from portal.people.views import account, accounts, audit, grants, sign_in
from portal.people.views.blueprint import blueprint

__all__ = ["account", "accounts", "audit", "blueprint", "grants", "sign_in"]
