"""The demonstration's accounts: one for each role, and an officer in each reporting street. All names are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.app import declared_rooms
from portal.demo.divisions import unit_of
from portal.demo.files import DISTRICT
from portal.kernel.access.actor import SYSTEM, Actor
from portal.people.rules.passwords import new_password
from portal.people.service import AddAccount, add_account

CAOYANG, CHANGSHOU, SHIQUAN = "310107005", "310107015", "310107017"


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration: login, name, role and the code of the division it is held on."""

    login: str
    name: str
    role: str
    place: str = DISTRICT


@dataclass(frozen=True)
class SignIn:
    """What somebody types to sign in; the password is kept nowhere."""

    login: str
    password: str = field(repr=False)
    name: str
    role: str


PEOPLE = (
    Person("officer", "陈晓燕", "officer", SHIQUAN),
    Person("officer.caoyang", "王建国", "officer", CAOYANG),
    Person("officer.changshou", "张丽华", "officer", CHANGSHOU),
    Person("town_reviewer", "李文博", "town_reviewer", SHIQUAN),
    Person("duty_manager", "周志强", "duty_manager"),
    Person("risk_assessor", "吴静怡", "risk_assessor"),
    Person("publisher", "徐海峰", "publisher"),
    Person("surveyor", "孙立新", "surveyor"),
    Person("boundary_manager", "朱国平", "boundary_manager"),
    Person("storekeeper", "胡美玲", "storekeeper"),
    Person("relief_manager", "郭志明", "relief_manager"),
    Person("division_clerk", "何雨欣", "division_clerk"),
    Person("auditor", "高正清", "auditor"),
    Person("administrator", "林慧敏", "administrator"),
)


@dataclass(frozen=True)
class Staff:
    """The accounts that were made: their sign-ins, and each as an actor by login."""

    sign_ins: tuple[SignIn, ...]
    actors: Mapping[str, Actor]

    def officer_of(self, code: str) -> Actor:
        """The officer of a street."""
        return next(self.actors[one.login] for one in PEOPLE if one.role == "officer" and one.place == code)


def add_people(session: Session, now: dt.datetime) -> Staff:
    """Adds all accounts with fresh passwords, which need not be replaced: the demonstration is for looking around."""
    made = [_add(session, person, now) for person in PEOPLE]
    return Staff(tuple(sign_in for sign_in, _ in made), {sign_in.login: actor for sign_in, actor in made})


def _add(session: Session, person: Person, now: dt.datetime) -> tuple[SignIn, Actor]:
    unit = unit_of(session, person.place, now.date())
    password = new_password()
    command = AddAccount(person.login, person.name, person.role, unit.id, password, must_change_password=False)
    account = add_account(session, SYSTEM, command, now)
    actor = Actor(account.id, account.name, _scopes(person.role, unit.id), frozenset({person.role}))
    return SignIn(person.login, password, person.name, person.role), actor


def _scopes(role: str, unit_id: int) -> dict[str, frozenset[int]]:
    permissions = (permission for room in declared_rooms() for permission in room.permissions)
    return {permission.key: frozenset({unit_id}) for permission in permissions if role in permission.roles}
