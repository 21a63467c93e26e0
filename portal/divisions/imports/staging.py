"""Units as rows describe them, before anything is known of other units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from portal.divisions.imports.identity import RowIdentity

PARTICULARS = ("name_en", "seat", "postcode", "phone", "population")
"""What a row may say of a unit beside who it is."""


@dataclass(frozen=True)
class StagedUnit:
    """A unit as a row describes it; `said` holds its particulars, None where the row says nothing."""

    file: str
    line: int
    number: int
    identity: RowIdentity
    parent_code: str | None
    said: Mapping[str, Any]
    geometry: shapely.MultiPolygon | None
    quality: str
    crs: str
