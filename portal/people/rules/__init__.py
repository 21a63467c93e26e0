"""Pure decisions about people: which roles there are and what excludes what, passwords, waiting after failed tries."""

from __future__ import annotations

from portal.people.rules.roles import ROLES, Branch, Held, Role, check_rights_apart, role_named

__all__ = ["ROLES", "Branch", "Held", "Role", "check_rights_apart", "role_named"]
