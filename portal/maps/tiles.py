"""The tile addresses: checked before any SQL, drawn once, then answered from memory."""

from __future__ import annotations

import datetime as dt
import hashlib

from flask import Blueprint, Response, current_app, jsonify, make_response, request, url_for

from portal.errors import BadInput, Gone, NotFound
from portal.kernel.access.permission import public
from portal.kernel.geo.layer import Layer
from portal.kernel.geo.mvt import TileAddress, draw_tile, is_token
from portal.kernel.geo.published import bounds_of, live_revision, revision_by_token
from portal.kernel.i18n.text import text
from portal.kernel.web.dates import asked_date, dateless
from portal.kernel.web.maps import layer_named
from portal.kernel.web.state import public_session, today
from portal.maps.memory import KeptTile, TileMemory, key_of

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<layer>/<token>/<int:z>/<int:x>/<int:y>.mvt")
@public
@dateless
def tile(layer: str, token: str, z: int, x: int, y: int) -> Response:
    """One vector tile of one revision; `?at=` asks for another day than today."""
    known, address = checked_layer(layer), TileAddress(z, x, y)
    if not is_token(token) or not address.exists(known.min_zoom, known.max_data_zoom):
        raise NotFound(text("There is no such tile."))
    revision = revision_by_token(public_session(), layer, token)
    body = draw_tile(
        public_session(),
        layer=layer,
        revision=revision.id,
        band=known.band(z),
        address=address,
        at=_asked_day() or today(),
    )
    return _answer(KeptTile(body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'))


@blueprint.get("/tiles/<layer>.json")
@public
@dateless
def tile_json(layer: str) -> Response:
    """TileJSON 3.0 of a layer's live revision; with `?at=` its tiles are those of that day."""
    known, day = checked_layer(layer), _asked_day()
    revision = live_revision(public_session(), layer)
    if revision is None:
        raise NotFound(text("This layer has not been published yet."))
    address = url_for("tiles.tile", layer=layer, token=revision.token, z=0, x=0, y=0, _external=True)
    bounds = bounds_of(revision)
    return jsonify(
        tilejson="3.0.0",
        tiles=[address.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt" + (f"?at={day}" if day else "")],
        vector_layers=[{"id": layer, "fields": dict.fromkeys(known.tile_fields, "")}],
        minzoom=known.min_zoom,
        maxzoom=known.max_data_zoom,
        bounds=bounds.as_tuple() if bounds else None,
        attribution=revision.source,
        version=revision.token,
    )


@blueprint.errorhandler(Gone)
def gone(error: Gone) -> Response:
    """A withdrawn revision: nothing may keep it."""
    return _plain(error, 410)


@blueprint.errorhandler(NotFound)
def not_found(error: NotFound) -> Response:
    """A wrong address, in a sentence: the page around it would ask the database for the district's name."""
    return _plain(error, 404)


def checked_layer(name: str) -> Layer:
    """A layer of the registry; raises `NotFound` without asking the database."""
    known = layer_named(name)
    if known is None:
        raise NotFound(text("There is no such layer."))
    return known


def _plain(error: Gone | NotFound, status: int) -> Response:
    response = make_response(str(error.message), status)
    response.headers["Cache-Control"] = "no-store"
    response.mimetype = "text/plain"
    return response


def _asked_day() -> dt.date | None:
    try:
        return asked_date()
    except BadInput as error:
        raise NotFound(error.message) from error


def _answer(kept: KeptTile) -> Response:
    memory: TileMemory = current_app.extensions["anjie_tiles"]
    memory.keep(key_of(request.path, request.query_string.decode()), kept)
    response = make_response(kept.body)
    response.headers.update(dict(kept.headers()))
    response.make_conditional(request)
    return response
