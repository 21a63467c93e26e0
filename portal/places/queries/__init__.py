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
)
from portal.places.queries.published import public_places, sources

__all__ = [
    "STANDINGS",
    "Chosen",
    "Identity",
    "KnownPlace",
    "PlaceRow",
    "in_scope",
    "kind_counts",
    "names_of",
    "place",
    "place_feature",
    "place_features",
    "place_names",
    "places",
    "places_alike",
    "places_known",
    "places_to_write",
    "public_places",
    "sources",
    "unit_public_ids",
    "units_to_edit",
]
