"""Every write of the places room."""

from portal.places.service.adding import add_place, add_places
from portal.places.service.changing import change_place, change_places
from portal.places.service.closing import close_place
from portal.places.service.commands import AddPlace, ChangePlace, ClosePlace
from portal.places.service.undoing import Restore, restore_places, withdraw_places

__all__ = [
    "AddPlace",
    "ChangePlace",
    "ClosePlace",
    "Restore",
    "add_place",
    "add_places",
    "change_place",
    "change_places",
    "close_place",
    "restore_places",
    "withdraw_places",
]
