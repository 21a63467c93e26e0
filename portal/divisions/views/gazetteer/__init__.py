"""Pages of the gazetteer."""

from portal.divisions.views.gazetteer import cells, entries, reviews, sheet

__all__ = ["cells", "entries", "reviews", "sheet"]
