"""Every write of the risk room."""

from portal.risk.service.adding import add_hazard, add_hazards
from portal.risk.service.changing import change_hazard, change_hazards
from portal.risk.service.closing import close_hazard
from portal.risk.service.commands import AddHazard, ChangeHazard, CloseHazard
from portal.risk.service.undoing import Restore, restore_hazards, withdraw_hazards

__all__ = [
    "AddHazard",
    "ChangeHazard",
    "CloseHazard",
    "Restore",
    "add_hazard",
    "add_hazards",
    "change_hazard",
    "change_hazards",
    "close_hazard",
    "restore_hazards",
    "withdraw_hazards",
]
