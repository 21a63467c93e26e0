"""The room's blueprint, and the words that all its templates use."""

from __future__ import annotations

from flask import Blueprint

from portal.disasters.forms.filters import MODES, STATES
from portal.disasters.rules.wording import plain

blueprint = Blueprint("disasters", __name__)

TONES = {"submitted": "warning", "returned": "danger", "approved": "success"}

WORDS: dict[str, object] = {"states": STATES, "modes": MODES, "tones": TONES, "plain": plain}
"""Given to each template of the room."""
