"""Where something is, as columns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.rules.report import Place, PlaceMethod
from portal.kernel.db.base import STORAGE_SRID


def place_columns(session: Session, place: Place, unit_id: int, at: dt.date) -> dict[str, Any]:
    """The columns of `Located`. Without coordinates the place is a point on the unit, or none if it has no shape."""
    given = (place.lon, place.lat) if place.lon is not None and place.lat is not None else None
    method = PlaceMethod.UNIT if given is None else place.method
    degrees = given or queries.unit_middle(session, unit_id, at)
    return {
        "place": from_shape(Point(degrees), srid=STORAGE_SRID) if degrees else None,
        "place_method": method,
        "place_accuracy_m": place.accuracy_m if method == PlaceMethod.DEVICE else None,
        "place_original": place.original,
        "place_words": place.words.strip() or None,
    }
