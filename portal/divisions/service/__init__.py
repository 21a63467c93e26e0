"""Every write of the room."""

from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.service.home import MakeHome, make_home

__all__ = ["MakeHome", "make_home", "rebuild_ancestry"]
