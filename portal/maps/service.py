"""Every write of the maps room: publishing and withdrawing layers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.geo.models import Revision, RevisionState
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import text
from portal.maps import publication
from portal.maps.models import Publication
from portal.maps.permissions import PUBLISH
from portal.maps.rules import check_legal_fields


@dataclass(frozen=True)
class PublishLayer:
    """What a publisher says: 审图号 or that it is a sample, and a note for the trail."""

    approval_number: str | None
    sample: bool
    note: str | None = None


def publish(session: Session, actor: Actor, layer: Layer, command: PublishLayer, now: dt.datetime) -> Revision:
    """Publishes a layer as a new revision; visitors see it at their next load."""
    policy.require(actor, PUBLISH)
    check_legal_fields(command.approval_number, command.sample)
    rows = list(layer.rows(session))
    legal = publication.Legal(command.approval_number, command.sample, layer.source(session), is_schematic(rows))
    revision = publication.write(session, layer, rows, legal, now)
    _enter(session, actor, "published", revision, command.note)
    return revision


def publish_announced(session: Session, actor: Actor, layer: Layer, now: dt.datetime) -> Revision:
    """Publishes an automatic layer after its room announced something; nothing else decides about it."""
    rows = list(layer.rows(session))
    legal = publication.Legal(None, True, layer.source(session), is_schematic(rows))
    live = live_revision(session, layer.name)
    revision = publication.write(session, layer, rows, legal, now)
    if live is None or revision.token != live.token:
        _enter(session, actor, "published", revision, None)
    return revision


def withdraw(session: Session, actor: Actor, layer: Layer, note: str) -> Revision:
    """Takes the live revision of a layer off the public map; its tiles answer 410 from now on."""
    policy.require(actor, PUBLISH)
    live = live_revision(session, layer.name)
    if live is None:
        raise RuleBroken(text("There is no public edition to withdraw."))
    publication.set_state(session, live, RevisionState.WITHDRAWN)
    _enter(session, actor, "withdrawn", live, note)
    return live


def is_schematic(rows: list[LayerRow]) -> bool:
    """Whether any shape is only schematic, so that the map must say so."""
    return any(row.attributes.get("quality") == "schematic" for row in rows)


def _enter(session: Session, actor: Actor, act: str, revision: Revision, note: str | None) -> None:
    session.add(
        Publication(
            act=act,
            layer=revision.layer,
            token=revision.token,
            actor_id=actor.account_id,
            actor_name=actor.name,
            approval_number=revision.approval_number,
            sample=revision.sample,
            note=note,
        )
    )
    after = {"token": revision.token, "records": revision.record_count, "approval_number": revision.approval_number}
    record(session, actor, act, f"maps.{revision.layer}", revision.token, after=after)
    session.flush()
