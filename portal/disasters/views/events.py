"""Events: opening one by itself, looking at it with its reports, closing it."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.disasters import queries, service
from portal.disasters.catalogue import in_force
from portal.disasters.forms import CloseEventForm, EventForm
from portal.disasters.permissions import REPORT_FILE, REPORT_READ, REPORT_REVIEW
from portal.disasters.queries import DutyFilter
from portal.disasters.rules.lifecycle import Mode
from portal.disasters.views.blueprint import WORDS, blueprint
from portal.disasters.views.listing import duty_listing
from portal.disasters.views.reports import page_number
from portal.divisions.queries import unit_names
from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now, today


@blueprint.route("/events/new", methods=["GET", "POST"])
@needs(REPORT_FILE)
@once
def new_event() -> Response:
    """An event before there is a report on it."""
    form = EventForm()
    if form.validate_on_submit():
        with form.catching():
            event = service.open_event(app_session(), actor(), form.command(), now())
            flash(gettext("The event is open. Reports can be filed on it now."), "success")
            return done(url_for(".event", public_id=event.public_id))
    return show_form("disasters/event_form.html", form)


@blueprint.get("/events/<uuid:public_id>")
@needs(REPORT_READ)
def event(public_id: uuid.UUID) -> Response:
    """One event with the reports on it."""
    return show_event(public_id, CloseEventForm(formdata=None))


@blueprint.post("/events/<uuid:public_id>/close")
@needs(REPORT_REVIEW)
@once
def close_event(public_id: uuid.UUID) -> Response:
    """No more first reports on it."""
    form = CloseEventForm()
    if form.validate_on_submit():
        with form.catching():
            service.close_event(app_session(), actor(), form.command(public_id), now())
            flash(gettext("The event is closed."), "success")
            return done(url_for(".event", public_id=public_id))
    return show_event(public_id, form)


def show_event(public_id: uuid.UUID, form: CloseEventForm) -> Response:
    """The page of an event."""
    session, somebody = app_session(), actor()
    found = queries.event(session, somebody, REPORT_READ, public_id)
    listing = duty_listing(DutyFilter(event_id=found.id), page_number())
    return show_form(
        "disasters/event.html",
        form,
        event=found,
        exercise=found.mode == Mode.EXERCISE,
        unit_name=unit_names(session, [found.unit_id], found.occurred_on).get(found.unit_id, ""),
        may_close=queries.may_close(session, somebody, REPORT_REVIEW, found),
        listing=listing,
        url_of=lambda number: url_for(".event", public_id=public_id, page=number),
        types=in_force(today()).types,
        **WORDS,
    )
