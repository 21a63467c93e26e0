"""The yearly review: the clerk's overview, and the pages on which towns answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext

from portal.divisions.catalogue.gazetteer import fields
from portal.divisions.forms.gazetteer import AnswerForm, DecisionForm, DueForm, EmptyForm, OpenReviewForm, by_control
from portal.divisions.models import GazetteerReview
from portal.divisions.permissions import CONFIRM_GAZETTEER, EDIT_GAZETTEER, READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.service import gazetteer as service
from portal.divisions.service.gazetteer import REGISTER_TO_CORRECT, Answer
from portal.divisions.views.blueprint import blueprint
from portal.errors import FormInvalid, NotFound
from portal.kernel.access.permission import needs
from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import Form, show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today


@blueprint.route("/gazetteer/reviews", methods=["GET"])
@needs(READ_GAZETTEER)
def gazetteer_reviews() -> str:
    """Every review, the newest first."""
    found = queries.reviews(app_session(), actor())
    return render_template("divisions/gazetteer/reviews.html", reviews=found, may_edit=actor().may(EDIT_GAZETTEER))


@blueprint.route("/gazetteer/reviews/new", methods=["GET", "POST"])
@needs(EDIT_GAZETTEER)
@once
def open_gazetteer_review() -> Response:
    """Opens the review of a year."""
    form = OpenReviewForm()
    if form.validate_on_submit():
        with form.catching():
            made = service.open_review(app_session(), actor(), form.command(), today())
            flash(gettext("The review is open; the towns find it on their page."), "success")
            return done(url_for(".gazetteer_review", public_id=made.public_id))
    return show_form("divisions/gazetteer/review_form.html", form)


@blueprint.get("/gazetteer/reviews/<uuid:public_id>")
@needs(READ_GAZETTEER)
def gazetteer_review(public_id: uuid.UUID) -> str:
    """How far the towns are, and what they propose."""
    found = queries.review(app_session(), actor(), public_id)
    return render_template("divisions/gazetteer/review.html", form=DueForm(formdata=None), **_overview(found))


@blueprint.post("/gazetteer/reviews/<uuid:public_id>/due")
@needs(EDIT_GAZETTEER)
@once
def move_gazetteer_review(public_id: uuid.UUID) -> Response:
    """Another day by which towns answer."""
    form = DueForm()

    def save() -> None:
        assert form.due_on.data is not None  # noqa: S101 - required by the form
        version = form.row_version.data or 0
        service.move_due_day(app_session(), actor(), public_id, version, form.due_on.data, today())

    return _on_review(public_id, form, save, gettext("Saved."))


@blueprint.post("/gazetteer/reviews/<uuid:public_id>/close")
@needs(EDIT_GAZETTEER)
@once
def close_gazetteer_review(public_id: uuid.UUID) -> Response:
    """Ends the review."""
    form = EmptyForm()

    def save() -> None:
        service.close_review(app_session(), actor(), public_id, form.row_version.data or 0)

    return _on_review(public_id, form, save, gettext("The review is closed."))


@blueprint.post("/gazetteer/reviews/<uuid:public_id>/proposals/<uuid:proposal>")
@needs(EDIT_GAZETTEER)
@once
def decide_gazetteer_proposal(public_id: uuid.UUID, proposal: uuid.UUID) -> Response:
    """Takes a town's proposal over, or declines it."""
    form = DecisionForm()

    def save() -> None:
        take, reason = not form.decline.data, form.reason.data or ""
        service.decide(app_session(), actor(), public_id, proposal, take=take, reason=reason, today=today())

    return _on_review(public_id, form, save, gettext("Decided."))


@blueprint.route("/gazetteer/reviews/<uuid:public_id>/towns/<uuid:town>", methods=["GET", "POST"])
@needs(CONFIRM_GAZETTEER)
@once
def gazetteer_town(public_id: uuid.UUID, town: uuid.UUID) -> Response:
    """A town's rows: confirm all that are right, correct the others one by one."""
    form = EmptyForm()
    if form.validate_on_submit():
        with form.catching():
            count = service.confirm_town(app_session(), actor(), public_id, town)
            flash(gettext("%(count)s rows confirmed.", count=count), "success")
            return done(url_for(".gazetteer_town", public_id=public_id, town=town))
    found = queries.review(app_session(), actor(), public_id, CONFIRM_GAZETTEER)
    town_id = unit_by_public_id(app_session(), town, found.at).id
    answers = queries.town_answers(app_session(), actor(), found, CONFIRM_GAZETTEER)
    answer = next((one for one in answers if one.unit_id == town_id), None)
    if answer is None:
        raise NotFound(text("There is no such row in this review."))
    return show_form("divisions/gazetteer/town.html", form, answer=answer, **_rows(found, answer))


