"""A unit in the gazetteer: its row, its text entries, what became of it; and the chapter of changes."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from portal.divisions.catalogue.gazetteer import fields, sections
from portal.divisions.forms.gazetteer import EntryForm, asked, root_of
from portal.divisions.permissions import EDIT_GAZETTEER, READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.rules.gazetteer import heading_of, index_of, said_of
from portal.divisions.rules.gazetteer.cells import FIRST_YEAR
from portal.divisions.service.gazetteer import SaveEntry, save_entry
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.gazetteer.sheet import row_of
from portal.errors import NotFound
from portal.kernel.access.permission import needs
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done, is_partial
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today


@blueprint.get("/gazetteer/units/<uuid:public_id>")
@needs(READ_GAZETTEER)
def gazetteer_unit(public_id: uuid.UUID) -> str:
    """All that the gazetteer says of one unit: a page, or the piece on the unit's own page."""
    wanted = asked()
    try:
        row = row_of(public_id, wanted, READ_GAZETTEER)
    except NotFound:
        if is_partial():
            return ""
        raise
    entries = queries.entries(app_session(), [row.id]).get(row.id, {})
    shown = {"row": row, "entries": entries, "sections": sections(), "fields": fields(), "year": wanted.year}
    shown |= {"at": wanted.at, "kept": wanted.kept, "may_edit": actor().may(EDIT_GAZETTEER)}
    if is_partial():
        return render_template("divisions/gazetteer/_piece.html", **shown)
    events = queries.events_of_unit(app_session(), actor(), row.id, wanted.at)
    return render_template("divisions/gazetteer/unit.html", events=[(one, said_of(one)) for one in events], **shown)


@blueprint.route("/gazetteer/units/<uuid:public_id>/entries/<section>", methods=["GET", "POST"])
@needs(EDIT_GAZETTEER)
@once
def gazetteer_entry(public_id: uuid.UUID, section: str) -> Response:
    """A section of the text entry, with its versions."""
    wanted = asked()
    row = row_of(public_id, wanted, EDIT_GAZETTEER)
    if section not in sections():
        raise NotFound(text("There is no such section."))
    versions = queries.entry_versions(app_session(), row.id, section)
    now = next((one for one in versions if one.superseded_at is None), None)
    kept = {"body": now.body, "source": now.source, "row_version": now.id} if now else {"row_version": 0}
    form = EntryForm(data=kept)
    if form.validate_on_submit():
        with form.catching():
            save_entry(app_session(), actor(), _command(public_id, wanted.at, section, form), today())
            flash(gettext("Saved as a version of its own."), "success")
            return done(url_for(".gazetteer_unit", public_id=public_id, **wanted.kept))
        if form.differences:
            form.reopen_at(now.id if now else 0)
    shown = {"row": row, "section": sections()[section], "key": section, "versions": versions, "kept": wanted.kept}
    return show_form("divisions/gazetteer/entry.html", form, at=wanted.at, **shown)


@blueprint.get("/gazetteer/changes")
@needs(READ_GAZETTEER)
def gazetteer_changes() -> str:
    """The changes of a year by day, and the index of all changes by name."""
    wanted = asked()
    root = root_of(wanted)
    first, last = dt.date(wanted.year, 1, 1), min(dt.date(wanted.year, 12, 31), today())
    found = queries.events(app_session(), actor(), root.id, None, wanted.at)
    of_year = [one for one in found if first <= one.on <= last]
    context = {"year": wanted.year, "kept": wanted.kept, "root": root, "at": wanted.at}
    context |= {
        "events": [(one, said_of(one)) for one in of_year],
        "years": [(str(year), str(year)) for year in range(today().year, FIRST_YEAR - 1, -1)],
    }
    index = [(name, one, heading_of(one)) for name, one in index_of(found)]
    return render_template("divisions/gazetteer/changes.html", index=index, **context)


def _command(public_id: uuid.UUID, at: dt.date, section: str, form: EntryForm) -> SaveEntry:
    return SaveEntry(
        public_id,
        at,
        section,
        form.body.data or "",
        form.source.data or "",
        form.row_version.data or 0,
        form.reviewer.data or "",
        form.reviewed_on.data,
    )
