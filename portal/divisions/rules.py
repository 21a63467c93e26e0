"""Pure decisions of the room."""

LAYER = "divisions.units"
"""The name of the published layer."""
