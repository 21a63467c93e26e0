"""Handling an application: running the checks, answering what only a person can answer, and each step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, request, url_for

from portal.errors import FormInvalid, NotFound
from portal.kernel.access.permission import needs
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick, translate
from portal.kernel.web.forms import show_form
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today
from portal.toponyms.catalogue import kinds_on, wording_on
from portal.toponyms.forms.application import JudgeForm, LookForm, StepForm
from portal.toponyms.models import Application
from portal.toponyms.permissions import APPLY, HANDLE
from portal.toponyms.queries import applications as queries
from portal.toponyms.rules.findings import REASON, from_json, sentence
from portal.toponyms.rules.moves import MOVES
from portal.toponyms.service.applying import check_may_edit, look
from portal.toponyms.service.handling import judge, missing_materials, take_step
from portal.toponyms.views.applying import saved, to_applications
from portal.toponyms.views.blueprint import blueprint

OWN_PAGE = ("check", "withdraw")


@blueprint.post("/applications/<uuid:public_id>/look")
@needs(HANDLE)
@once
def run_checks(public_id: uuid.UUID) -> Response:
    """Runs the checks and shows what they found."""
    form = LookForm()
    one = look(app_session(), actor(), public_id, form.row_version.data or 0, today())
    return saved(one)


@blueprint.route("/applications/<uuid:public_id>/check", methods=["GET", "POST"])
@needs(HANDLE)
@once
def check(public_id: uuid.UUID) -> Response:
    """What was found, the questions to a person, and the end of the checks."""
    one = queries.application(app_session(), actor(), public_id, permission=HANDLE)
    asked = () if one.act == "cancelling" else wording_on(today()).judgements
    form = JudgeForm(data={"row_version": one.row_version, "reason": one.check_reason})
    answers, problems = _kept_answers(one), dict[str, list[str]]()
    if form.validate_on_submit():
        command = form.judged(public_id, asked)
        answers = {key: {"fine": answer.fine, "note": answer.note} for key, answer in command.answers.items()}
        with form.catching(), _by_question(problems):
            return saved(judge(app_session(), actor(), command, today()))
        form.reopen(one.row_version)
    found = from_json(one.findings or ())
    return show_form(
        "toponyms/check.html",
        form,
        one=one,
        way=_way(one),
        asked=asked,
        answers=answers,
        problems=problems,
        findings=[(finding, sentence(finding, pick)) for finding in found],
        needs_reason=any(finding.level == REASON for finding in found),
    )


@blueprint.route("/applications/<uuid:public_id>/step/<verb>", methods=["GET", "POST"])
@needs(HANDLE)
@once
def step(public_id: uuid.UUID, verb: str) -> Response:
    """One step: when, what was found or done, and the document of a decision."""
    if verb not in MOVES or verb in OWN_PAGE:
        raise NotFound(text("There is no such step."))
    one = queries.application(app_session(), actor(), public_id, permission=HANDLE)
    return _step(one, verb)


@blueprint.route("/applications/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@needs(APPLY)
@once
def withdraw(public_id: uuid.UUID) -> Response:
    """The applicant takes it back."""
    one = queries.application(app_session(), actor(), public_id, permission=APPLY)
    check_may_edit(actor(), one)
    return _step(one, "withdraw")


def _step(one: Application, verb: str) -> Response:
    form = StepForm(data={"row_version": one.row_version})
    if form.validate_on_submit():
        with form.catching():
            return saved(take_step(app_session(), actor(), form.taken(one.public_id, verb), today()))
        form.reopen(one.row_version)
    missing = missing_materials(app_session(), one, today()) if verb == "complete" else []
    kind = kinds_on(one.received_on).get(one.kind)
    address = "toponyms.withdraw" if verb == "withdraw" else "toponyms.step"
    return show_form(
        "toponyms/step.html",
        form,
        one=one,
        move=MOVES[verb],
        way=_way(one),
        missing=missing,
        approver=pick(kind.approver) if kind else "",
        action=url_for(address, public_id=one.public_id, verb=None if verb == "withdraw" else verb),
    )


@contextmanager
def _by_question(problems: dict[str, list[str]]) -> Iterator[None]:
    """Keeps the messages by question too, so that each stands at its own."""
    try:
        yield
    except FormInvalid as error:
        problems.update({key: [translate(message) for message in group] for key, group in error.messages.items()})
        raise


def _kept_answers(one: Application) -> dict[str, object]:
    sent = request.form if request.method == "POST" else {}
    return {} if sent else dict(one.judged or {})


def _way(one: Application) -> tuple[tuple[str, str], ...]:
    return to_applications((url_for("toponyms.application", public_id=one.public_id), one.name))
