"""Pure decisions of the room."""

from portal.divisions.rules.intervals import Dated, Span, at, cut, edges, publicly
from portal.divisions.rules.quality import SCHEMATIC, weakest

LAYER = "divisions.units"
"""The name of the published layer."""

__all__ = ["LAYER", "SCHEMATIC", "Dated", "Span", "at", "cut", "edges", "publicly", "weakest"]
