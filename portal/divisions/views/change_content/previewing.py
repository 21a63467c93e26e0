"""What a change file comes to before anything is written: maps, tables, lines, findings, what refers to its units."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from portal.divisions.permissions import CHANGE_UNITS, READ_CHANGES
from portal.divisions.queries.changes import change
from portal.divisions.rules.changes.lifecycle import EDITABLE, State
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.situation import UnitState
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.change_content.editor import Editor
from portal.divisions.views.change_content.maps import preview_map
from portal.kernel.access.permission import needs
from portal.kernel.web.panels import answers
from portal.kernel.web.state import actor, app_session, today

PANEL = "divisions:change"


@dataclass(frozen=True)
class Row:
    """One unit before and after; None where it is not there."""

    before: UnitState | None
    after: UnitState | None

    @property
    def key(self) -> str:
        """Which unit."""
        unit = self.after or self.before
        return unit.key if unit else ""


@blueprint.get("/changes/<uuid:public_id>/preview")
@needs(READ_CHANGES)
def change_preview(public_id: uuid.UUID) -> str:
    """The file as it would be written now; once it is effective, a word that it is."""
    file = change(app_session(), actor(), public_id)
    editor, open_to_changes = Editor(file, today()), State(file.state) in EDITABLE
    plan = editor.plan
    return render_template(
        "divisions/change_content/preview.html",
        file=file,
        editor=editor,
        plan=plan,
        open_to_changes=open_to_changes,
        may_edit=open_to_changes and actor().may(CHANGE_UNITS),
        rows=rows_of(plan),
        moves=[move for move in plan.moves if not move.derived],
        findings=by_level(plan),
        map=preview_map(file, plan),
        names=names_of(plan, editor),
        eve=file.effective_on - dt.timedelta(days=1) if file.effective_on else None,
        references=answers(PANEL, app_session(), actor(), ids_of(plan), editor.on),
    )


def rows_of(plan: Plan) -> list[Row]:
    """Every unit concerned, those that give or take ground first."""
    moved = [end for move in plan.moves for end in (move.source, move.target)]
    keys = dict.fromkeys([*moved, *plan.before, *plan.after])
    return [Row(plan.before.get(key), plan.after.get(key)) for key in keys if key in plan.before or key in plan.after]


def by_level(plan: Plan) -> Mapping[str, Sequence[object]]:
    """Findings by `error`, `note` and `unchecked`."""
    levels = ("error", "note", "unchecked")
    return {level: [one for one in plan.findings if one.level == level] for level in levels}


def names_of(plan: Plan, editor: Editor) -> dict[str, str]:
    """Names of all units and their parents, by key."""
    units = (*plan.before.values(), *plan.after.values())
    keys = dict.fromkeys([*(unit.key for unit in units), *(unit.parent for unit in units if unit.parent)])
    keys |= dict.fromkeys(end for move in plan.moves for end in (move.source, move.target))
    return {key: editor.name(key) for key in keys}


def ids_of(plan: Plan) -> list[int]:
    """Internal ids of the units that are there before."""
    return [unit.id for unit in plan.before.values() if unit.id is not None]
