"""Drafts: what was typed is kept as it was typed, whatever is still wrong with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.models import Draft
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.clock import day_of
from portal.disasters.rules.lifecycle import Act, state_after
from portal.errors import Difference, NotFound, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class SaveDraft:
    """Raw text by form field. `public_id` is None for a new draft, else that of the draft or of the returned report."""

    unit_id: int
    typed: Mapping[str, str]
    public_id: uuid.UUID | None = None
    row_version: int | None = None


@dataclass(frozen=True)
class DiscardDraft:
    """A draft that nobody needs."""

    public_id: uuid.UUID
    row_version: int | None = None


class StaleDraft(Stale):
    """Somebody saved the draft meanwhile; `row_version` is what it is at now, for those who save theirs over it."""

    def __init__(self, draft: Draft, typed: Mapping[str, str]) -> None:
        said = text("%(who)s saved this draft meanwhile. Yours is not saved yet.", who=draft.saved_by)
        super().__init__(said, _differences(draft, typed))
        self.row_version = draft.row_version


def save_draft(session: Session, actor: Actor, command: SaveDraft, now: dt.datetime) -> Draft:
    """Raises `NotFound` beyond the actor's divisions, `StaleDraft`, and `RuleBroken` once the report is submitted."""
    policy.require(actor, REPORT_FILE)
    if not queries.unit_in_scope(session, actor, REPORT_FILE, command.unit_id, day_of(now)):
        raise NotFound(text("There is no such division."))
    draft = _draft_to_save(session, actor, command)
    draft.typed, draft.state = dict(command.typed), "open"
    if draft.report_id is None:
        draft.unit_id = command.unit_id
    draft.saved_at, draft.saved_on = now, day_of(now)
    draft.saved_by_id, draft.saved_by = actor.account_id, actor.name
    session.add(draft)
    session.flush()
    after = {"fields": sorted(name for name, value in command.typed.items() if value)}
    trail.record(session, actor, "saved", "disasters.draft", draft.public_id, after=after)
    session.flush()
    return draft


def discard_draft(session: Session, actor: Actor, command: DiscardDraft) -> Draft:
    """The draft leaves the lists. Raises `NotFound`, `StaleDraft`, `RuleBroken` for one that is not open."""
    policy.require(actor, REPORT_FILE)
    draft = queries.draft_to_change(session, actor, REPORT_FILE, command.public_id)
    if draft is None:
        raise NotFound(text("There is no such draft."))
    require_open_draft(draft)
    require_fresh(draft, command.row_version, {name: str(value) for name, value in draft.typed.items()})
    draft.state = "discarded"
    trail.record(session, actor, "discarded", "disasters.draft", draft.public_id)
    session.flush()
    return draft


def take_draft(
    session: Session, actor: Actor, public_id: uuid.UUID, row_version: int | None, typed: Mapping[str, str]
) -> Draft:
    """The draft that is being submitted, marked as filed. Raises `NotFound`, `RuleBroken`, `StaleDraft`."""
    draft = queries.draft_to_change(session, actor, REPORT_FILE, public_id)
    if draft is None:
        raise NotFound(text("There is no such draft."))
    require_open_draft(draft)
    require_fresh(draft, row_version, typed)
    draft.state = "filed"
    return draft


def require_open_draft(draft: Draft) -> None:
    """Raises `RuleBroken` for a draft that was submitted or discarded."""
    if draft.state == "filed":
        raise RuleBroken(text("This draft was submitted meanwhile; it is a report now."))
    if draft.state == "discarded":
        raise RuleBroken(text("This draft was discarded."))


def require_fresh(draft: Draft, row_version: int | None, typed: Mapping[str, str]) -> None:
    """Raises `StaleDraft` unless it is as it was opened."""
    if draft.row_version != row_version:
        raise StaleDraft(draft, typed)


def _draft_to_save(session: Session, actor: Actor, command: SaveDraft) -> Draft:
    if command.public_id is None:
        return Draft()
    report = queries.find_report(session, actor, REPORT_FILE, command.public_id)
    if report is not None:
        report = queries.report_to_change(session, actor, REPORT_FILE, command.public_id)
        state_after(queries.last_step(session, report.id), Act.SUBMITTED)
    draft = queries.draft_to_change(session, actor, REPORT_FILE, command.public_id)
    if draft is not None:
        if report is None:
            require_open_draft(draft)
        require_fresh(draft, command.row_version, command.typed)
        return draft
    if report is None:
        raise NotFound(text("There is no such draft."))
    return Draft(public_id=report.public_id, report_id=report.id, unit_id=report.unit_id)


def _differences(draft: Draft, typed: Mapping[str, str]) -> list[Difference]:
    names = dict.fromkeys([*typed, *draft.typed])
    pairs = [(name, str(draft.typed.get(name, "")), typed.get(name, "")) for name in names]
    return [Difference(name, theirs, yours) for name, theirs, yours in pairs if theirs != yours]
