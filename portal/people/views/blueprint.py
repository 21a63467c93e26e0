"""The blueprint that the room's pages share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
