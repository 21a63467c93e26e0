"""Every SELECT of the room. Those named `public…` read the published model only."""

from portal.divisions.queries.choices import UnitChoice, unit_choices
from portal.divisions.queries.corrections import PutRight, corrections
from portal.divisions.queries.lineage import ancestry_differences
from portal.divisions.queries.outlines import public_neighbours, public_outlines
from portal.divisions.queries.places import Place, metres_to_line, public_bounds, public_units_here, shapes_published
from portal.divisions.queries.published import (
    Fate,
    PublicUnit,
    elsewhen,
    public_ancestors,
    public_children,
    public_states,
    public_unit,
    public_units,
    published_home_name,
)
from portal.divisions.queries.scope import scoped, within
from portal.divisions.queries.search import Hit, search_public
from portal.divisions.queries.story import Chapter, public_story
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
    "Chapter",
    "Fate",
    "Hit",
    "Place",
    "PublicUnit",
    "PutRight",
    "UnitAt",
    "UnitChoice",
    "ancestors",
    "ancestry_differences",
    "children",
    "corrections",
    "elsewhen",
    "home",
    "home_unit_id",
    "metres_to_line",
    "public_ancestors",
    "public_bounds",
    "public_children",
    "public_neighbours",
    "public_outlines",
    "public_states",
    "public_story",
    "public_unit",
    "public_units",
    "public_units_here",
    "published_home_name",
    "scoped",
    "search_public",
    "shapes_published",
    "unit",
    "unit_at_point",
    "unit_by_code",
    "unit_by_public_id",
    "unit_choices",
    "unit_names",
    "within",
]