@blueprint.route("/gazetteer/reviews/<uuid:public_id>/rows/<uuid:unit>", methods=["GET", "POST"])
@needs(CONFIRM_GAZETTEER)
@once
def gazetteer_answer(public_id: uuid.UUID, unit: uuid.UUID) -> Response:
    """One row: what should stand there instead."""
    found = queries.review(app_session(), actor(), public_id, CONFIRM_GAZETTEER)
    kept = queries.review_row(app_session(), actor(), found, unit, CONFIRM_GAZETTEER)
    row = _row(found, kept.unit_id)
    town = _row(found, kept.town_id)
    form = AnswerForm(data={"row_version": kept.row_version, "note": kept.note})
    if form.validate_on_submit():
        with form.catching():
            try:
                service.answer_row(app_session(), actor(), public_id, _answer(unit, form))
                flash(gettext("Sent to the bureau."), "success")
                return done(url_for(".gazetteer_town", public_id=public_id, town=town.public_id))
            except FormInvalid as error:
                form.say_cells(by_control(error.messages))
    earlier = {one.field: one.value or "" for one in queries.proposals(app_session(), [kept.id]) if not one.decision}
    typed = {key: request.form.get(f"value-{key}", earlier.get(key)) for key in fields()}
    shown = {"row": row, "town": town, "kept_row": kept, "typed": typed, "asked_fields": _asked_fields(row)}
    return show_form("divisions/gazetteer/answer.html", form, review=found, **shown)


def _on_review(public_id: uuid.UUID, form: Form, save: Callable[[], None], said: str) -> Response:
    """Saves something on the overview and leads back to it; what is wrong is shown there."""
    if form.validate_on_submit():
        with form.catching():
            save()
            flash(said, "success")
            return done(url_for(".gazetteer_review", public_id=public_id))
    found = queries.review(app_session(), actor(), public_id)
    return show_form("divisions/gazetteer/review.html", form, **_overview(found))


def _overview(found: GazetteerReview) -> dict[str, object]:
    towns = queries.town_answers(app_session(), actor(), found)
    rows = {row.id: row for town in towns for row in town.rows}
    units = _units(found, [row.unit_id for row in rows.values()])
    proposals = queries.proposals(app_session(), list(rows))
    return {
        "review": found,
        "towns": towns,
        "proposals": [(one, units[rows[one.row_id].unit_id], rows[one.row_id]) for one in proposals],
        "notes": [(units[row.unit_id], row) for row in rows.values() if row.note],
        "fields": fields(),
        "may_edit": actor().may(EDIT_GAZETTEER) and found.closed_at is None,
        "overdue": found.closed_at is None and found.due_on < today(),
        "of_register": REGISTER_TO_CORRECT,
        "new_id": lambda: str(new_public_id()),
    }


def _rows(found: GazetteerReview, answer: queries.TownAnswer) -> dict[str, object]:
    kept = {row.unit_id: row for row in answer.rows}
    units = _units(found, list(kept))
    proposals: dict[int, list[object]] = {row.id: [] for row in answer.rows}
    for one in queries.proposals(app_session(), list(proposals)):
        proposals[one.row_id].append(one)
    rows = [(units[unit], kept[unit], proposals[kept[unit].id]) for unit in kept if unit in units]
    return {"review": found, "rows": rows, "fields": fields(), "overdue": found.due_on < today()}


def _units(found: GazetteerReview, ids: list[int]) -> dict[int, GazetteerRow]:
    rows = queries.gazetteer_row(app_session(), actor(), READ_GAZETTEER, ids, found.at, found.year)
    return {row.id: row for row in rows}


def _row(found: GazetteerReview, unit_id: int) -> GazetteerRow:
    units = _units(found, [unit_id])
    if unit_id not in units:
        raise NotFound(text("There is no such row in this review."))
    return units[unit_id]


def _asked_fields(row: GazetteerRow) -> list[object]:
    keys = [key for key, one in fields().items() if one.entered or key in REGISTER_TO_CORRECT]
    return [fields()[key] for key in keys if row.asked(fields()[key])]


def _answer(unit: uuid.UUID, form: AnswerForm) -> Answer:
    given = {key: request.form[f"value-{key}"] for key in fields() if f"value-{key}" in request.form}
    return Answer(unit, form.row_version.data or 0, given, form.note.data or "")
