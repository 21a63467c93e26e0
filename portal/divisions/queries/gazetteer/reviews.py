"""Yearly reviews: which there are, what each town has said, what waits for a decision."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import GazetteerProposal, GazetteerReview, GazetteerReviewRow, Unit
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries.choices import first_code
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import scoped
from portal.divisions.queries.units import unit_names
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text


@dataclass
class TownAnswer:
    """How far a town is: its rows, how many are answered, and the proposals that nobody has decided yet."""

    unit_id: int
    public_id: uuid.UUID
    name: str
    rows: list[GazetteerReviewRow] = field(default_factory=list)
    open_proposals: int = 0

    @property
    def waiting(self) -> int:
        """Rows that nobody has answered."""
        return sum(row.answer is None for row in self.rows)

    @property
    def corrected(self) -> int:
        """Rows for which something else was proposed."""
        return sum(row.answer == "corrected" for row in self.rows)

    @property
    def answered(self) -> bool:
        """Whether every row was answered."""
        return self.waiting == 0

    @property
    def last_answer(self) -> dt.datetime | None:
        """When it answered last."""
        return max((row.answered_at for row in self.rows if row.answered_at), default=None)


def reviews(session: Session, actor: Actor, permission: Permission = READ_GAZETTEER) -> Sequence[GazetteerReview]:
    """Reviews in which the actor has a row, the newest year first."""
    review = GazetteerReview
    seen = select(GazetteerReviewRow.id).where(
        GazetteerReviewRow.review_id == review.id, scoped(actor, permission, GazetteerReviewRow.unit_id, review.at)
    )
    return session.scalars(select(review).where(seen.exists()).order_by(review.year.desc(), review.id)).all()


def review(
    session: Session, actor: Actor, public_id: uuid.UUID, permission: Permission = READ_GAZETTEER, *, lock: bool = False
) -> GazetteerReview:
    """One review in which the actor has a row; raises `NotFound`."""
    found = next((one for one in reviews(session, actor, permission) if one.public_id == public_id), None)
    if found is None:
        raise NotFound(text("There is no such review of the gazetteer."))
    if lock:
        session.refresh(found, with_for_update=True)
    return found


def town_answers(
    session: Session, actor: Actor, found: GazetteerReview, permission: Permission = READ_GAZETTEER
) -> list[TownAnswer]:
    """Every town within the actor's scope with its rows, in the order of the register."""
    row = GazetteerReviewRow
    query = select(row).where(row.review_id == found.id, scoped(actor, permission, row.unit_id, found.at))
    rows = session.scalars(query.order_by(first_code(row.town_id, found.at), row.id)).all()
    names = unit_names(session, (one.town_id for one in rows), found.at)
    ids = dict(session.execute(select(Unit.id, Unit.public_id).where(Unit.id == any_of(names))).all())
    towns: dict[int, TownAnswer] = {}
    for one in rows:
        town = towns.setdefault(one.town_id, TownAnswer(one.town_id, ids[one.town_id], names[one.town_id]))
        town.rows.append(one)
    town_of = {one.id: towns[one.town_id] for one in rows}
    for proposal in proposals(session, [one.id for one in rows]):
        town_of[proposal.row_id].open_proposals += proposal.decision is None
    return list(towns.values())


def review_row(
    session: Session,
    actor: Actor,
    found: GazetteerReview,
    unit: uuid.UUID,
    permission: Permission,
    *,
    lock: bool = False,
) -> GazetteerReviewRow:
    """The row of a unit within the actor's scope; raises `NotFound`."""
    row = GazetteerReviewRow
    query = (
        select(row)
        .join(Unit, Unit.id == row.unit_id)
        .where(row.review_id == found.id, Unit.public_id == unit, scoped(actor, permission, row.unit_id, found.at))
    )
    one = session.scalar(query.with_for_update(of=row) if lock else query)
    if one is None:
        raise NotFound(text("There is no such row in this review."))
    return one


def proposals(session: Session, row_ids: Sequence[int]) -> Sequence[GazetteerProposal]:
    """What towns proposed for some rows, the oldest first; those that a later one replaced are left out."""
    one = GazetteerProposal
    query = select(one).where(one.row_id == any_of(row_ids), one.decision.is_distinct_from("replaced"))
    return session.scalars(query.order_by(one.id)).all()


def proposal(
    session: Session, found: GazetteerReview, public_id: uuid.UUID
) -> tuple[GazetteerProposal, GazetteerReviewRow]:
    """One proposal of a review with its row, locked; raises `NotFound`."""
    one, row = GazetteerProposal, GazetteerReviewRow
    query = (
        select(one, row).join(row, row.id == one.row_id).where(one.public_id == public_id, row.review_id == found.id)
    )
    pair = session.execute(query.with_for_update(of=row)).one_or_none()
    if pair is None:
        raise NotFound(text("There is no such proposal."))
    return pair[0], pair[1]
