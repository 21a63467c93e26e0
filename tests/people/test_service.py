"""Accounts, roles and sessions as the services keep them, on the real database."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken, Stale, TooManyTries
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.people import service
from portal.people.models import Account, AccountSession, Grant, SignInTry
from portal.people.rules import ROLES, passwords
from portal.people.rules.signing_in import LONGEST_SESSION, token_hash
from tests.factories.people import (
    DAY,
    DESK,
    LASTING,
    NOW,
    PASSWORD,
    TODAY,
    as_actor,
    fail_often,
    make_land,
    make_person,
    make_session,
    somebody,
)

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def land(session):
    return make_land(session)


@pytest.fixture
def chief(session, land):
    """The administrator of the whole district."""
    return as_actor(session, make_person(session, land.district, "administrator", "chief"))


@pytest.fixture
def northern(session, land):
    """The administrator of the north town."""
    return as_actor(session, make_person(session, land.north, "administrator", "northern"))


def sign_in(session, login, password=PASSWORD, address=DESK, now=NOW):
    return service.sign_in(session, service.SignIn(login, password, address, "Firefox"), now, LASTING)


def fail(session, login, times=1, address=DESK, now=NOW):
    for _ in range(times):
        with pytest.raises(FormInvalid):
            sign_in(session, login, "wrong", address, now)


def audited(session) -> list[tuple[str, str, str]]:
    return [(row.actor_name, row.verb, row.subject) for row in session.scalars(select(AuditEntry).order_by("id"))]


def new_account(land, **given) -> service.AddAccount:
    fields = {"login": "zhang.wei", "name": "张伟", "role": "officer", "unit_id": land.north.id, "password": PASSWORD}
    return service.AddAccount(**(fields | given))


# --- accounts ---------------------------------------------------------------------------------------------------


def test_an_account_begins_with_a_role_and_a_password_to_replace(session, land, chief):
    account = service.add_account(session, chief, new_account(land, login=" Zhang.Wei ", name=" 张  伟 "), NOW)
    assert (account.login, account.name, account.must_change_password) == ("zhang.wei", "张 伟", True)
    assert passwords.fits(account.password_hash, PASSWORD)
    grant = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    assert (grant.role, grant.unit_id, grant.valid_from, grant.valid_to) == ("officer", land.north.id, TODAY, None)
    assert audited(session)[-2:] == [("李娜", "added", "people.account"), ("李娜", "granted", "people.grant")]


def test_the_trail_never_holds_a_password(session, land, chief):
    account = service.add_account(session, chief, new_account(land), NOW)
    service.reset_password(session, chief, service.ResetPassword(account.public_id, "k7mh-2xqd-tr9e-w4pa"), NOW)
    trail = str([(row.before, row.after) for row in session.scalars(select(AuditEntry))])
    assert "k7mh" not in trail
    assert PASSWORD not in trail
    assert "argon2" not in trail
    assert "•••" in trail


def test_commands_do_not_show_passwords(land):
    assert PASSWORD not in repr(new_account(land))
    assert PASSWORD not in repr(service.SignIn("li", PASSWORD))


@pytest.mark.parametrize("login", ["", "x", "张伟", "<img src=x onerror=1>", "a" * 41, "a\0b"])
def test_improper_logins(session, land, chief, login):
    with pytest.raises(FormInvalid) as refusal:
        service.add_account(session, chief, new_account(land, login=login), NOW)
    assert set(refusal.value.messages) == {"login"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\0b", "x" * 10_000_000])
def test_improper_names(session, land, chief, name):
    with pytest.raises(FormInvalid) as refusal:
        service.add_account(session, chief, new_account(land, name=name), NOW)
    assert set(refusal.value.messages) == {"name"}


def test_a_login_is_taken_once(session, land, chief):
    service.add_account(session, chief, new_account(land), NOW)
    with pytest.raises(FormInvalid, match="already an account"):
        service.add_account(session, chief, new_account(land, login="ZHANG.WEI"), NOW)


@pytest.mark.parametrize("role", ["officer", "auditor", "duty_manager", "publisher"])
def test_only_an_administrator_manages_accounts(session, land, role):
    other = as_actor(session, make_person(session, land.district, role))
    target = make_person(session, land.north)
    with pytest.raises(Forbidden):
        service.add_account(session, other, new_account(land), NOW)
    with pytest.raises(Forbidden):
        service.reset_password(session, other, service.ResetPassword(target.public_id, PASSWORD), NOW)
    with pytest.raises(Forbidden):
        service.grant_role(session, other, service.GrantRole(target.public_id, "publisher", land.north.id), NOW)


def test_a_disabled_account_is_out_at_once_and_may_come_back(session, land, chief):
    account = make_person(session, land.north, login="li.na")
    token = make_session(session, account)
    command = service.SwitchAccount(account.public_id, account.row_version)
    service.disable_account(session, chief, command, NOW)
    assert somebody(session, token) is None
    fail(session, "li.na")
    with pytest.raises(FormInvalid):
        sign_in(session, "li.na")
    service.enable_account(session, chief, service.SwitchAccount(account.public_id, account.row_version))
    assert somebody(session, token) is None, "its old sessions stay ended"
    assert sign_in(session, "li.na").account.id == account.id


def test_a_stale_page_is_refused(session, land, chief):
    account = make_person(session, land.north)
    opened = account.row_version
    service.reset_password(session, chief, service.ResetPassword(account.public_id, PASSWORD, opened), NOW)
    with pytest.raises(Stale):
        service.disable_account(session, chief, service.SwitchAccount(account.public_id, opened), NOW)


def test_nobody_shuts_themselves_out(session, chief):
    own = session.get_one(Account, chief.account_id)
    with pytest.raises(RuleBroken, match="own account"):
        service.disable_account(session, chief, service.SwitchAccount(own.public_id, own.row_version), NOW)
    with pytest.raises(RuleBroken, match="own account"):
        service.reset_password(session, chief, service.ResetPassword(own.public_id, PASSWORD), NOW)
    grant = session.scalars(select(Grant).where(Grant.account_id == own.id)).one()
    with pytest.raises(RuleBroken, match="own account"):
        service.end_grant(session, chief, grant.public_id, TODAY)


# --- roles ------------------------------------------------------------------------------------------------------


def test_a_role_opens_its_permissions_on_its_division(session, land, northern):
    assert northern.scopes == {"people:account:manage": frozenset({land.north.id})}
    assert northern.roles == {"administrator"}


def test_an_ended_role_opens_nothing(session, land, chief):
    account = make_person(session, land.north, "auditor")
    token = make_session(session, account)
    assert somebody(session, token).may("people:audit:read")
    grant = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    service.end_grant(session, chief, grant.public_id, TODAY)
    assert not somebody(session, token).may("people:audit:read")


def test_a_role_holds_from_its_first_day_to_its_last(session, land, chief):
    account = make_person(session, land.north)
    until = TODAY + 10 * DAY
    command = service.GrantRole(account.public_id, "publisher", land.north.id, TODAY + 5 * DAY, until)
    service.grant_role(session, chief, command, NOW)
    days = [n for n in range(15) if "publisher" in as_actor(session, account, NOW + n * DAY).roles]
    assert days == [5, 6, 7, 8, 9]


def test_today_is_today_in_shanghai(session, land, chief):
    account = make_person(session, land.north)
    token = make_session(session, account, lasting=30 * DAY)
    command = service.GrantRole(account.public_id, "publisher", land.north.id, TODAY + DAY)
    service.grant_role(session, chief, command, NOW)
    midnight = NOW.replace(hour=0, minute=0) + DAY
    assert "publisher" not in somebody(session, token, midnight - MINUTE).roles
    assert "publisher" in somebody(session, token, midnight).roles


def test_the_service_keeps_rights_apart(session, land, chief):
    account = make_person(session, land.north, "officer")
    with pytest.raises(RuleBroken, match="kept apart"):
        service.grant_role(session, chief, service.GrantRole(account.public_id, "auditor", land.south.id), NOW)


@pytest.mark.parametrize("second", ["administrator", "auditor"])
def test_the_database_keeps_rights_apart_too(session, land, second):
    account = make_person(session, land.north, "officer")
    row = Grant(account_id=account.id, role=second, unit_id=land.south.id, granted_by="x", valid_from=TODAY + DAY)
    session.add(row)
    with pytest.raises(IntegrityError, match="excl_grants_rights_apart"):
        session.flush()


def test_the_database_numbers_the_branches_as_the_rules_do(session, land):
    for role in ROLES:
        make_person(session, land.north, role.key)
    found = dict(session.execute(select(Grant.role, Grant.branch)).all())
    assert found == {role.key: role.branch for role in ROLES}


def test_the_app_cannot_hand_a_role_to_another_account(session, land):
    account, other = make_person(session, land.north), make_person(session, land.south)
    for change in (f"account_id = {other.id}", "role = 'administrator'", f"unit_id = {land.district.id}"):
        with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
            session.execute(text(f"UPDATE people.grants SET {change} WHERE account_id = {account.id}"))


@pytest.mark.parametrize("table", ["accounts", "sessions", "grants", "sign_in_tries"])
def test_the_app_deletes_nobody(session, table):
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(f"DELETE FROM people.{table}"))


def test_a_role_cannot_begin_in_the_past_or_end_before_it_begins(session, land, chief):
    account = make_person(session, land.north)
    past = service.GrantRole(account.public_id, "publisher", land.north.id, TODAY - DAY)
    with pytest.raises(FormInvalid) as refusal:
        service.grant_role(session, chief, past, NOW)
    assert set(refusal.value.messages) == {"since"}
    backwards = service.GrantRole(account.public_id, "publisher", land.north.id, TODAY + DAY, TODAY + DAY)
    with pytest.raises(FormInvalid) as refusal:
        service.grant_role(session, chief, backwards, NOW)
    assert set(refusal.value.messages) == {"until"}


def test_a_role_to_come_can_be_taken_back_before_its_day(session, land, chief):
    account = make_person(session, land.north, "officer")
    command = service.GrantRole(account.public_id, "publisher", land.north.id, TODAY + 5 * DAY)
    grant = service.grant_role(session, chief, command, NOW)
    service.end_grant(session, chief, grant.public_id, TODAY)
    assert grant.valid_to == grant.valid_from
    assert service.grant_role(session, chief, command, NOW), "and given again"


def test_ending_twice_changes_nothing(session, land, chief):
    account = make_person(session, land.north, "officer")
    grant = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    service.end_grant(session, chief, grant.public_id, TODAY)
    before = len(audited(session))
    service.end_grant(session, chief, grant.public_id, TODAY + DAY)
    assert grant.valid_to == TODAY
    assert len(audited(session)) == before


def test_outside_ones_divisions_nobody_is_there(session, land, northern):
    southern = make_person(session, land.south)
    boss = make_person(session, land.district, "duty_manager")
    for target in (southern, boss):
        grant = session.scalars(select(Grant).where(Grant.account_id == target.id)).one()
        with pytest.raises(NotFound):
            service.reset_password(session, northern, service.ResetPassword(target.public_id, PASSWORD), NOW)
        with pytest.raises(NotFound):
            service.disable_account(session, northern, service.SwitchAccount(target.public_id, 1), NOW)
        with pytest.raises(NotFound):
            service.grant_role(session, northern, service.GrantRole(target.public_id, "officer", land.north.id), NOW)
        with pytest.raises(NotFound):
            service.end_grant(session, northern, grant.public_id, TODAY)


def test_nobody_gives_more_than_they_oversee(session, land, northern):
    with pytest.raises(NotFound):
        service.add_account(session, northern, new_account(land, unit_id=land.district.id), NOW)
    with pytest.raises(NotFound):
        service.add_account(session, northern, new_account(land, login="zhang.wei2", unit_id=land.south.id), NOW)
    assert service.add_account(session, northern, new_account(land, login="zhang.wei3"), NOW)


def test_who_also_works_elsewhere_is_not_taken_over(session, land, northern):
    both = make_person(session, land.north)
    service.grant_role(session, SYSTEM, service.GrantRole(both.public_id, "officer", land.south.id), NOW)
    with pytest.raises(NotFound):
        service.reset_password(session, northern, service.ResetPassword(both.public_id, PASSWORD), NOW)


# --- sessions ---------------------------------------------------------------------------------------------------


def test_signing_in_gives_a_token_of_its_own_each_time(session, land):
    make_person(session, land.north, login="li.na")
    first, second = sign_in(session, "li.na"), sign_in(session, " LI.NA ")
    assert first.token != second.token
    assert first.opened.token_hash == token_hash(first.token)
    kept = session.execute(text("SELECT row_to_json(s)::text FROM people.sessions s")).scalars().all()
    assert not any(first.token in row for row in kept)
    assert audited(session)[-1] == ("李娜", "signed_in", "people.session")


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "🙂", "x" * 100_000])
def test_tokens_nobody_has(session, land, token):
    assert somebody(session, token) is None


def test_a_revoked_session_is_signed_out_at_once(session, land):
    account = make_person(session, land.north)
    phone, desk = make_session(session, account), make_session(session, account)
    lost = session.scalars(select(AccountSession).where(AccountSession.token_hash == token_hash(phone))).one()
    service.revoke_session(session, somebody(session, desk), lost.public_id, NOW)
    assert somebody(session, phone) is None
    assert somebody(session, desk) is not None


def test_nobody_revokes_the_session_of_another(session, land):
    mine, other = make_person(session, land.north), make_person(session, land.north)
    token = make_session(session, other)
    row = session.scalars(select(AccountSession).where(AccountSession.token_hash == token_hash(token))).one()
    with pytest.raises(NotFound):
        service.revoke_session(session, as_actor(session, mine), row.public_id, NOW)
    assert somebody(session, token) is not None


def test_signing_out_ends_this_session_only(session, land):
    account = make_person(session, land.north)
    phone, desk = make_session(session, account), make_session(session, account)
    service.sign_out(session, somebody(session, phone), NOW)
    assert somebody(session, phone) is None
    assert somebody(session, desk) is not None


def test_use_prolongs_a_session_and_rest_ends_it(session, land):
    token = make_session(session, make_person(session, land.north))
    assert somebody(session, token, NOW + 11 * HOUR) is not None
    session.expire_all()
    assert somebody(session, token, NOW + 22 * HOUR) is not None
    session.expire_all()
    assert somebody(session, token, NOW + 35 * HOUR) is None


def test_no_session_lasts_for_ever(session, land):
    token = make_session(session, make_person(session, land.north))
    at = NOW
    while at < NOW + LONGEST_SESSION - 6 * HOUR:
        at += 6 * HOUR
        assert somebody(session, token, at) is not None
        session.expire_all()
    assert somebody(session, token, NOW + LONGEST_SESSION + MINUTE) is None


def test_a_busy_page_does_not_write_at_each_request(session, land):
    token = make_session(session, make_person(session, land.north))
    somebody(session, token, NOW + MINUTE)
    session.expire_all()
    row = session.scalars(select(AccountSession).where(AccountSession.token_hash == token_hash(token))).one()
    assert row.last_seen_at == NOW


# --- failed tries -----------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_login_read_the_same(session, land):
    make_person(session, land.north, login="li.na")
    said = []
    for login in ("li.na", "nobody.here"):
        with pytest.raises(FormInvalid) as refusal:
            sign_in(session, login, "wrong")
        said.append(refusal.value.messages)
    assert said[0] == said[1]
    assert set(said[0]) == {""}


def test_an_unknown_login_takes_as_long_as_a_known_one(session, land):
    make_person(session, land.north, login="li.na")

    def spent(login: str) -> float:
        took = []
        for n in range(4):
            start = time.process_time()
            fail(session, login, address=f"10.0.{n}.1" if login == "li.na" else f"10.1.{n}.1")
            took.append(time.process_time() - start)
        return min(took)

    known, unknown = spent("li.na"), spent("nobody.here")
    assert unknown > known / 2


def test_after_five_failures_one_has_to_wait(session, land):
    make_person(session, land.north, login="li.na")
    fail(session, "li.na", 5)
    with pytest.raises(TooManyTries) as refusal:
        sign_in(session, "li.na")
    assert refusal.value.seconds == 2
    assert "2 seconds" in str(refusal.value)
    assert sign_in(session, "li.na", now=NOW + 3 * dt.timedelta(seconds=1))


def test_an_unknown_login_has_to_wait_just_the_same(session, land):
    fail(session, "nobody.here", 5)
    with pytest.raises(TooManyTries):
        sign_in(session, "nobody.here")


def test_tries_while_waiting_do_not_lengthen_the_wait(session, land):
    make_person(session, land.north, login="li.na")
    fail(session, "li.na", 5)
    for _ in range(50):
        with pytest.raises(TooManyTries) as refusal:
            sign_in(session, "li.na", "wrong")
    assert refusal.value.seconds == 2
    assert len(session.scalars(select(SignInTry)).all()) == 5


def test_a_stranger_does_not_keep_anybody_from_their_own_desk(session, land):
    make_person(session, land.north, login="li.na")
    sign_in(session, "li.na", address=DESK, now=NOW - DAY)
    for n in range(20):
        fail_often(session, 5, "li.na", f"203.0.113.{n}")
    assert sign_in(session, "li.na", address=DESK)


def test_elsewhere_the_wait_has_a_cap(session, land):
    make_person(session, land.north, login="li.na")
    fail_often(session, 1000, "li.na", "203.0.113.9")
    with pytest.raises(TooManyTries) as refusal:
        sign_in(session, "li.na", address="198.51.100.1")
    assert (refusal.value.seconds, "5 minutes" in str(refusal.value)) == (300, True)
    assert sign_in(session, "li.na", address="198.51.100.1", now=NOW + 5 * MINUTE)


def test_one_address_cannot_try_many_logins(session, land):
    make_person(session, land.north, login="li.na")
    for n in range(20):
        fail_often(session, 1, f"guess{n}", "203.0.113.9")
    with pytest.raises(TooManyTries):
        sign_in(session, "li.na", address="203.0.113.9")
    assert sign_in(session, "li.na", address=DESK)


def test_a_success_clears_the_own_failures(session, land):
    make_person(session, land.north, login="li.na")
    fail(session, "li.na", 4)
    sign_in(session, "li.na", now=NOW + MINUTE)
    fail(session, "li.na", 4, now=NOW + 2 * MINUTE)
    assert sign_in(session, "li.na", now=NOW + 2 * MINUTE)


def test_old_failures_are_forgotten(session, land):
    make_person(session, land.north, login="li.na")
    fail(session, "li.na", 5)
    assert sign_in(session, "li.na", now=NOW + 61 * MINUTE)


def test_a_password_typed_as_the_login_is_not_kept(session):
    fail(session, "S3cret! Password")
    assert session.scalars(select(SignInTry.login)).one() == "?"


def test_the_try_is_only_ever_added(session, land):
    fail(session, "li.na")
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE people.sign_in_tries SET succeeded = true"))


# --- passwords --------------------------------------------------------------------------------------------------


def change(session, actor: Actor, current=PASSWORD, new="eight dry umbrellas", now=NOW):
    return service.change_password(session, actor, service.ChangePassword(current, new, DESK), now)


def test_changing_ones_password_ends_the_other_sessions(session, land, chief):
    account = make_person(session, land.north, login="li.na")
    phone, desk = make_session(session, account), make_session(session, account)
    change(session, somebody(session, desk))
    assert somebody(session, phone) is None
    assert somebody(session, desk) is not None
    assert sign_in(session, "li.na", "eight dry umbrellas")


def test_the_current_password_is_asked_for_and_guesses_are_slowed_down(session, land):
    actor = as_actor(session, make_person(session, land.north))
    for _ in range(5):
        with pytest.raises(FormInvalid) as refusal:
            change(session, actor, current="wrong")
    assert set(refusal.value.messages) == {"current"}
    with pytest.raises(TooManyTries):
        change(session, actor)


@pytest.mark.parametrize("new", ["short", PASSWORD, "aaaaaaaaaaaaaaaa"])
def test_a_weak_or_the_same_password_is_refused_at_the_field(session, land, new):
    actor = as_actor(session, make_person(session, land.north))
    with pytest.raises(FormInvalid) as refusal:
        change(session, actor, new=new)
    assert set(refusal.value.messages) == {"new"}


def test_a_reset_signs_out_and_has_to_be_replaced(session, land, chief):
    account = make_person(session, land.north, login="li.na")
    token = make_session(session, account)
    service.reset_password(session, chief, service.ResetPassword(account.public_id, "k7mh-2xqd-tr9e-w4pa"), NOW)
    assert somebody(session, token) is None
    fail(session, "li.na")
    again = sign_in(session, "li.na", "k7mh-2xqd-tr9e-w4pa")
    assert somebody(session, again.token).must_change_password
    change(session, somebody(session, again.token), "k7mh-2xqd-tr9e-w4pa")
    assert not somebody(session, again.token).must_change_password


def test_an_old_hash_is_renewed_at_the_next_sign_in(session, land):
    account = make_person(session, land.north, login="li.na")
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    session.flush()
    sign_in(session, "li.na")
    session.flush()
    assert not passwords.outdated(account.password_hash)
    assert sign_in(session, "li.na")
