"""What the room announces to the rooms above."""

from __future__ import annotations

from blinker import signal

places_changed = signal("places.places_changed")
"""Places were added, changed or closed. Sent once a batch with the session; keyword `actor`."""
