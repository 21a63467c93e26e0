"""The divisions for machines: JSON of what is published, on any day.

    GET /api/divisions/units?parent=<id>&at=2015-12-31      the units directly below one; without parent the topmost
    GET /api/divisions/units/<id>?at=…                      one unit on the day (or null) and all its states
    GET /api/divisions/codes/<code>?system=mca&at=…         who bears the code on the day, and who ever bore it

Without `at` the day is today in Shanghai. Ends of validity are exclusive. Answers carry an ETag and no cookie; an error
is `{"error": "a sentence"}` with status 404 or 422.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid

from flask import Blueprint, Response, make_response, request

from portal.divisions import queries
from portal.divisions.queries import PublicUnit
from portal.divisions.queries.codes import Bearer, public_bearers, public_tops
from portal.divisions.views.codes import code_asked, id_asked, system_asked
from portal.errors import AnjieError, BadInput, NotFound
from portal.kernel.access.permission import public
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.dates import dateless
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import public_session

blueprint = Blueprint("divisions_api", __name__, url_prefix="/api/divisions")


@blueprint.get("/units")
@public
@dateless
def units() -> Response:
    """The units directly below one on a day; without `parent` those with nothing above them."""
    at, parent, session = at_or_today(), id_asked("parent"), public_session()
    if parent is not None:
        queries.public_unit(session, parent, at)
    found = queries.public_children(session, parent, at) if parent else public_tops(session, at)
    return _answer(at, {"parent": str(parent) if parent else None, "units": [_unit(one) for one in found]})


@blueprint.get("/units/<uuid:public_id>")
@public
@dateless
def unit(public_id: uuid.UUID) -> Response:
    """One unit on a day, and all its states, the oldest first."""
    at, states = at_or_today(), queries.public_states(public_session(), public_id)
    if not states:
        raise NotFound(text("There is no such division."))
    now = next((state for state in states if state.span.holds(at)), None)
    return _answer(at, {"unit": _unit(now) if now else None, "states": [_unit(state) for state in states]})


@blueprint.get("/codes/<code>")
@public
@dateless
def code(code: str) -> Response:
    """Who bears a code on a day and who ever bore it, each with its system."""
    at, wanted = at_or_today(), code_asked(code)
    bearers = public_bearers(public_session(), wanted, at, system_asked())
    now = [_bearer(one) for one in bearers if one.span.holds(at)]
    return _answer(at, {"code": wanted, "now": now, "ever": [_bearer(one) for one in bearers]})


@blueprint.errorhandler(BadInput)
def bad_input(error: BadInput) -> Response:
    """What was asked cannot be understood."""
    return _refusal(error, 422)


@blueprint.errorhandler(NotFound)
def not_found(error: NotFound) -> Response:
    """What was asked for is not published."""
    return _refusal(error, 404)


def _unit(unit: PublicUnit) -> dict[str, object]:
    """Everything the public may know of a state: the layer's allow-list, its days, and a point on it in degrees."""
    point = {"lon": unit.lon, "lat": unit.lat} if unit.lon is not None else None
    return {"id": str(unit.public_id), **unit.facts, **_days(unit.span.start, unit.span.end), "point": point}


def _bearer(bearer: Bearer) -> dict[str, object]:
    unit = bearer.unit
    days = _days(bearer.span.start, bearer.span.end)
    return {"system": bearer.system, **days, "id": str(unit.public_id), "name": unit.name, "kind": unit.kind}


def _days(start: dt.date, end: dt.date | None) -> dict[str, str | None]:
    return {"valid_from": start.isoformat(), "valid_to": end.isoformat() if end else None}


def _answer(at: dt.date, content: dict[str, object]) -> Response:
    revision = live_revision(public_session(), "divisions.units")
    said = {"at": at.isoformat(), "edition": revision.token if revision else None, **content}
    response = _json(said, 200)
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _refusal(error: AnjieError, status: int) -> Response:
    response = _json({"error": translate(getattr(error, "message", ""))}, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _json(content: dict[str, object], status: int) -> Response:
    response = make_response(json.dumps(content, ensure_ascii=False), status)
    response.mimetype = "application/json"
    return response
