"""A district of two towns, of which only the first has a shape, and people who keep its register of places."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import Actor
from portal.places.permissions import PERMISSIONS
from tests.factories.divisions import make_district, make_unit, square


@dataclass(frozen=True)
class District:
    """The home district, its towns 曹杨 (with a shape) and 长风 (without), a committee of 曹杨, and a neighbour."""

    home: Unit
    caoyang: Unit
    changfeng: Unit
    committee: Unit
    neighbour: Unit


@pytest.fixture
def district(session: Session) -> District:
    home = make_district(session)
    caoyang = make_unit(session, home, "曹杨新村街道", codes={"mca": "310107005"}, shape=square())
    changfeng = make_unit(session, home, "长风新村街道", codes={"mca": "310107014"})
    committee = make_unit(session, caoyang, "源园居委会", level=5)
    neighbour = make_unit(session, None, "静安区", level=3)
    return District(home, caoyang, changfeng, committee, neighbour)


@pytest.fixture
def manager(district: District) -> Actor:
    """A relief manager of the whole district."""
    return somebody(district.home)


def somebody(unit: Unit, role: str = "relief_manager") -> Actor:
    """Somebody with a role's permissions on a division's subtree."""
    scopes = {str(permission): frozenset({unit.id}) for permission in PERMISSIONS if role in permission.roles}
    return Actor(account_id=1, name="测试员", scopes=scopes, roles=frozenset({role}))
