"""Roles apart, passwords, waits, tokens and paths: all without a database."""

from __future__ import annotations

import datetime as dt

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import NotFound, RuleBroken
from portal.kernel.access.own_path import own_path
from portal.people.rules import ROLES, Branch, Held, check_rights_apart, passwords, role_named
from portal.people.rules.audit_words import subject_name, verb_name
from portal.people.rules.browsers import browser_name
from portal.people.rules.roles import check_not_held
from portal.people.rules.signing_in import (
    FOR_ADDRESS,
    FOR_LOGIN,
    NO_LOGIN,
    Failures,
    new_token,
    tidy_address,
    tidy_login,
    token_hash,
    wait_s,
)

JULY, AUGUST, SEPTEMBER = dt.date(2026, 7, 1), dt.date(2026, 8, 1), dt.date(2026, 9, 1)
NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


# --- roles ------------------------------------------------------------------------------------------------------


def test_the_twelve_roles_of_the_order():
    assert {role.key for role in ROLES} == {
        "officer",
        "town_reviewer",
        "duty_manager",
        "risk_assessor",
        "publisher",
        "surveyor",
        "boundary_manager",
        "storekeeper",
        "relief_manager",
        "division_clerk",
        "auditor",
        "administrator",
    }
    assert {role.key for role in ROLES if role.branch != Branch.WORK} == {"auditor", "administrator"}


def test_a_role_that_does_not_exist():
    with pytest.raises(NotFound):
        role_named("emperor")


@pytest.mark.parametrize(
    ("held", "new"), [("administrator", "auditor"), ("auditor", "officer"), ("officer", "administrator")]
)
def test_rights_are_apart(held, new):
    with pytest.raises(RuleBroken, match="kept apart"):
        check_rights_apart([Held(held, JULY)], Held(new, AUGUST))


def test_two_working_roles_go_together():
    check_rights_apart([Held("officer", JULY)], Held("publisher", JULY))


def test_one_after_the_other_is_allowed():
    check_rights_apart([Held("officer", JULY, AUGUST)], Held("administrator", AUGUST))
    check_rights_apart([Held("officer", SEPTEMBER)], Held("administrator", JULY, SEPTEMBER))


def test_a_role_held_for_no_day_excludes_nothing():
    check_rights_apart([Held("officer", AUGUST, AUGUST)], Held("administrator", JULY))


def test_the_same_role_twice_on_one_division():
    with pytest.raises(RuleBroken, match="already held"):
        check_not_held([Held("officer", JULY)], Held("officer", AUGUST))
    check_not_held([Held("officer", JULY, AUGUST)], Held("officer", AUGUST))


# --- passwords --------------------------------------------------------------------------------------------------


def test_argon2id_with_the_parameters_of_owasp():
    found = extract_parameters(passwords.hash_password("x"))
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19456, 2, 1)


def test_the_decoy_costs_as_much_as_a_real_hash():
    assert extract_parameters(passwords.DECOY) == extract_parameters(passwords.hash_password("x"))


def test_only_the_right_password_fits():
    stored = passwords.hash_password("seven wet umbrellas")
    assert passwords.fits(stored, "seven wet umbrellas")
    assert not passwords.fits(stored, "seven wet umbrella")
    assert not passwords.fits(None, "seven wet umbrellas")
    assert not passwords.fits("-", "seven wet umbrellas")


def test_full_width_letters_are_the_same_letters():
    assert passwords.fits(passwords.hash_password("七把雨伞seven"), "七把雨伞ｓｅｖｅｎ")


def test_a_hash_of_weaker_parameters_is_outdated():
    weaker = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$Ak5CJ6c4WlyNBR1ZIBCEQQ"
    assert passwords.outdated(weaker)
    assert not passwords.outdated(passwords.DECOY)


def test_a_made_password_has_80_bits_and_can_be_read_out():
    made = passwords.new_password()
    assert [len(group) for group in made.split("-")] == [4, 4, 4, 4]
    assert len(set(passwords.ALPHABET)) == len(passwords.ALPHABET) == 32
    assert not set("lo01") & set(passwords.ALPHABET)
    assert passwords.weaknesses(made, "li.na") == []
    assert made != passwords.new_password()


