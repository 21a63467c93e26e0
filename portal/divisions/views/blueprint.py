"""The room's blueprint, and the words that all its templates use."""

from __future__ import annotations

from flask import Blueprint

from portal.divisions import catalogue

blueprint = Blueprint("divisions", __name__, url_prefix="/divisions")


@blueprint.context_processor
def words() -> dict[str, object]:
    """Names of kinds and code systems for every template of the room."""
    return {"kinds": catalogue.kinds(), "systems": catalogue.code_systems()}
