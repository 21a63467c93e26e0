"""Taking a step of a change file."""

from __future__ import annotations

import uuid

from flask import Response, flash, request, url_for
from flask_babel import gettext

from portal.divisions import catalogue
from portal.divisions.forms.changes import StepForm, codes_given, opened_step
from portal.divisions.models import Change
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries import changes as queries
from portal.divisions.queries.changes.record import coded_units
from portal.divisions.rules.changes.finding import Finding
from portal.divisions.rules.changes.lifecycle import STEPS, Step, possible_steps
from portal.divisions.service import changes as service
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.changes_told import proposal_of
from portal.errors import NotFound
from portal.kernel.access.permission import needs
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today


@blueprint.route("/changes/<uuid:public_id>/steps/<verb>", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def step_change(public_id: uuid.UUID, verb: str) -> Response:
    """One step with its day; making a change effective is one of them."""
    step = _step(verb)
    file = queries.change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    proposal = proposal_of(file, today())
    form = StepForm(data=opened_step(file, step, proposal.authority))
    refused: tuple[Finding, ...] = ()
    if form.validate_on_submit():
        with form.catching():
            try:
                return _taken(file, step, form)
            except service.ChangeRefused as error:
                refused = error.findings
                raise
        app_session().refresh(file)
        form.reopen(file.row_version)
    context = {"file": file, "step": step.value, "rule": STEPS[step], "proposal": proposal, "refused": refused}
    possible = step in possible_steps(service.facts_of(file))
    return show_form("divisions/changes/step.html", form, possible=possible, coded=_coded(file, step), **context)


def _step(verb: str) -> Step:
    try:
        return Step(verb)
    except ValueError:
        raise NotFound(text("There is no such step.")) from None


def _taken(file: Change, step: Step, form: StepForm) -> Response:
    codes = codes_given(request.form, [key for key, _ in _coded(file, step)], catalogue.code_systems())
    service.take_step(app_session(), actor(), form.command(file, step, codes), today())
    flash(gettext("Done and kept in the history of the file."), "success")
    return done(url_for(".change", public_id=file.public_id), "divisions-changed")


def _coded(file: Change, step: Step) -> list[tuple[str, str]]:
    """Key and name of the units that may get codes when these are published: those in the file that are there now."""
    if step is not Step.PUBLISH_CODES or file.state not in ("effective", "completed"):
        return []
    return coded_units(app_session(), file, today())
