"""Every SELECT of the room."""

from portal.divisions.queries.choices import UnitChoice, unit_choices
from portal.divisions.queries.published import published_home_name
from portal.divisions.queries.scope import scoped, within
from portal.divisions.queries.units import (
    UnitAt,
    ancestors,
    children,
    home,
    home_unit_id,
    unit,
    unit_at_point,
    unit_by_code,
    unit_by_public_id,
    unit_names,
)

__all__ = [
    "UnitAt",
    "UnitChoice",
    "ancestors",
    "children",
    "home",
    "home_unit_id",
    "published_home_name",
    "scoped",
    "unit",
    "unit_at_point",
    "unit_by_code",
    "unit_by_public_id",
    "unit_choices",
    "unit_names",
    "within",
]
