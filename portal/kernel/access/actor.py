"""Who is asking: an account with what it may do and on which divisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.kernel.access.permission import Permission


@dataclass(frozen=True)
class Actor:
    """Somebody signed in, or a command of the machine itself.

    `scopes` maps a permission's key to the units on whose subtrees it is held. The system actor may do everything
    everywhere: it is the command line, which only those reach who could open the database anyway.
    """

    account_id: int | None
    name: str
    scopes: Mapping[str, frozenset[int]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    session_id: int | None = None
    must_change_password: bool = False
    """Until it is done, the guard lets in to nothing but one's own account."""
    system: bool = False

    def may(self, permission: Permission | str) -> bool:
        """Whether the permission is held anywhere."""
        return self.system or bool(self.scopes.get(str(permission)))

    def scope(self, permission: Permission | str) -> frozenset[int]:
        """Ids of the units on whose subtrees the permission is held; meaningless for the system actor."""
        return self.scopes.get(str(permission), frozenset())


SYSTEM = Actor(account_id=None, name="system", system=True)
