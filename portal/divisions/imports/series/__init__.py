"""Series of published lists: reading them, comparing what they say with the base, entering the difference."""

from portal.divisions.imports.series.layouts import LAYOUTS, Reading, read_lists
from portal.divisions.imports.series.running import Asked, Outcome, run_series

__all__ = ["LAYOUTS", "Asked", "Outcome", "Reading", "read_lists", "run_series"]
