"""Where the pages of the room hang."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("places", __name__, url_prefix="/places")
