"""What the room announces to the rooms above."""

from __future__ import annotations

from blinker import signal

units_announced = signal("divisions.units_announced")
"""Units that the public may know of were added or changed. Sent with the session; keyword `actor`."""
