"""The piece of ground that goes: drawn as an area, cut off by a line, or read from a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flask import Response, flash, request, url_for
from flask_babel import gettext
from shapely.geometry.base import BaseGeometry

from portal.divisions.forms.change_content import PieceForm
from portal.divisions.models import Change
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import change, content_of
from portal.divisions.rules.changes.arranging import with_move
from portal.divisions.rules.changes.content import MoveEntry
from portal.divisions.rules.changes.cutting import Part, cut, joined
from portal.divisions.rules.changes.drawing import written_shape
from portal.divisions.rules.changes.situation import UnitState
from portal.divisions.service import changes as service
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.change_content.editor import Editor
from portal.divisions.views.change_content.ground_of import ground_of
from portal.divisions.views.change_content.maps import piece_map
from portal.divisions.views.change_content.uploaded import area_of_file
from portal.errors import BadInput, FormInvalid, NotFound
from portal.kernel.access.permission import needs
from portal.kernel.formats.limits import LIMITS
from portal.kernel.geo.crs import parse_crs
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today
from portal.kernel.web.uploads import takes_files

T = TypeVar("T")

ENVELOPE = 2 * 1024 * 1024
"""Of the shape that may be typed beside a file."""


@dataclass(frozen=True)
class Found:
    """A piece with the system its numbers came in."""

    geometry: BaseGeometry
    crs: str


class PartWanted(Exception):
    """The line has cut the territory; somebody must say which part goes."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self.parts = parts


@blueprint.route("/changes/<uuid:public_id>/piece", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@takes_files(LIMITS.file_bytes + ENVELOPE)
@once
def change_piece(public_id: uuid.UUID) -> Response:
    """Asks for the piece of one move, keeps it, and goes back to the file."""
    file = change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    move, giver = _move_of(file), ground_of(file, request.args.get("giver", ""), today())
    form, parts = PieceForm(data={"row_version": file.row_version}), list[Part]()
    if form.validate_on_submit():
        try:
            with form.catching():
                _keep(file, form, move, piece_of(form, giver))
                flash(gettext("The piece is kept."), "success")
                return done(url_for(".change_content", public_id=public_id, _anchor="ground"))
        except PartWanted as wanted:
            parts = list(wanted.parts)
            form.say({"parts": [text("The line cuts it in %(count)s parts; choose which go.", count=len(parts))]})
        if form.differences:
            form.reopen(file.row_version)
    return _shown(file, form, move, giver, parts)


def piece_of(form: PieceForm, giver: UnitState) -> Found:
    """The area that the form gives; raises `FormInvalid` at its field, `PartWanted` when a line wants a choice."""
    if form.how.data == "file":
        return Found(*_at("file", lambda: area_of_file(request.files.get("file"), form.file_crs.data)))
    if not (form.geometry.data or "").strip():
        raise FormInvalid({"geometry": [text("Draw the piece on the map, or paste its shape.")]})
    crs = parse_crs(form.crs.data)
    shape = _at("geometry", lambda: written_shape(form.geometry.data or "", crs))
    if shape.geom_type.endswith("LineString"):
        shape = _cut_off(form, giver, shape)
    return Found(shape, crs.key)


def _cut_off(form: PieceForm, giver: UnitState, line: BaseGeometry) -> BaseGeometry:
    ground = giver.ground
    if ground is None:
        raise FormInvalid({"geometry": [text("%(name)s has no outline that a line could cut.", name=giver.name)]})
    parts = _at("geometry", lambda: cut(ground.geometry, line))
    chosen = {int(one[:9]) for one in form.parts.data or () if one.isdecimal()} & set(range(1, len(parts) + 1))
    if not chosen or len(chosen) == len(parts):
        raise PartWanted(parts)
    return joined([part for number, part in enumerate(parts, 1) if number in chosen])


def _at(field: str, read: Callable[[], T]) -> T:
    """What a reading gives; what it refuses becomes a message at its field."""
    try:
        return read()
    except FormInvalid:
        raise
    except BadInput as error:
        raise FormInvalid({field: [error.message]}) from error


def _keep(file: Change, form: PieceForm, move: MoveEntry, found: Found) -> None:
    said = (form.source.data or "").strip() or translate(text("Drawn by %(who)s", who=actor().name))
    shape = service.AddShape(file.public_id, found.geometry, form.quality.data, found.crs, said)
    kept = service.add_shape(app_session(), actor(), shape)
    content = with_move(content_of(file), replace(move, whole=False, piece=str(kept.public_id), area_share=None))
    command = service.EditChange(file.public_id, form.row_version.data or 0, content=content)
    service.edit_change(app_session(), actor(), command)


def _move_of(file: Change) -> MoveEntry:
    giver, taker = request.args.get("giver", ""), request.args.get("taker", "")
    found = next((one for one in content_of(file).moves if (one.source, one.target) == (giver, taker)), None)
    if found is None:
        raise NotFound(text("The change file has no such move of ground."))
    return found


def _shown(file: Change, form: PieceForm, move: MoveEntry, giver: UnitState, parts: Sequence[Part]) -> Response:
    line = form.geometry.data or "" if parts else ""
    return show_form(
        "divisions/change_content/piece.html",
        form,
        file=file,
        giver=giver,
        taker=Editor(file, today()).name(move.target),
        move=move,
        parts=parts,
        map=piece_map(file, giver, line),
        megabytes=LIMITS.file_bytes >> 20,
    )
