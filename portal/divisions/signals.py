"""What the room announces to the rooms above."""

from __future__ import annotations

from blinker import signal

units_announced = signal("divisions.units_announced")
"""Units that the public may know of were added or changed. Sent with the session; keyword `actor`."""

units_changed = signal("divisions.units_changed")
"""A change of divisions was written. Sent with the session; keywords `actor`, `moves` (a tuple of `rules.changes.Move`:
what ground went from which unit to which) and `on` (the first day on which it is so), before anything is published."""
