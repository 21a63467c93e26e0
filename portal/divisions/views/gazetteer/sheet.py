"""The table of the gazetteer, one row for browsers without scripts, and the history of a cell."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for

from portal.divisions.catalogue.gazetteer import entered_fields, fields
from portal.divisions.forms.gazetteer import Asked, RowForm, asked, by_control, root_of, row_edits, typed_over
from portal.divisions.permissions import EDIT_GAZETTEER, READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries import unit_choices
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.rules.gazetteer import StaleCells, cell_name, proposed_pinyin
from portal.divisions.rules.gazetteer.cells import FIRST_YEAR
from portal.divisions.service import gazetteer as service
from portal.divisions.service.gazetteer import SaveCells, what_changed
from portal.divisions.views.blueprint import blueprint
from portal.errors import FormInvalid, NotFound
from portal.kernel.access.permission import Permission, needs
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick, translate
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today

TOWN = (4,)


@blueprint.get("/gazetteer")
@needs(READ_GAZETTEER)
def gazetteer() -> str:
    """A division and what lies directly in it, with every value of the year."""
    wanted = asked()
    root, session = root_of(wanted), app_session()
    rows = queries.gazetteer_rows(session, actor(), READ_GAZETTEER, root.id, wanted.at, wanted.year, depth=1)
    if wanted.unit is not None and not rows:
        raise NotFound(text("There is no such division on this date."))
    edits = actor().may(EDIT_GAZETTEER)
    shown = {"rows": rows, "root": root, "may_edit": edits, **_words(wanted)}
    shown["source"] = queries.last_source(session, actor().name) if edits else ""
    return render_template("divisions/gazetteer/sheet.html", **shown)


@blueprint.route("/gazetteer/units/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(EDIT_GAZETTEER)
@once
def gazetteer_row(public_id: uuid.UUID) -> Response:
    """One row as a form."""
    wanted, form = asked(), RowForm()
    row = row_of(public_id, wanted, EDIT_GAZETTEER)
    typed: dict[str, str] = {}
    if request.method == "POST":
        typed = typed_over(request.form)
        if form.validate():
            answer = _save_row(form, row, wanted)
            if answer is not None:
                return answer
    elif not form.source.data:
        form.source.data = queries.last_source(app_session(), actor().name)
    names = {cell_name(row.public_id, key): pick(dict(one.labels)) for key, one in entered_fields().items()}
    shown = {"row": row, "typed": typed, "names": names, "proposal": proposed_pinyin(row.name), **_words(wanted)}
    return show_form("divisions/gazetteer/row.html", form, **shown)


@blueprint.get("/gazetteer/units/<uuid:public_id>/history/<field>")
@needs(READ_GAZETTEER)
def gazetteer_history(public_id: uuid.UUID, field: str) -> str:
    """Everything a column held of a unit: who, when, from what, by what source."""
    wanted = asked()
    one = entered_fields().get(field)
    row = row_of(public_id, wanted, READ_GAZETTEER)
    if one is None:
        raise NotFound(text("The gazetteer has no such column."))
    values = queries.history_of(app_session(), row.id, field)
    return render_template("divisions/gazetteer/history.html", row=row, field=one, values=values, **_words(wanted))


def row_of(public_id: uuid.UUID, wanted: Asked, permission: Permission) -> GazetteerRow:
    """The row of a unit within the actor's scope; raises `NotFound`."""
    unit = unit_by_public_id(app_session(), public_id, wanted.at)
    found = queries.gazetteer_row(app_session(), actor(), permission, [unit.id], wanted.at, wanted.year)
    if not found:
        raise NotFound(text("There is no such division on this date."))
    return found[0]


def _save_row(form: RowForm, row: GazetteerRow, wanted: Asked) -> Response | None:
    """The way on after a save; None when the form comes back with what is wrong."""
    edits = row_edits(row, request.form)
    command = SaveCells(wanted.year, wanted.at, form.source.data or "", edits, form.as_of.data)
    with form.catching():
        try:
            changes, _ = service.save_cells(app_session(), actor(), command, today())
        except StaleCells:
            raise
        except FormInvalid as error:
            form.say_cells(by_control(error.messages))
            return None
        flash(translate(what_changed(changes)), "success")
        return done(url_for(".gazetteer", **wanted.kept))
    return None


def _words(wanted: Asked) -> dict[str, object]:
    towns = unit_choices(app_session(), actor(), READ_GAZETTEER, wanted.at, TOWN)
    return {
        "at": wanted.at,
        "year": wanted.year,
        "kept": wanted.kept,
        "fields": fields(),
        "years": [(str(year), str(year)) for year in range(today().year, FIRST_YEAR - 1, -1)],
        "towns": [(str(town.public_id), town.name) for town in towns],
        "proposed_pinyin": proposed_pinyin,
    }