@pytest.mark.parametrize(
    "weak", ["short", "password123456", "aaaaaaaaaaaaaa", "Anjie-2026-Anjie", "zhang.wei-2026!", "x" * 129]
)
def test_weak_passwords(weak):
    assert passwords.weaknesses(weak, "zhang.wei")


def test_a_login_of_two_letters_is_no_reason_to_refuse():
    assert passwords.weaknesses("millions of umbrellas", "li") == []


# --- signing in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "login"), [(" Li.Na ", "li.na"), ("ｌｉ", "li"), ("a_b-c.9", "a_b-c.9")])
def test_logins_as_people_type_them(typed, login):
    assert tidy_login(typed) == login


@pytest.mark.parametrize("typed", ["", "x", "李娜", "a b", "<img src=x onerror=1>", "a" * 41, "a\0b", "S3cret! pass"])
def test_what_cannot_be_a_login_is_not_kept(typed):
    assert tidy_login(typed) == NO_LOGIN


def test_addresses():
    assert tidy_address("10.1.2.3") == "10.1.2.3"
    assert tidy_address("::ffff:10.1.2.3") == "10.1.2.3"
    assert tidy_address("2001:db8:1:2:3:4:5:6") == tidy_address("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert tidy_address(None) == tidy_address("unix:") == ""


def test_the_first_failures_are_free_then_the_wait_doubles_up_to_the_cap():
    waits = [wait_s(Failures(count, NOW), FOR_LOGIN, NOW) for count in range(16)]
    assert waits[:5] == [0, 0, 0, 0, 0]
    assert waits[5:9] == [2, 4, 8, 16]
    assert waits[-1] == 300
    assert wait_s(Failures(10_000, NOW), FOR_ADDRESS, NOW) == 300


def test_the_wait_runs_out():
    assert wait_s(Failures(8, NOW), FOR_LOGIN, NOW + dt.timedelta(seconds=10)) == 6
    assert wait_s(Failures(8, NOW), FOR_LOGIN, NOW + dt.timedelta(seconds=16)) == 0
    assert wait_s(Failures(8, None), FOR_LOGIN, NOW) == 0


@given(st.integers(0, 100_000), st.floats(0, 7200))
def test_no_stranger_locks_anyone_out_for_longer_than_the_cap(count, passed):
    wait = wait_s(Failures(count, NOW), FOR_LOGIN, NOW + dt.timedelta(seconds=passed))
    assert 0 <= wait <= 300


def test_tokens_are_long_and_only_their_hash_is_kept():
    token = new_token()
    assert len(token) >= 43
    assert token != new_token()
    assert len(token_hash(token)) == 32
    assert token.encode() not in token_hash(token)


@pytest.mark.parametrize("path", ["/", "/reports?at=2026-07-01&x=%2F%2Fevil", "/people/%E6%9D%8E"])
def test_own_paths(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /x",
        "/x y",
        "javascript:alert(1)",
        "evil.example",
        "/\x00",
        "/" + "x" * 2000,
    ],
)
def test_paths_elsewhere(target):
    assert own_path(target) is None


# --- words of the trail -----------------------------------------------------------------------------------------


def test_words_of_the_trail():
    assert str(verb_name("granted")) == "granted"
    assert verb_name("frobnicated") == "frobnicated"
    assert str(subject_name("people.grant")) == "role"


# --- browsers ---------------------------------------------------------------------------------------------------

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {WEBKIT} Chrome/120.0 Safari/537.36", "Chrome · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {WEBKIT} Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        (f"Mozilla/5.0 (Linux; Android 10) {WEBKIT} Chrome/107 MicroMessenger/8.0.44", "WeChat 微信 · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) Version/15.4 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox · Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_as_their_owners_know_them(said, name):
    assert browser_name(said) == name
