"""A home district with towns and a committee, a neighbour, and people who keep its place names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import Actor
from portal.toponyms.permissions import PERMISSIONS
from tests.factories.divisions import make_district, make_unit, square


@dataclass(frozen=True)
class District:
    """The home district, its towns 曹杨 (with a shape) and 长征镇, a committee of 曹杨, and a neighbour."""

    home: Unit
    caoyang: Unit
    changzheng: Unit
    committee: Unit
    neighbour: Unit


@pytest.fixture
def district(session: Session) -> District:
    home = make_district(session)
    caoyang = make_unit(session, home, "曹杨新村街道", codes={"mca": "310107005"}, shape=square())
    changzheng = make_unit(session, home, "长征镇", kind="town", codes={"mca": "310107102"})
    committee = make_unit(session, caoyang, "源园居委会", level=5)
    neighbour = make_unit(session, None, "静安区", level=3)
    return District(home, caoyang, changzheng, committee, neighbour)


@pytest.fixture
def clerk(district: District) -> Actor:
    """A division clerk of the whole district."""
    return somebody(district.home)


def somebody(unit: Unit, role: str = "division_clerk") -> Actor:
    """Somebody with a role's permissions on a division's subtree."""
    scopes = {str(permission): frozenset({unit.id}) for permission in PERMISSIONS if role in permission.roles}
    return Actor(account_id=1, name="测试员", scopes=scopes, roles=frozenset({role}))
