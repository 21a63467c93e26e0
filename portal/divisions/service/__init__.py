"""Every write of the room."""

from portal.divisions.service.ancestry import one_at_a_time, rebuild_ancestry
from portal.divisions.service.batch import Batch, CodeRow, NewUnit, ShapeRow, Subject, Term, VersionRow
from portal.divisions.service.entry import enter_units
from portal.divisions.service.home import MakeHome, make_home
from portal.divisions.service.undoing import take_back_units

__all__ = [
    "Batch",
    "CodeRow",
    "MakeHome",
    "NewUnit",
    "ShapeRow",
    "Subject",
    "Term",
    "VersionRow",
    "enter_units",
    "make_home",
    "one_at_a_time",
    "rebuild_ancestry",
    "take_back_units",
]
