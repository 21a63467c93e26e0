"""The papers of an application: adding one, reading its scan, taking it back."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Response, send_file, url_for
from werkzeug.datastructures import FileStorage

from portal.kernel.access.permission import needs
from portal.kernel.files import store
from portal.kernel.files.scans import LARGEST
from portal.kernel.pg.installation import folder_of
from portal.kernel.web.forms import show_form
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, house, today
from portal.kernel.web.uploads import takes_files
from portal.toponyms.forms.application import PaperForm
from portal.toponyms.models import Application
from portal.toponyms.permissions import APPLY, READ
from portal.toponyms.queries import applications as queries
from portal.toponyms.service.papers import add_paper, withdraw_paper
from portal.toponyms.views.applying import saved, to_applications
from portal.toponyms.views.blueprint import blueprint


@blueprint.route("/applications/<uuid:public_id>/papers/new", methods=["GET", "POST"])
@needs(APPLY)
@takes_files(LARGEST)
@once
def new_paper(public_id: uuid.UUID) -> Response:
    """A scan, or the word that the paper lies in the paper file."""
    one = queries.application(app_session(), actor(), public_id, permission=APPLY)
    form = PaperForm()
    if form.validate_on_submit():
        with form.catching(), _on_disk(form.file.data) as (path, name):
            add_paper(app_session(), actor(), folder_of(house().settings), form.added(public_id, path, name), today())
            return saved(one)
    return show_form("toponyms/paper_form.html", form, one=one, way=_way(one))


@blueprint.get("/applications/<uuid:public_id>/papers/<uuid:paper>")
@needs(READ)
def paper(public_id: uuid.UUID, paper: uuid.UUID) -> Response:
    """The scan to take away: never shown inside the page, whatever it holds."""
    one = queries.application(app_session(), actor(), public_id)
    kept = queries.file_of(app_session(), queries.document(app_session(), one.id, paper))
    handle = store.path_of(folder_of(house().settings), kept).open("rb")
    response = send_file(handle, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/applications/<uuid:public_id>/papers/<uuid:paper>/withdraw")
@needs(APPLY)
@once
def take_paper_back(public_id: uuid.UUID, paper: uuid.UUID) -> Response:
    """A paper that does not belong here."""
    one = queries.application(app_session(), actor(), public_id, permission=APPLY)
    withdraw_paper(app_session(), actor(), public_id, paper)
    return saved(one)


@contextmanager
def _on_disk(sent: FileStorage | None) -> Iterator[tuple[Path | None, str]]:
    """What was sent as a file of its own, for as long as it is looked at."""
    if sent is None or not sent.filename:
        yield None, ""
        return
    with tempfile.TemporaryDirectory(prefix="anjie-upload-") as folder:
        path = Path(folder) / "upload"
        sent.save(path)
        yield path, sent.filename


def _way(one: Application) -> tuple[tuple[str, str], ...]:
    return to_applications((url_for("toponyms.application", public_id=one.public_id), one.name))
