"""Anjie 安界: a map-centred portal for a Chinese district's disaster and zoning work."""
