"""Cells that the spreadsheet saves, or asks what a pasted block would change; the answers are JSON for its script."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, jsonify, make_response, request, url_for
from flask_babel import gettext

from portal.divisions.catalogue.gazetteer import entered_fields
from portal.divisions.forms.gazetteer import asked, block
from portal.divisions.permissions import EDIT_GAZETTEER
from portal.divisions.rules.gazetteer import StaleCells, cell_name
from portal.divisions.service.gazetteer import CellChange, SaveCells, plan_cells, save_cells
from portal.divisions.views.blueprint import blueprint
from portal.errors import FormInvalid
from portal.kernel.access.permission import needs
from portal.kernel.i18n.translate import pick, translate
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today


@blueprint.post("/gazetteer/cells")
@needs(EDIT_GAZETTEER)
@once
def gazetteer_cells() -> Response:
    """200 with what was saved, or with what would change for `dry=1`; 422 by cell, 409 with who saved meanwhile."""
    wanted = asked()
    command = block(request.form, wanted.year, wanted.at)
    try:
        told = _planned(command) if request.form.get("dry") else _saved(command)
    except StaleCells as error:
        return _answer({"message": translate(error.message), "conflicts": _conflicts(error)}, 409)
    except FormInvalid as error:
        wrong = {place: " ".join(translate(one) for one in said) for place, said in error.messages.items()}
        return _answer({"message": gettext("Some cells cannot be saved as they are."), "errors": wrong}, 422)
    return _answer(told, 200)


def _planned(command: SaveCells) -> dict[str, object]:
    return {"changes": _told(plan_cells(app_session(), actor(), command, today()))}


def _saved(command: SaveCells) -> dict[str, object]:
    changes, written = save_cells(app_session(), actor(), command, today())
    saved = {one.public_id: one for one in changes}
    cells = [
        {"cell": cell_name(one.public_id, one.field), "value": one.after or "", "seen": seen}
        for one, seen in zip(changes, written.added, strict=True)
    ]
    count = gettext("%(count)s cells saved.", count=len(cells)) if cells else gettext("Nothing was different.")
    return {"message": count, "cells": cells, "units": len(saved)}


def _told(changes: Sequence[CellChange]) -> list[dict[str, str]]:
    return [
        {
            "cell": cell_name(one.public_id, one.field),
            "unit": one.unit,
            "field": pick(dict(entered_fields()[one.field].labels)),
            "before": one.before or "",
            "after": one.after or "",
        }
        for one in changes
    ]


def _conflicts(error: StaleCells) -> list[dict[str, object]]:
    return [
        {
            "cell": one.place,
            "unit": one.unit,
            "field": pick(dict(one.field.labels)),
            "theirs": one.theirs,
            "yours": one.yours,
            "seen": one.seen,
            "who": one.who,
        }
        for one in error.conflicts
    ]


def _answer(told: dict[str, object], status: int) -> Response:
    response = make_response(jsonify(told), status)
    # A repeated form is sent to the table, which shows what was saved.
    response.headers["Content-Location"] = url_for(".gazetteer")
    response.headers["Cache-Control"] = "no-store"
    return response
