"""Filing: choose the event, fill in the form, keep a draft, submit; the same form corrects a returned report."""

from __future__ import annotations

import uuid

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from portal.disasters import queries, service
from portal.disasters.catalogue import in_force
from portal.disasters.forms import NEW, DiscardForm, report_form
from portal.disasters.models import Report
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.lifecycle import State
from portal.disasters.views.blueprint import WORDS, blueprint
from portal.disasters.views.maps import place_map
from portal.disasters.views.opened import Opened, blank, chosen_event, open_for_edit
from portal.errors import BadInput
from portal.kernel.access.permission import needs
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.maps import draw
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now, today


@blueprint.get("/reports/new")
@needs(REPORT_FILE)
def choose_event() -> Response:
    """Which event it is about: the open ones as large links, or a new one; `?event=` opens the form."""
    asked = request.args.get("event", "")
    events = queries.open_events(app_session(), actor(), REPORT_FILE)
    if not asked and events:
        filed = queries.filed_reports(app_session(), actor(), REPORT_FILE, [event.id for event in events])
        types, draft_id = in_force(today()).types, request.args.get("draft", type=uuid.UUID)
        page = render_template(
            "disasters/choose_event.html", events=events, filed=filed, types=types, draft_id=draft_id, **WORDS
        )
        return make_response(page)
    return show_report_form(blank(asked or NEW))


@blueprint.post("/reports/new")
@needs(REPORT_FILE)
@once
def new() -> Response:
    """Saves a draft or submits."""
    event = chosen_event(request.form.get("event", ""))
    opened = Opened(report_form(today(), event.type_key if event else None)(), event)
    if opened.form.validate_on_submit():
        with opened.form.catching():
            return act(opened)
    return show_report_form(opened)


@blueprint.route("/reports/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(REPORT_FILE)
@once
def edit(public_id: uuid.UUID) -> Response:
    """A draft, or the correction of a returned report."""
    opened = open_for_edit(public_id)
    if request.method == "GET" and opened.report is not None and opened.report.state != State.RETURNED:
        return make_response(redirect(url_for(".report", public_id=public_id), 303))
    if opened.form.validate_on_submit():
        with opened.form.catching():
            return act(opened)
    return show_report_form(opened)


@blueprint.post("/reports/<uuid:public_id>/discard")
@needs(REPORT_FILE)
@once
def discard(public_id: uuid.UUID) -> Response:
    """A draft that nobody needs leaves the list."""
    form = DiscardForm()
    if not form.validate_on_submit():
        raise BadInput(text("The form is incomplete; please open it again."))
    service.discard_draft(app_session(), actor(), form.command(public_id))
    flash(gettext("The draft was discarded."), "success")
    return done(url_for(".reports"))


def act(opened: Opened) -> Response:
    """Submits or saves, as the pressed button says; a form sent without one is only saved."""
    if request.form.get("act") == "submit":
        report = submit(opened)
        flash(gettext("The report is submitted. A reviewer will look at it."), "success")
        return done(url_for(".report", public_id=report.public_id), "reports-changed")
    unit_id = opened.report.unit_id if opened.report else None
    draft = service.save_draft(app_session(), actor(), opened.form.save(opened.public_id, unit_id), now())
    flash(gettext("The draft is saved. It is not submitted yet."), "success")
    return done(url_for(".edit", public_id=draft.public_id))


def submit(opened: Opened) -> Report:
    """A first report, or the next version of a returned one."""
    if opened.report is not None:
        return service.correct_report(app_session(), actor(), opened.form.correct(opened.report.public_id), now())
    return service.file_report(app_session(), actor(), opened.form.file(opened.public_id), now())


def show_report_form(opened: Opened) -> Response:
    """The page with the form."""
    version = opened.draft.row_version if opened.draft else None
    discarding = DiscardForm(formdata=None, data={"row_version": version})
    context = {"opened": opened, "map": draw(place_map()), "discarding": discarding, **opened.shown(), **WORDS}
    return show_form("disasters/report_form.html", opened.form, **context)
