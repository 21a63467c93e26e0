"""What the room announces to the rooms above."""

from __future__ import annotations

from blinker import signal

names_changed = signal("toponyms.names_changed")
"""Names were added, changed, corrected or cancelled. Sent once a batch with the session; keyword `actor`."""
