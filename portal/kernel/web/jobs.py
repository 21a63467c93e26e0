"""Watching one's own runs of jobs: a page, the piece that polls, and the button that stops it."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, make_response, render_template, request, url_for

from portal.kernel.access.own_path import own_path
from portal.kernel.access.permission import signed_in
from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.text import Text, text
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import ask_to_stop, run_of
from portal.kernel.web.htmx import done, is_partial
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, house

blueprint = Blueprint("jobs", __name__)
blueprint.add_app_template_global(new_public_id, "new_form_id")


@blueprint.get("/jobs/<uuid:public_id>")
@signed_in
def show(public_id: uuid.UUID) -> Response:
    """How far a run is; one that is done leads on to `?then=`. htmx asks for the piece alone, again and again."""
    run = run_of(app_session(), actor(), public_id)
    then = own_path(request.args.get("then"))
    if run.state == State.DONE and then:
        return done(then)
    template = "jobs/_progress.html" if is_partial() else "jobs/run.html"
    response = make_response(render_template(template, run=run, title=title_of(run), then=then or ""))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/jobs/<uuid:public_id>/stop")
@signed_in
@once
def stop(public_id: uuid.UUID) -> Response:
    """Asks a run to stop; its page tells when it did."""
    ask_to_stop(app_session(), actor(), public_id)
    then = own_path(request.form.get("then"))
    return done(url_for("jobs.show", public_id=public_id, then=then))


def title_of(run: Run) -> Text:
    """What the room that declared the job calls it."""
    titles = {job.name: job.title for room in house().rooms for job in room.jobs}
    return titles.get(run.name, text("Task"))
