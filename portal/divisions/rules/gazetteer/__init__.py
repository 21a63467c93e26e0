"""What a cell of the gazetteer may hold, how names are written in Pinyin, what became of units in words."""

from portal.divisions.rules.gazetteer.cells import (
    MOST_CELLS,
    CellEdit,
    Conflict,
    StaleCells,
    cell_name,
    check_source,
    check_year,
    read_cell,
)
from portal.divisions.rules.gazetteer.events import Event, heading_of, index_of, said_of
from portal.divisions.rules.gazetteer.pinyin import proposed_pinyin

__all__ = [
    "MOST_CELLS",
    "CellEdit",
    "Conflict",
    "Event",
    "StaleCells",
    "cell_name",
    "check_source",
    "check_year",
    "heading_of",
    "index_of",
    "proposed_pinyin",
    "read_cell",
    "said_of",
]
