"""The room's blueprint, and the words that all its templates use."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint

from portal.divisions import catalogue
from portal.divisions.rules import Span

blueprint = Blueprint("divisions", __name__, url_prefix="/divisions")


@blueprint.context_processor
def words() -> dict[str, object]:
    """Names of kinds and code systems for every template of the room."""
    return {"kinds": catalogue.kinds(), "systems": catalogue.code_systems(), "last_day": last_day}


def last_day(span: Span) -> dt.date | None:
    """The last day of a span, for those who do not count in half-open ones; None while it goes on."""
    return span.end - dt.timedelta(days=1) if span.end else None
