"""A district with two streets, and people with roles on them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.disasters.models import Event
from portal.divisions.models import Unit
from portal.kernel.access.actor import Actor
from tests.factories import disasters as make
from tests.factories.divisions import make_district, make_unit, square


@dataclass(frozen=True)
class Ground:
    """Two streets of one district: `street` has a shape and all the people, `other` has neither."""

    district: Unit
    street: Unit
    other: Unit
    officer: Actor
    reviewer: Actor
    manager: Actor


def lay_ground(session: Session) -> Ground:
    """Makes the district and its people."""
    district = make_district(session)
    street = make_unit(session, district, "曹杨新村街道", shape=square())
    other = make_unit(session, district, "长寿路街道")
    return Ground(
        district,
        street,
        other,
        officer=make.actor(session, "officer", street, "李值班"),
        reviewer=make.actor(session, "town_reviewer", street, "王科长"),
        manager=make.actor(session, "duty_manager", district, "赵主任"),
    )


@pytest.fixture
def ground(session: Session) -> Ground:
    """The district of a test."""
    return lay_ground(session)


@pytest.fixture
def typhoon(session: Session, ground: Ground) -> Event:
    """An open event over the whole district."""
    return make.event(session, ground.manager, ground.district)
