"""Old series on new units: the weights between two days, and a pasted series carried over by them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Response, make_response, render_template, request, send_file, url_for
from flask_babel import get_locale

from portal.divisions.exports.crosswalk import SERIES, document_text, outgoing, series_rows
from portal.divisions.exports.crosswalk_files import MEDIA, write_table
from portal.divisions.forms.crosswalk import CrosswalkForm, SeriesForm
from portal.divisions.permissions import READ_CHANGES
from portal.divisions.queries.crosswalk import OnTheWay, units_seen
from portal.divisions.rebasing import Between, Rebased, Way, between, carried, seen_between
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.crosswalk_table import grouped, percent
from portal.kernel.access.permission import needs
from portal.kernel.web.dates import own_dates
from portal.kernel.web.state import actor, app_session, today
from portal.kernel.web.uploads import takes_files

MOST_BYTES = 2 * 1024 * 1024
MOST_SHOWN = 500
"""Rows on the page; the file has all of them."""


@blueprint.get("/crosswalk")
@needs(READ_CHANGES)
def crosswalk() -> Response:
    """Asks for two days; with them, what part of each unit lies in which."""
    own_dates()
    form = CrosswalkForm.of(request.args)
    asked = bool(request.args.keys() & {"from", "to"})
    found = seen_between(app_session(), actor(), form.way) if asked and form.validate() else None
    return page(form, found, SeriesForm())


@blueprint.post("/crosswalk")
@needs(READ_CHANGES)
@takes_files(MOST_BYTES)
def crosswalk_series() -> Response:
    """Carries a pasted series over: beside the original on the page, or as a file. Nothing is written anywhere."""
    own_dates()
    form, sent = CrosswalkForm.of(request.form), SeriesForm()
    found = seen_between(app_session(), actor(), form.way) if form.validate() else None
    if found is None or not sent.validate():
        return page(form, found, sent)
    said = sent.taken(found)
    if said is None:
        return page(form, found, sent)
    # A unit at the edge of one's divisions may hold ground from beyond: the whole crosswalk says so.
    done = carried(whole(form.way), said.series)
    ending = request.form.get("as", "")
    return file_of(done, ending) if ending in MEDIA else page(form, found, sent, done)


def whole(way: Way) -> Between:
    """The crosswalk of all units of the level."""
    return between(app_session(), way)


def page(form: CrosswalkForm, found: Between | None, sent: SeriesForm, done: Rebased | None = None) -> Response:
    """The page with what was asked, the table and perhaps the series; 422 with messages."""
    groups = grouped(found, everything=bool(form.everything.data)) if found else []
    context = {
        "form": form,
        "found": found,
        "kept": form.kept if found else {},
        "groups": groups[:MOST_SHOWN],
        "cut_off": max(0, len(groups) - MOST_SHOWN),
        "sent": sent,
        "done": done,
    }
    words = {"percent": percent, "document_text": document_text, "change_address": addresses(found)}
    made = render_template("divisions/crosswalk/crosswalk.html", **context, **words)
    return make_response(made, 422 if form.errors or sent.errors else 200)


def addresses(found: Between | None) -> Callable[[OnTheWay], str | None]:
    """The page of a document's change file, for those files that lie within the reader's divisions."""
    seen = units_seen(app_session(), actor(), READ_CHANGES, today()) if found and found.documents else frozenset()

    def address(one: OnTheWay) -> str | None:
        mine = one.change_id is not None and (seen is None or one.change_unit in seen)
        return url_for("divisions.change", public_id=one.change_id) if mine else None

    return address


def file_of(done: Rebased, ending: str) -> Response:
    """The series as a workbook or CSV."""
    locale = str(get_locale())
    way = done.between.way
    with tempfile.TemporaryDirectory(prefix="anjie-series-") as folder:
        path = Path(folder) / f"series.{ending}"
        write_table(path, outgoing(done.between, SERIES, series_rows(done, locale), locale))
        response = send_file(
            path.open("rb"),
            mimetype=MEDIA[ending],
            as_attachment=True,
            download_name=f"series_{way.from_date}_{way.to_date}.{ending}",
            conditional=False,
            etag=False,
        )
        response.content_length = path.stat().st_size
    response.headers["Cache-Control"] = "no-store"
    return response
