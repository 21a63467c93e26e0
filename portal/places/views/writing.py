"""Adding, changing and closing places."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today
from portal.places import queries, service
from portal.places.forms import CloseForm, PlaceForm, opened
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.views.blueprint import blueprint
from portal.places.views.maps import picking_map


@blueprint.route("/new", methods=["GET", "POST"])
@needs(EDIT)
@once
def new() -> Response:
    """A new place, picked on the map, typed, or without a position."""
    form = PlaceForm()
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.add_place(app_session(), actor(), form.added(), today()))
    return show_form("places/place_form.html", form, place=None, map=picking_map())


@blueprint.route("/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(EDIT)
@once
def edit(public_id: uuid.UUID) -> Response:
    """Another position, keeper or wording for an open place."""
    place = queries.place(app_session(), actor(), public_id, permission=EDIT)
    form = PlaceForm(data=opened(place))
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.change_place(app_session(), actor(), form.changed(public_id), today()))
        form.reopen(place.row_version)
    return show_form("places/place_form.html", form, place=place, map=picking_map(place))


@blueprint.route("/<uuid:public_id>/close", methods=["GET", "POST"])
@needs(EDIT)
@once
def close(public_id: uuid.UUID) -> Response:
    """The place is no longer there; it stays on record."""
    place = queries.place(app_session(), actor(), public_id, permission=EDIT)
    form = CloseForm(data={"row_version": place.row_version})
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.close_place(app_session(), actor(), form.command(public_id), today()))
        form.reopen(place.row_version)
    return show_form("places/close.html", form, place=place)


def _saved(place: Place) -> Response:
    flash(gettext("Saved."), "success")
    return done(url_for("places.place", public_id=place.public_id), "places-changed")
