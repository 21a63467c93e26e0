"""What the room announces to the rooms above."""

from __future__ import annotations

from blinker import signal

hazards_changed = signal("risk.hazards_changed")
"""A hazard was added, changed or closed. Sent with the session; keyword `actor`."""
