"""Every SELECT of the places room."""

from portal.places.queries.batches import (
    Identity,
    KnownPlace,
    place_names,
    places_alike,
    places_known,
    places_to_write,
    unit_public_ids,
    units_to_edit,
)
from portal.places.queries.places import (
    STANDINGS,
    Chosen,
    PlaceRow,
    in_scope,
    kind_counts,
    names_of,
    place,
    place_feature,
    place_features,
    places,
    unassigned_count,
)
from portal.places.queries.published import public_places, sources
from portal.places.queries.standing import counts_on, names_on, places_of_units

__all__ = [
    "STANDINGS",
    "Chosen",
    "Identity",
    "KnownPlace",
    "PlaceRow",
    "counts_on",
    "in_scope",
    "kind_counts",
    "names_of",
    "names_on",
    "place",
    "place_feature",
    "place_features",
    "place_names",
    "places",
    "places_alike",
    "places_known",
    "places_of_units",
    "places_to_write",
    "public_places",
    "sources",
    "unassigned_count",
    "unit_public_ids",
    "units_to_edit",
]
