"""Pure decisions of the room."""

from portal.risk.rules.laid import Placed, laid, originals, unlayable
from portal.risk.rules.particulars import LENGTHS, LEVELS, Particulars, check_closing, check_particulars
from portal.risk.rules.shape import GEOMETRIES, KINDS, LONGEST_SHAPE, MOST_VERTICES, Entered, geojson, place
from portal.risk.rules.territory import TOLERANCE_M, stray_m

__all__ = [
    "GEOMETRIES",
    "KINDS",
    "LENGTHS",
    "LEVELS",
    "LONGEST_SHAPE",
    "MOST_VERTICES",
    "TOLERANCE_M",
    "Entered",
    "Particulars",
    "Placed",
    "check_closing",
    "check_particulars",
    "geojson",
    "laid",
    "originals",
    "place",
    "stray_m",
    "unlayable",
]
