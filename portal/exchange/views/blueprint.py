"""Where the pages of the room hang."""

from __future__ import annotations

from flask import Blueprint

from portal.exchange.declared import importers

blueprint = Blueprint("exchange", __name__, url_prefix="/exchange")


@blueprint.context_processor
def words() -> dict[str, object]:
    """Names of what can be imported, for every template of the room."""
    return {"importer_titles": {one.key: one.title for one in importers().values()}}
