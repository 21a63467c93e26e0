"""Coordinate systems and geometry: pure functions over shapely, no database."""
