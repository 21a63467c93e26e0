"""Cells as people write them to typed values, with a sentence where a cell cannot be taken as it stands."""

from portal.kernel.formats.values.cell import parse_cell

__all__ = ["parse_cell"]
