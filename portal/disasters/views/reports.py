"""The duty list, and one report: a page, or the panel beside a map."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, url_for

from portal.disasters import queries
from portal.disasters.catalogue import in_force
from portal.disasters.forms import ApproveForm, DutyFilterForm, ReturnForm
from portal.disasters.permissions import REPORT_FILE, REPORT_READ, REPORT_REVIEW
from portal.disasters.rules.deadlines import standing
from portal.disasters.rules.lifecycle import Mode, State
from portal.disasters.views.blueprint import WORDS, blueprint
from portal.disasters.views.listing import draft_entries, duty_listing, headline
from portal.kernel.access.permission import Permission, needs
from portal.kernel.web.forms import Form, show_form
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.state import actor, app_session, now, today


@blueprint.get("/reports")
@needs(REPORT_READ)
def reports() -> Response:
    """The duty list; htmx gets its rows only."""
    form = DutyFilterForm(request.args)
    listing = duty_listing(form.wanted(), page_number())
    context = {"form": form, "listing": listing, "url_of": page_url(form), **WORDS}
    if is_partial():
        return make_response(render_template("disasters/_reports.html", **context))
    drafts = draft_entries()
    page = render_template("disasters/reports.html", drafts=drafts, may_file=actor().may(REPORT_FILE), **context)
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/reports/<uuid:public_id>")
@needs(REPORT_READ)
def report(public_id: uuid.UUID) -> Response:
    """One report; a draft of it that was never submitted opens as a form."""
    if _is_draft(public_id):
        return make_response(redirect(url_for(".edit", public_id=public_id), 303))
    if is_partial():
        detail = queries.report_detail(app_session(), actor(), REPORT_READ, public_id)
        return make_response(render_template("disasters/_panel.html", **shown(detail)))
    return show_report(public_id)


def show_report(public_id: uuid.UUID, failed: Form | None = None) -> Response:
    """The page of a report, with the form that was refused, if one was."""
    session, somebody = app_session(), actor()
    detail = queries.report_detail(session, somebody, REPORT_READ, public_id)
    seen = {"row_version": detail.current.number}
    context = {
        "returning": failed if isinstance(failed, ReturnForm) else ReturnForm(formdata=None, data=seen),
        "approving": failed if isinstance(failed, ApproveForm) else ApproveForm(formdata=None, data=seen),
        "may_review": detail.report.state == State.SUBMITTED and _holds(REPORT_REVIEW, public_id),
        "may_correct": detail.report.state == State.RETURNED and _holds(REPORT_FILE, public_id),
        "own": somebody.account_id in queries.filers(session, detail.report.id),
    }
    return show_form("disasters/report.html", failed or Form(formdata=None), **context, **shown(detail))


def shown(detail: queries.ReportDetail) -> dict[str, object]:
    """What page and panel tell of a report."""
    catalogue, said = in_force(today()), detail.current.content
    done_at = detail.steps[0].at if detail.report.state == State.APPROVED else None
    return {
        "detail": detail,
        "standing": standing(catalogue.deadline(detail.report.kind), said.occurred_at, done_at, now()),
        "headlines": headline(catalogue, said.figures),
        "exercise": detail.report.mode == Mode.EXERCISE,
        "figures": queries.shown_figures(detail.current),
        "types": catalogue.types,
        **WORDS,
    }


def page_number() -> int:
    """`?page=`, 1 for anything that is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def page_url(form: DutyFilterForm, endpoint: str = ".reports") -> Callable[[int], str]:
    """The address of a page of the list as it is filtered."""
    return lambda number: url_for(endpoint, **form.asked(page=str(number) if number > 1 else ""))


def _is_draft(public_id: uuid.UUID) -> bool:
    """Whether there is nothing but a draft, and the actor may go on with it."""
    if _holds(REPORT_READ, public_id) or not actor().may(REPORT_FILE):
        return False
    return queries.draft(app_session(), actor(), REPORT_FILE, public_id) is not None


def _holds(permission: Permission, public_id: uuid.UUID) -> bool:
    """Whether the actor holds a permission on this very report's unit."""
    return queries.find_report(app_session(), actor(), permission, public_id) is not None
