"""What part of each unit of one day lies in which unit of another day, and figures carried over by it."""

from portal.divisions.rules.crosswalk.chains import follow
from portal.divisions.rules.crosswalk.edge import GROUND_EDGES, GroundEdge
from portal.divisions.rules.crosswalk.measured import Measured, by_shapes
from portal.divisions.rules.crosswalk.parts import Crosswalk, Pair, Remainder
from portal.divisions.rules.crosswalk.reasons import Reason, Why, reason_text
from portal.divisions.rules.crosswalk.series import Carried, CarriedPart, CarriedUnit, carry
from portal.divisions.rules.crosswalk.turned import turned

__all__ = [
    "GROUND_EDGES",
    "Carried",
    "CarriedPart",
    "CarriedUnit",
    "Crosswalk",
    "GroundEdge",
    "Measured",
    "Pair",
    "Reason",
    "Remainder",
    "Why",
    "by_shapes",
    "carry",
    "follow",
    "reason_text",
    "turned",
]
