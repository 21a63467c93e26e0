"""Pure decisions of the room."""

from portal.places.rules.particulars import (
    ACCESSIBLE,
    LENGTHS,
    MOST_AREA_M2,
    MOST_PEOPLE,
    PRIVATE,
    SETTINGS,
    WORDS,
    Particulars,
    check_closing,
    check_particulars,
)
from portal.places.rules.position import LONGEST_POSITION, Entered, Placed, located, originals, same_position

__all__ = [
    "ACCESSIBLE",
    "LENGTHS",
    "LONGEST_POSITION",
    "MOST_AREA_M2",
    "MOST_PEOPLE",
    "PRIVATE",
    "SETTINGS",
    "WORDS",
    "Entered",
    "Particulars",
    "Placed",
    "check_closing",
    "check_particulars",
    "located",
    "originals",
    "same_position",
]
