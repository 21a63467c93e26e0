"""How long texts may be, in characters; forms, rules and the database hold the same."""

from __future__ import annotations

from portal.kernel.i18n.text import Text, text

LIMITS: dict[str, int] = {
    "narrative": 2000,
    "note": 500,
    "filler": 40,
    "phone": 30,
    "place_words": 120,
    "event_name": 80,
    "reason": 500,
}


def too_long(name: str, value: str) -> Text | None:
    """What is wrong with a text's length, if anything."""
    if len(value) <= LIMITS[name]:
        return None
    return text("At most %(most)d characters; these are %(count)d.", most=LIMITS[name], count=len(value))
