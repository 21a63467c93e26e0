"""Pure decisions of the room."""

from portal.divisions.rules.intervals import Dated, Span, at, cut, edges, going_on, publicly
from portal.divisions.rules.quality import SCHEMATIC, weakest
from portal.divisions.rules.tree import Branch, tree

LAYER = "divisions.units"
"""The name of the published layer."""

__all__ = [
    "LAYER",
    "SCHEMATIC",
    "Branch",
    "Dated",
    "Span",
    "at",
    "cut",
    "edges",
    "going_on",
    "publicly",
    "tree",
    "weakest",
]
