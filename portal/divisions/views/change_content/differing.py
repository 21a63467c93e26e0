"""What two people say differently of the units of one change file, unit by unit, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from portal.divisions.rules.changes.content import UnitEntry, read_content
from portal.divisions.views.change_content.editor import Editor
from portal.errors import Difference

SHARE = 100


def told_differences(differences: Sequence[Difference], editor: Editor) -> list[Difference]:
    """The differences of a stale save; those of the content one by one, under the names of the units."""
    return [row for one in differences for row in _told(one, editor)]


def _told(one: Difference, editor: Editor) -> Iterator[Difference]:
    if one.field != "content" or not isinstance(one.theirs, Mapping) or not isinstance(one.yours, Mapping):
        yield one
        return
    theirs, yours = _lines(one.theirs, editor), _lines(one.yours, editor)
    for label in dict.fromkeys([*theirs, *yours]):
        if theirs.get(label) != yours.get(label):
            yield Difference(label, theirs.get(label, "—"), yours.get(label, "—"))


def _lines(kept: Mapping[str, Any], editor: Editor) -> dict[str, str]:
    """What a content says, by unit and by move."""
    content = read_content(kept)
    units = {_name(entry, editor): _unit(entry, editor) for entry in content.units}
    moves = {
        f"{editor.name(move.source)} → {editor.name(move.target)}": "; ".join(
            _move(move.whole, move.piece, move.people)
        )
        for move in content.moves
    }
    return units | moves


def _name(entry: UnitEntry, editor: Editor) -> str:
    return str(entry.said.get("name") or "") if entry.is_new and entry.said.get("name") else editor.name(entry.unit)


def _unit(entry: UnitEntry, editor: Editor) -> str:
    action = {"new": gettext("is set up"), "amend": gettext("changes"), "abolish": gettext("ends")}[entry.action.value]
    said = [str(value) for value in (*entry.said.values(), *entry.codes.values())]
    return "; ".join([action, *said, *([editor.name(entry.parent)] if entry.parent else [])])


def _move(whole: bool, piece: str | None, people: int | None) -> Iterator[str]:
    yield gettext("all of it") if whole else gettext("a drawn piece") if piece else gettext("a part that is not drawn")
    if people is not None:
        yield gettext("%(count)s people", count=people)
