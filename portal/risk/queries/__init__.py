"""Every SELECT of the risk room."""

from portal.risk.queries.hazards import (
    STANDINGS,
    Chosen,
    HazardRow,
    hazard,
    hazard_feature,
    hazard_features,
    hazards,
    level_counts,
)
from portal.risk.queries.places import names_of, territory_of, unit_of, unit_to_edit
from portal.risk.queries.published import open_hazards, sources

__all__ = [
    "STANDINGS",
    "Chosen",
    "HazardRow",
    "hazard",
    "hazard_feature",
    "hazard_features",
    "hazards",
    "level_counts",
    "names_of",
    "open_hazards",
    "sources",
    "territory_of",
    "unit_of",
    "unit_to_edit",
]
