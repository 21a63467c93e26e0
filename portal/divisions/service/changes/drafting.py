"""Beginning a change file and filling it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.divisions.catalogue import change_kinds
from portal.divisions.models import Change, ChangeState
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries import home_unit_id
from portal.divisions.queries.scope import reaches
from portal.divisions.rules.changes.content import Content, write_content
from portal.divisions.rules.changes.lifecycle import EDITABLE, State, is_thinkable
from portal.divisions.service.changes.commands import DraftChange, EditChange
from portal.divisions.service.changes.keeping import DAYS, TEXTS, keep_step, open_file
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text

LONGEST = {
    "title": 200,
    "note": 2000,
    "authority_reason": 500,
    "document_number": 100,
    "document_authority": 200,
}
FILLED_IN = frozenset({*TEXTS, "applied_on", "approved_on", "announced_on", "effective_on"})
"""What may be entered by hand; the other days are set by their steps."""


def draft_change(session: Session, actor: Actor, command: DraftChange, today: dt.date) -> Change:
    """A new draft. Raises `FormInvalid` by field, and `RuleBroken` where no district of the actor's could keep it."""
    policy.require(actor, CHANGE_UNITS)
    if command.kind not in change_kinds():
        raise FormInvalid({"kind": [text("Choose a kind of change.")]})
    _check_texts({"title": command.title, "note": command.note})
    file = Change(
        recorded_by=actor.name,
        unit_id=_keeper(session, actor, command, today),
        kind=command.kind,
        title=command.title.strip(),
        state=ChangeState.DRAFT,
        content=write_content(Content()),
        note=command.note,
    )
    session.add(file)
    keep_step(session, actor, file, "drafted", on=today)
    return file


def edit_change(session: Session, actor: Actor, command: EditChange) -> Change:
    """Saves head and content of a file that is not effective yet; after that only its note.

    Raises `FormInvalid` by field, `RuleBroken`, and `Stale` with who saved what meanwhile.
    """
    policy.require(actor, CHANGE_UNITS)
    content = write_content(command.content) if command.content is not None else None
    yours = {**command.facts, **({"content": content} if content is not None else {})}
    file = open_file(session, actor, command.public_id, command.row_version, yours)
    fill_in(file, command.facts)
    if content is not None and content != file.content:
        _check_editable(file)
        file.content = content
    if session.is_modified(file):
        keep_step(session, actor, file, "edited")
    return file


def fill_in(file: Change, facts: Mapping[str, object]) -> None:
    """Sets facts of the head. Raises `FormInvalid` by field, `RuleBroken` for what cannot change any more."""
    unknown = facts.keys() - FILLED_IN
    if unknown:
        raise ValueError(f"not to be filled in: {sorted(unknown)}")
    _check_texts({name: str(facts[name] or "") for name in facts if name in LONGEST})
    _check_years(facts)
    changed = {name: value for name, value in facts.items() if getattr(file, name) != value}
    if changed.keys() - {"note"}:
        _check_editable(file)
    for name, value in changed.items():
        setattr(file, name, value)
    _check_order(file)


def _check_editable(file: Change) -> None:
    if State(file.state) not in EDITABLE:
        raise RuleBroken(
            text("This file is closed to changes; a mistake in the register is put right by a correction.")
        )


def _check_texts(texts: Mapping[str, str]) -> None:
    found: dict[str, list[Text]] = {
        name: [text("Too long; at most %(most)s characters.", most=LONGEST[name])]
        for name, value in texts.items()
        if len(value) > LONGEST[name]
    }
    if "title" in texts and not texts["title"].strip():
        found["title"] = [text("Enter a title.")]
    if found:
        raise FormInvalid(found)


def _check_years(facts: Mapping[str, object]) -> None:
    days = {name: day for name, day in facts.items() if isinstance(day, dt.date) and not is_thinkable(day)}
    if days:
        wrong = {
            name: [text("Nobody means the year %(year)s; check the day.", year=day.year)] for name, day in days.items()
        }
        raise FormInvalid(wrong)


def _check_order(file: Change) -> None:
    days = {name: getattr(file, name) for name in DAYS}
    approved, effective, applied = days["approved_on"], days["effective_on"], days["applied_on"]
    if approved and effective and effective < approved:
        late = text("A change cannot take effect before its approval on %(day)s.", day=approved)
        raise FormInvalid({"effective_on": [late]})
    if applied and approved and approved < applied:
        raise FormInvalid({"approved_on": [text("This day is before the application of %(day)s.", day=applied)]})
    if approved and days["announced_on"] and days["announced_on"] < approved:
        raise FormInvalid({"announced_on": [text("A change cannot be announced before its approval.")]})


def _keeper(session: Session, actor: Actor, command: DraftChange, today: dt.date) -> int:
    keeper = command.unit_id if command.unit_id is not None else home_unit_id(session)
    if keeper is None:
        raise RuleBroken(text("This portal has no home district yet."))
    if not reaches(session, actor, CHANGE_UNITS, keeper, today):
        raise RuleBroken(text("Your role does not reach the district that would keep this file."))
    return keeper
