"""Every SELECT of the risk room."""

from portal.risk.queries.batches import (
    Identity,
    KnownHazard,
    hazard_names,
    hazards_alike,
    hazards_known,
    hazards_to_write,
    unit_public_ids,
    units_to_edit,
)
from portal.risk.queries.hazards import (
    STANDINGS,
    Chosen,
    HazardRow,
    hazard,
    hazard_feature,
    hazard_features,
    hazards,
    in_scope,
    level_counts,
    unassigned_count,
)
from portal.risk.queries.places import names_of, territory_of, unit_of
from portal.risk.queries.published import open_hazards, sources
from portal.risk.queries.standing import counts_on, hazards_of_units, names_on

__all__ = [
    "STANDINGS",
    "Chosen",
    "HazardRow",
    "Identity",
    "KnownHazard",
    "counts_on",
    "hazard",
    "hazard_feature",
    "hazard_features",
    "hazard_names",
    "hazards",
    "hazards_alike",
    "hazards_known",
    "hazards_of_units",
    "hazards_to_write",
    "in_scope",
    "level_counts",
    "names_of",
    "names_on",
    "open_hazards",
    "sources",
    "territory_of",
    "unassigned_count",
    "unit_of",
    "unit_public_ids",
    "units_to_edit",
]
