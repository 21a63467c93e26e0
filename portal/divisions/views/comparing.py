"""Two days of divisions beside each other: what moved, drawn and listed."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext

from portal.divisions.forms.map import CompareForm
from portal.divisions.layers import UNITS
from portal.divisions.queries.mapped import compared
from portal.divisions.rules.comparing import NARROW_M, SLIVER_M2, Comparison, Movement
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.mapping import collection, feature, geojson, units_of_day
from portal.errors import BadInput
from portal.kernel.access.permission import public
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import text
from portal.kernel.web.dates import own_dates
from portal.kernel.web.maps import draw, home_bounds, language
from portal.kernel.web.state import public_session, today

MOVES_LAYER = "divisions.moves"
KEPT = 24
"""Comparisons of this process that are kept; each is true for one published revision."""


@blueprint.get("/map/compare")
@public
def compare() -> Response:
    """Asks for two days; with them, what differs."""
    own_dates()
    form = CompareForm(request.args)
    asked = bool(request.args.keys() & {"from", "to"})
    found = found_between(form) if asked and form.validate() else None
    page = render_template(
        "divisions/map/compare.html",
        form=form,
        found=found,
        map=moves_map(form) if found else None,
        today=today(),
        sliver_m2=SLIVER_M2,
        narrow_m=NARROW_M,
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/map/compare.geojson")
@public
def compare_features() -> Response:
    """The ground that moved, for the map."""
    own_dates()
    form = CompareForm(request.args)
    if not form.validate():
        raise BadInput(text("Two days are needed, the second after the first."))
    return geojson(collection([_feature(number, move) for number, move in enumerate(found_between(form).moves, 1)]))


def found_between(form: CompareForm) -> Comparison:
    """What differs between the days of a valid form."""
    revision = live_revision(public_session(), UNITS.name)
    token = revision.token if revision else ""
    return _compared(token, *form.days, int(form.level.data))


@lru_cache(maxsize=KEPT)
def _compared(_token: str, first: dt.date, second: dt.date, level: int) -> Comparison:
    return compared(public_session(), first, second, level)


def moves_map(form: CompareForm) -> RenderedMap | None:
    """The divisions of either day under the ground that moved; None before anything is published."""
    session, (first, second) = public_session(), form.days
    if live_revision(session, UNITS.name) is None:
        return None
    url = url_for(
        ".compare_features", **{"from": first.isoformat(), "to": second.isoformat(), "level": form.level.data}
    )
    layers = (
        units_of_day(second, title=gettext("Divisions on %(day)s", day=second)),
        units_of_day(
            first, name="divisions.units.before", title=gettext("Divisions on %(day)s", day=first), visible=False
        ),
        MapLayer(MOVES_LAYER, gettext("What moved"), url, "geojson", "moves", label_field=None),
    )
    return draw(MapSpec("comparison", layers, home_bounds(session), locale=language()))


def _feature(number: int, move: Movement) -> dict[str, object]:
    return feature(move.shape, id=str(number), what=move.what, number=number)
