"""Editing what a change file says: every button saves what stands in the form, then does its own thing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from portal.divisions import catalogue
from portal.divisions.forms.change_content import ContentForm, Read, read_form
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import change
from portal.divisions.rules.changes import arranging
from portal.divisions.rules.changes.content import Action, Content, MoveEntry
from portal.divisions.rules.changes.lifecycle import EDITABLE, State
from portal.divisions.service import changes as service
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.change_content.differing import told_differences
from portal.divisions.views.change_content.editor import Editor, UnitRow
from portal.kernel.access.permission import needs
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today

UNIT_FIELD, PLACED = re.compile(r"u\d+-unit"), re.compile(r"u\d+-")


@blueprint.route("/changes/<uuid:public_id>/content", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def change_content(public_id: uuid.UUID) -> Response:
    """The units and the ground of a file, to be filled in step by step."""
    file = change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    if State(file.state) not in EDITABLE:
        return make_response(redirect(url_for(".change_preview", public_id=public_id), 303))
    form, editor = ContentForm(data={"row_version": file.row_version}), Editor(file, today())
    if form.validate_on_submit():
        read = arranged(read_form(request.form, editor.content, editor.situation, editor.kind), editor)
        form.problems = read.errors
        if not read.errors:
            with form.catching():
                saved(public_id, form, read.content)
                return done(_next_address(public_id, read.content))
        if form.differences:
            form.reopen(file.row_version)
            editor = Editor(file, today())
    return shown(editor, form)


def saved(public_id: uuid.UUID, form: ContentForm, content: Content) -> None:
    """Writes the content; raises what the service refuses."""
    command = service.EditChange(public_id, form.row_version.data or 0, content=content)
    service.edit_change(app_session(), actor(), command)
    flash(gettext("Saved."), "success")


def shown(editor: Editor, form: ContentForm) -> Response:
    """The page; what was typed stands in it again where it could not be saved."""
    rows = editor.rows()
    page = render_template(
        "divisions/change_content/edit.html",
        form=form,
        editor=editor,
        file=editor.file,
        kind=editor.kind,
        rows=rows,
        moves=editor.moves(),
        problems=form.problems if request.method == "POST" else editor.problems(),
        typed=typed_in(request.form, rows),
        differences=told_differences(form.differences, editor),
        find=request.args.get("find", ""),
        systems_offered=catalogue.code_systems(),
    )
    return make_response(page, form.code)


def typed_in(given: Mapping[str, str], rows: Sequence[UnitRow]) -> dict[str, str]:
    """What was typed, under the places where the units stand now: somebody else may have changed their order."""
    places = {given[name]: name.removesuffix("unit") for name in given if UNIT_FIELD.fullmatch(name)}
    moved = {places[row.entry.unit]: row.at for row in rows if row.entry.unit in places}
    units = {
        at + name.removeprefix(old): given[name] for old, at in moved.items() for name in given if name.startswith(old)
    }
    return {name: value for name, value in given.items() if not PLACED.match(name)} | units


def arranged(read: Read, editor: Editor) -> Read:
    """What the pressed button does besides saving."""
    verb, _, subject = request.form.get("do", "save").partition(":")
    act = ACTS.get(verb)
    if act is not None:
        read.content = act(read, editor, subject, request.form)
    return read


def _new(read: Read, _editor: Editor, _subject: str, _given: Mapping[str, str]) -> Content:
    return arranging.with_new(read.content)


def _add(read: Read, editor: Editor, subject: str, given: Mapping[str, str]) -> Content:
    """A unit that changes or ends."""
    key = given.get("add-unit", "")
    if key not in {one.key for one in (*editor.own, *editor.others)}:
        read.errors["add-unit"] = [gettext("Choose a division from the list.")]
        return read.content
    return arranging.with_unit(read.content, key, Action.ABOLISH if subject == "abolish" else Action.AMEND)


def _remove(read: Read, _editor: Editor, subject: str, _given: Mapping[str, str]) -> Content:
    return arranging.without_unit(read.content, subject)


def _move(read: Read, editor: Editor, _subject: str, given: Mapping[str, str]) -> Content:
    source, target = given.get("move-from", ""), given.get("move-to", "")
    if source not in dict(editor.givers()):
        read.errors["move-from"] = [gettext("Choose who gives the ground.")]
    if target not in dict(editor.takers()) or target == source:
        read.errors["move-to"] = [gettext("Choose another division that takes the ground.")]
    if read.errors:
        return read.content
    entry = read.content.entry(source)
    ends = entry is not None and entry.action is Action.ABOLISH
    whole = ends and not any(move.source == source and move.whole for move in read.content.moves)
    return arranging.with_move(read.content, MoveEntry(source, target, whole=whole))


def _drop(read: Read, _editor: Editor, subject: str, _given: Mapping[str, str]) -> Content:
    return arranging.without_move(read.content, int(subject[:9])) if subject.isdecimal() else read.content


def _all(read: Read, editor: Editor, subject: str, given: Mapping[str, str]) -> Content:
    """All children of a giver to one parent."""
    parent = given.get(f"all-{subject}", "")
    if parent not in dict(editor.heirs(subject)):
        read.errors[f"all-{subject}"] = [gettext("Choose where they go.")]
        return read.content
    children = [child.key for child in editor.situation.children.get(subject, ())]
    return arranging.with_children(read.content, children, parent)


Act = Callable[[Read, Editor, str, Mapping[str, str]], Content]
ACTS: Mapping[str, Act] = {
    "new": _new,
    "add": _add,
    "remove": _remove,
    "move": _move,
    "drop": _drop,
    "all": _all,
}


def _next_address(public_id: uuid.UUID, content: Content) -> str:
    """The preview, the drawing of a move's piece, or the editor again, where something was added."""
    verb, _, subject = request.form.get("do", "save").partition(":")
    if verb == "preview":
        return url_for(".change_preview", public_id=public_id)
    if verb == "piece" and subject.isdecimal() and int(subject[:9]) < len(content.moves):
        move = content.moves[int(subject[:9])]
        return url_for(".change_piece", public_id=public_id, giver=move.source, taker=move.target)
    anchor = {"new": "units", "add": "units", "move": "ground", "drop": "ground", "all": "units"}.get(verb)
    return url_for(".change_content", public_id=public_id, _anchor=anchor)
