"""How records of upper rooms follow a change of divisions: one way for every table of things that lie in a division.

Such a table has `unit_id`, `lay_on` (a day on which the thing lay in it), `closed_on` and `row_version`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, Update, func, or_, update
from sqlalchemy.orm import Session

from portal.divisions.queries.heirs import lies_anew
from portal.divisions.queries.many import any_of
from portal.divisions.rules.changes.heirs import Heirs
from portal.kernel.db.unnest import table_of

DAY = dt.timedelta(days=1)


class Lying(Protocol):
    """An open thing that lies in a division that gives ground; its shape in CGCS2000 where it has one."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def public_id(self) -> uuid.UUID:
        """Its key outside."""

    @property
    def unit_id(self) -> int:
        """Where it lies."""

    @property
    def shape(self) -> BaseGeometry | None:
        """Where exactly."""


def carry_to_heirs(
    session: Session, table: Any, there: Sequence[Lying], heirs: Heirs, first_day: dt.date
) -> list[tuple[Lying, int]]:
    """Carries open things of givers to their heirs, and gives those that went with their heir.

    What nothing decides stays on the division that ended, dated to its last day: so whoever kept it still sees it, and
    it stands among those to be assigned. Things of divisions that only lie elsewhere now are seen from there.
    """
    found = heirs.of([one.unit_id for one in there], [one.shape for one in there])
    carried = [(one, heir) for one, heir in zip(there, found, strict=True) if heir is not None]
    _carry(session, table, [(one.id, heir) for one, heir in carried], first_day)
    _stay(session, table, heirs, first_day)
    _look_from_the_new_parent(session, table, first_day)
    return carried


def _carry(session: Session, table: Any, to: list[tuple[int, int]], first_day: dt.date) -> None:
    rows = table_of({"id": (BigInteger(), [one for one, _ in to]), "heir": (BigInteger(), [heir for _, heir in to])})
    changed = {
        "unit_id": rows.c.heir,
        "lay_on": func.greatest(table.lay_on, first_day),
        "row_version": table.row_version + 1,
    }
    _write(session, update(table).where(table.id == rows.c.id).values(changed))


def _stay(session: Session, table: Any, heirs: Heirs, first_day: dt.date) -> None:
    """A change may be written after its day: nothing can have lain in a division that was no longer there."""
    late = update(table).where(table.unit_id == any_of(heirs.ended), table.lay_on >= first_day)
    _write(session, late.values(lay_on=first_day - DAY))


def _look_from_the_new_parent(session: Session, table: Any, first_day: dt.date) -> None:
    open_then = or_(table.closed_on.is_(None), table.closed_on > first_day)
    seen = update(table).where(table.lay_on < first_day, open_then, lies_anew(table.unit_id, first_day))
    _write(session, seen.values(lay_on=first_day))


def _write(session: Session, statement: Update) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
