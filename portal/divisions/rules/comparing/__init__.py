"""What differs between two days: ground that belongs to another unit, units that came and went, names and codes."""

from portal.divisions.rules.comparing.found import Comparison, MappedUnit, Movement
from portal.divisions.rules.comparing.moved import NARROW_M, SLIVER_M2, compare

__all__ = ["NARROW_M", "SLIVER_M2", "Comparison", "MappedUnit", "Movement", "compare"]
