"""Every SELECT of the gazetteer."""

from portal.divisions.queries.gazetteer.entries import entries, entry_versions
from portal.divisions.queries.gazetteer.events import events, events_of_unit
from portal.divisions.queries.gazetteer.reviews import (
    TownAnswer,
    proposal,
    proposals,
    review,
    review_row,
    reviews,
    town_answers,
)
from portal.divisions.queries.gazetteer.rows import (
    Cell,
    GazetteerRow,
    Shown,
    gazetteer_row,
    gazetteer_rows,
    history_of,
    last_source,
    units_with_ids,
    years_with_values,
)

__all__ = [
    "Cell",
    "GazetteerRow",
    "Shown",
    "TownAnswer",
    "entries",
    "entry_versions",
    "events",
    "events_of_unit",
    "gazetteer_row",
    "gazetteer_rows",
    "history_of",
    "last_source",
    "proposal",
    "proposals",
    "review",
    "review_row",
    "reviews",
    "town_answers",
    "units_with_ids",
    "years_with_values",
]
