"""What the pages of imports load beside themselves: shapes for maps, files to take away, the meaning of codes."""

from __future__ import annotations

import json
import tempfile
import uuid
from pathlib import Path

import shapely
from flask import Response, make_response, render_template, send_file

from portal.exchange import proposals, returning, templates
from portal.exchange.codes import documented
from portal.exchange.declared import importer_named
from portal.exchange.files import path_of
from portal.exchange.permissions import USE
from portal.exchange.queries import imports as queries
from portal.exchange.staging import Setup
from portal.exchange.views.blueprint import blueprint
from portal.kernel.access import policy
from portal.kernel.access.permission import needs, public
from portal.kernel.i18n.translate import translate
from portal.kernel.web.state import actor, app_session, house, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/imports/<uuid:public_id>/rows.geojson")
@needs(USE)
def staged_features(public_id: uuid.UUID) -> Response:
    """The shapes of the rows with what will become of them."""
    found = queries.import_of(app_session(), actor(), public_id)
    return _geojson(queries.features(app_session(), found))


@blueprint.get("/imports/<uuid:public_id>/readings.geojson")
@needs(USE)
def reading_features(public_id: uuid.UUID) -> Response:
    """A box for each reading of the coordinates."""
    found = queries.import_of(app_session(), actor(), public_id)
    importer = importer_named(found.what)
    setup = Setup.of(found.setup) if found.setup else proposals.propose_setup(
        app_session(), found, importer, today()
    ).setup  # fmt: skip
    readings = proposals.readings_of(app_session(), found, setup, today())
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shapely.box(*one.bounds)),
            "properties": {"id": nth, "name": translate(one.label), "action": "reading"},
        }
        for nth, one in enumerate(readings)
    ]
    return _geojson(json.dumps({"type": "FeatureCollection", "features": features}))


@blueprint.get("/imports/<uuid:public_id>/returned")
@needs(USE)
def returned(public_id: uuid.UUID) -> Response:
    """The same file back, with a column that says what is wrong in each row."""
    found = queries.import_of(app_session(), actor(), public_id)
    original = path_of(app_session(), house().settings, found)
    with tempfile.TemporaryDirectory(prefix="anjie-returned-") as folder:
        made = returning.write_returned(app_session(), found, original, Path(folder))
        return _sent(made.path, made.media_type, made.name)


@blueprint.get("/templates/<room>/<things>.xlsx")
@needs(USE)
def template(room: str, things: str) -> Response:
    """An empty workbook with the headings of an importer, to fill in."""
    importer = importer_named(f"{room}:{things}")
    policy.require(actor(), importer.permission)
    with tempfile.TemporaryDirectory(prefix="anjie-template-") as folder:
        path = templates.write_template(importer, Path(folder), today())
        return _sent(path, XLSX, f"{translate(importer.title)}.xlsx")


@blueprint.get("/codes")
@public
def codes() -> str:
    """Every code of a finding: what it means and what to do."""
    return render_template("exchange/codes.html", groups=documented())


def _sent(path: Path, media_type: str, name: str) -> Response:
    """A file to take away; it is open already, so that its folder may go."""
    response = send_file(path.open("rb"), mimetype=media_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _geojson(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response
