"""Pages of basic management units: the list of a day, one of them, and what district and towns write."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext

from portal.divisions.catalogue.basic_units import items
from portal.divisions.forms.basic_units import AcceptanceForm, BasicUnitForm, ProgressForm, last_told, opened
from portal.divisions.models import BasicUnit
from portal.divisions.permissions import MANAGE_BASIC_UNITS, READ_BASIC_UNITS, REPORT_BASIC_UNITS
from portal.divisions.queries import basic_units as queries
from portal.divisions.rules.basic_units import month_of
from portal.divisions.service import basic_units as service
from portal.divisions.views.blueprint import blueprint
from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, today


@blueprint.get("/basic-units")
@needs(READ_BASIC_UNITS)
def basic_units() -> str:
    """The units of a day, how far each is, and which have not told of the month."""
    at = at_or_today()
    rows = queries.basic_units(app_session(), actor(), READ_BASIC_UNITS, at)
    untold = [row for row in rows if not row.told]
    kept = {"at": request.args["at"]} if "at" in request.args else {}
    return render_template(
        "divisions/basic_units/list.html", rows=rows, untold=untold, at=at, month=month_of(at), kept=kept, **_may()
    )


@blueprint.get("/basic-units/<uuid:public_id>")
@needs(READ_BASIC_UNITS)
def basic_unit(public_id: uuid.UUID) -> str:
    """One unit: its items as of a day, every month and every acceptance."""
    at = at_or_today()
    found = queries.basic_unit(app_session(), actor(), READ_BASIC_UNITS, public_id, at)
    row = queries.basic_unit_row(app_session(), found, at)
    history = queries.basic_unit_history(app_session(), found)
    return render_template("divisions/basic_units/one.html", row=row, unit=found, history=history, at=at, **_may())


@blueprint.route("/basic-units/new", methods=["GET", "POST"])
@needs(MANAGE_BASIC_UNITS)
@once
def new_basic_unit() -> Response:
    """A new unit in a town."""
    form = BasicUnitForm()
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.add_basic_unit(app_session(), actor(), form.command(), today()))
    return show_form("divisions/basic_units/form.html", form, unit=None)


@blueprint.route("/basic-units/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(MANAGE_BASIC_UNITS)
@once
def edit_basic_unit(public_id: uuid.UUID) -> Response:
    """Another name, town or reach; also its end."""
    unit = queries.basic_unit(app_session(), actor(), MANAGE_BASIC_UNITS, public_id, today())
    form = BasicUnitForm(data=opened(unit))
    if form.validate_on_submit():
        with form.catching():
            version = form.row_version.data or 0
            return _saved(
                service.change_basic_unit(app_session(), actor(), public_id, version, form.command(), today())
            )
        form.reopen(unit.row_version)
    return show_form("divisions/basic_units/form.html", form, unit=unit)


@blueprint.route("/basic-units/<uuid:public_id>/report", methods=["GET", "POST"])
@needs(REPORT_BASIC_UNITS)
@once
def report_basic_unit(public_id: uuid.UUID) -> Response:
    """The progress of a month, filled in from the values told last."""
    unit = queries.basic_unit(app_session(), actor(), REPORT_BASIC_UNITS, public_id, today())
    row = queries.basic_unit_row(app_session(), unit, today())
    form = ProgressForm(data=last_told(row.states))
    if form.validate_on_submit():
        with form.catching():
            service.tell_progress(app_session(), actor(), public_id, form.command(), today())
            return _saved(unit)
    return show_form("divisions/basic_units/report.html", form, unit=unit, row=row, items=items())


@blueprint.route("/basic-units/<uuid:public_id>/accept", methods=["GET", "POST"])
@needs(MANAGE_BASIC_UNITS)
@once
def accept_basic_unit(public_id: uuid.UUID) -> Response:
    """The result of an acceptance, item by item."""
    unit = queries.basic_unit(app_session(), actor(), MANAGE_BASIC_UNITS, public_id, today())
    row = queries.basic_unit_row(app_session(), unit, today())
    form = AcceptanceForm(data={f"{key}_accepted": value for key, value in row.accepted.items()})
    if form.validate_on_submit():
        with form.catching():
            service.accept_basic_unit(app_session(), actor(), public_id, form.command(), today())
            return _saved(unit)
    return show_form("divisions/basic_units/accept.html", form, unit=unit, row=row, items=items())


def _may() -> dict[str, object]:
    return {
        "items": items(),
        "may_manage": actor().may(MANAGE_BASIC_UNITS),
        "may_report": actor().may(REPORT_BASIC_UNITS),
    }


def _saved(unit: BasicUnit) -> Response:
    flash(gettext("Saved."), "success")
    return done(url_for("divisions.basic_unit", public_id=unit.public_id))
