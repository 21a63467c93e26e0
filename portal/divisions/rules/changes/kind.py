"""What a file of a kind must hold and may hold, by `gis_data/catalogue/change_kinds.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from portal.divisions.catalogue import ChangeKind, change_kinds
from portal.divisions.rules.changes.content import Action, Content, UnitEntry
from portal.divisions.rules.changes.finding import Finding, error
from portal.kernel.i18n.text import Text, text

MUST_MOVE, STAYS = "moves", "stays"


def check_kind(key: str, content: Content) -> Iterator[Finding]:
    """Findings about what does not fit the kind of change."""
    kind = change_kinds().get(key)
    if kind is None:
        yield error(text("Choose a kind of change."))
        return
    present = {str(entry.action) for entry in content.units}
    for action in kind.needs:
        if action not in present:
            yield error(_missing(action))
    for entry in content.units:
        yield from _entry(entry, kind)
    if kind.ground == MUST_MOVE and not content.moves:
        yield error(text("Say which ground goes from which division to which."))
    if kind.ground == STAYS and content.moves:
        yield error(text("By a change of this kind no ground goes from one division to another."))


def _entry(entry: UnitEntry, kind: ChangeKind) -> Iterator[Finding]:
    if entry.action not in kind.allows:
        yield error(_not_allowed(entry.action), entry.unit)
    elif entry.action is Action.AMEND:
        beyond = [field for field in _amended(entry) if field not in kind.amends]
        if beyond:
            yield error(
                text("A change of this kind leaves other particulars of a division alone."),
                entry.unit,
                field=beyond[0],
            )


def _amended(entry: UnitEntry) -> Iterator[str]:
    yield from entry.said
    if entry.parent is not None:
        yield "parent"
    if entry.codes:
        yield "codes"
    if entry.shape is not None:
        yield "shape"


def _missing(action: str) -> Text:
    return {
        Action.NEW: text("A change of this kind sets up a division; say which."),
        Action.AMEND: text("A change of this kind changes a division that goes on; say which."),
        Action.ABOLISH: text("By a change of this kind a division ends; say which."),
    }[Action(action)]


def _not_allowed(action: Action) -> Text:
    return {
        Action.NEW: text("By a change of this kind no division is set up."),
        Action.AMEND: text("A change of this kind does not amend divisions that go on."),
        Action.ABOLISH: text("By a change of this kind no division ends."),
    }[action]
