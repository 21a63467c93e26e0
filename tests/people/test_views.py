"""The pages of the room, as browsers meet them."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from portal.kernel.audit.models import AuditEntry
from portal.kernel.web.guard import COOKIE
from portal.kernel.web.state import now
from portal.people.models import Account, AccountSession, Grant, SignInTry
from tests.factories.accounts import sign_in as give_cookie
from tests.factories.people import PASSWORD, fail_often, make_land, make_person


@pytest.fixture
def land(session):
    return make_land(session)


@pytest.fixture
def li(session, land):
    return make_person(session, land.north, login="li.na")


@pytest.fixture
def admin(as_role, land):
    return as_role("administrator")


def credentials(**given) -> dict[str, str]:
    return {"login": "li.na", "password": PASSWORD, "next": ""} | given


def cookie_of(response) -> str:
    return next(line for line in response.headers.getlist("Set-Cookie") if line.startswith(f"{COOKIE}="))


# --- signing in -------------------------------------------------------------------------------------------------


def test_signing_in_leads_on_with_a_careful_cookie(client, li):
    answer = client.send("/sign-in", credentials(next="/account?x=1"))
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    cookie = cookie_of(answer)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie, "plain http on this machine"
    assert client.get("/account").status_code == 200


def test_over_https_the_cookie_stays_there(client, li):
    answer = client.send("/sign-in", credentials(), base_url="https://localhost")
    assert "Secure" in cookie_of(answer)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_redirect_to_another_site(client, li, target):
    answer = client.send("/sign-in", credentials(next=target))
    assert answer.status_code == 303
    assert "evil" not in answer.location
    assert answer.location.startswith("/")
    assert not answer.location.startswith("//")


def test_the_wish_to_go_somewhere_survives_the_sign_in_page(client, li):
    turned_away = client.get("/account?x=%E6%9D%8E")
    assert turned_away.status_code == 303
    page = client.get(turned_away.location).text
    wanted = re.search(r'name="next"[^>]*value="([^"]*)"', page).group(1)
    assert wanted.startswith("/account?x=")


def test_each_role_begins_on_a_page_of_its_own(client, session, land):
    make_person(session, land.district, "administrator", "chief")
    assert client.send("/sign-in", credentials(login="chief")).location == "/people"


def test_wrong_password_and_unknown_login_get_the_same_page(client, li):
    pages = []
    for login in ("li.na", "nobody"):
        answer = client.send("/sign-in", credentials(login=login, password="wrong"))
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]
    assert "wrong" not in pages[0].split("error-summary")[0]


def test_a_failed_try_is_kept_although_the_answer_refuses(client, session, li):
    client.send("/sign-in", credentials(password="wrong"))
    session.expire_all()
    assert [row.succeeded for row in session.scalars(select(SignInTry))] == [False]


def test_the_typed_login_comes_back_and_the_password_does_not(client, li):
    page = client.send("/sign-in", credentials(password="no such secret")).text
    assert 'value="li.na"' in page
    assert "no such secret" not in page


def test_too_many_tries_say_how_long(client, session, li):
    fail_often(session, 8, "li.na", "127.0.0.1", now())
    answer = client.send("/sign-in", credentials())
    assert answer.status_code == 429
    assert 10 <= int(answer.headers["Retry-After"]) <= 17
    assert 'name="password"' in answer.text, "the form is still there"


def test_empty_fields_are_named(client):
    answer = client.send("/sign-in", {"login": "", "password": ""})
    assert answer.status_code == 422
    assert answer.text.count("field__error") >= 2


@pytest.mark.parametrize("hostile", ["<img src=x onerror=1>", "a\0b", "x" * 100_000, "' OR 1=1 --", "李" * 150])
def test_hostile_logins(client, hostile):
    answer = client.send("/sign-in", credentials(login=hostile))
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text


def test_no_session_is_fixed_before_the_sign_in(client, session, li):
    client.set_cookie(COOKIE, "planted-by-somebody")
    client.send("/sign-in", credentials())
    token = client.get_cookie(COOKIE).value
    assert token != "planted-by-somebody"
    assert len(session.scalars(select(AccountSession)).all()) == 1


def test_a_new_person_gets_a_new_form_token(client, session, land, li):
    before = client.token()
    client.send("/sign-in", credentials())
    cookie_before, after = client.get_cookie("anjie_form").value, client.token()
    assert client.post("/account/password", data={"csrf_token": before}).status_code == 400
    client.delete_cookie(COOKIE)
    client.post("/sign-in", data=credentials(csrf_token=after))
    still = client.post("/account/password", data={"csrf_token": after, "client_id": str(uuid.uuid4())})
    assert still.status_code == 422, "the same person's open forms stay good"
    assert cookie_before


def test_signing_in_again_ends_the_session_before(client, session, li):
    client.send("/sign-in", credentials())
    client.send("/sign-in", credentials())
    states = [row.revoked_at is None for row in session.scalars(select(AccountSession).order_by(AccountSession.id))]
    assert states == [False, True]


def test_signing_out(client, session, li):
    client.send("/sign-in", credentials())
    token = client.get_cookie(COOKIE).value
    answer = client.send("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, token)
    assert client.get("/account").status_code == 303, "the token is worth nothing any more"


def test_signing_out_by_a_link_is_not_possible(client):
    assert client.get("/sign-out").status_code == 405


def test_passwords_do_not_cross_a_network_in_the_clear(client, session, li):
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.168.1.20"}}
    page = client.get("/sign-in", **elsewhere)
    assert page.status_code == 403
    assert "HTTPS" in page.text
    assert 'name="password"' not in page.text
    answer = client.send("/sign-in", credentials(), **elsewhere)
    assert answer.status_code == 403
    assert not session.scalars(select(AccountSession)).all()


def test_over_https_or_when_allowed_by_name_it_goes_from_elsewhere(app, client, li, monkeypatch):
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.168.1.20"}}
    assert client.get("/sign-in", base_url="https://localhost", **elsewhere).status_code == 200
    house = app.extensions["anjie"]
    monkeypatch.setattr(house, "settings", house.settings.model_copy(update={"allow_plain_sign_in": True}))
    assert client.get("/sign-in", **elsewhere).status_code == 200
    assert client.send("/sign-in", credentials(), **elsewhere).status_code == 303


# --- one's own account ------------------------------------------------------------------------------------------


def test_ones_own_account(client, session, li):
    client.send("/sign-in", credentials())
    page = client.get("/account").text
    assert "李娜" in page
    assert "北镇" in page
    assert "li.na" in page


def test_a_lost_phone_is_signed_out(app, client, session, li):
    phone = give_cookie(session, app.test_client(), li)
    client.send("/sign-in", credentials())
    assert phone.get("/account").status_code == 200
    lost = session.scalars(select(AccountSession).where(AccountSession.browser == "test")).one()
    assert client.send(f"/account/sessions/{lost.public_id}/revoke").status_code == 303
    assert phone.get("/account").status_code == 303


def test_the_session_of_another_is_not_there(client, session, land, li):
    other = make_person(session, land.south)
    give_cookie(session, client.application.test_client(), other)
    foreign = session.scalars(select(AccountSession)).one()
    client.send("/sign-in", credentials())
    assert client.send(f"/account/sessions/{foreign.public_id}/revoke").status_code == 404
    assert client.send(f"/account/sessions/{uuid.uuid4()}/revoke").status_code == 404


def test_an_initial_password_has_to_be_replaced_first(client, session, land, li):
    li.must_change_password = True
    boss = make_person(session, land.district, "administrator", "boss")
    boss.must_change_password = True
    client.send("/sign-in", credentials(login="boss"))
    for path in ("/people", "/account", f"/people/{li.public_id}"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/account/password?next=")
    assert client.send("/people/add", {}).status_code == 403
    page = client.get("/account/password?next=/people")
    assert page.status_code == 200
    fields = {"current": PASSWORD, "new": "eight dry umbrellas", "again": "eight dry umbrellas", "next": "/people"}
    answer = client.send("/account/password", fields)
    assert (answer.status_code, answer.location) == (303, "/people")
    assert client.get("/people").status_code == 200


def test_after_an_initial_password_work_begins(client, session, land):
    boss = make_person(session, land.district, "administrator", "boss")
    boss.must_change_password = True
    assert client.send("/sign-in", credentials(login="boss")).location == "/account/password"
    assert "/people" not in client.get("/account/password").text, "nothing is offered that is not open yet"
    fields = {"current": PASSWORD, "new": "eight dry umbrellas", "again": "eight dry umbrellas", "next": ""}
    assert client.send("/account/password", fields).location == "/people"


def test_mistakes_with_a_new_password_are_told_at_the_field(client, session, li):
    client.send("/sign-in", credentials())
    fields = {"current": PASSWORD, "new": "eight dry umbrellas", "again": "nine", "next": ""}
    answer = client.send("/account/password", fields)
    assert answer.status_code == 422
    assert "again-error" in answer.text
    answer = client.send("/account/password", fields | {"again": "eight dry umbrellas", "current": "wrong"})
    assert answer.status_code == 422
    assert "current-error" in answer.text
    assert "eight dry umbrellas" not in answer.text


def test_a_wrong_guess_counts_and_the_same_form_can_be_sent_again(client, session, li):
    client.send("/sign-in", credentials())
    fields = {"current": "wrong", "new": "eight dry umbrellas", "again": "eight dry umbrellas"}
    same = {"client_id": str(uuid.uuid4())}
    assert client.send("/account/password", fields | same).status_code == 422
    assert [row.succeeded for row in session.scalars(select(SignInTry).order_by(SignInTry.id))] == [True, False]
    assert client.send("/account/password", fields | same | {"current": PASSWORD}).status_code == 303
    again = client.send("/account/password", fields | same | {"current": PASSWORD})
    assert (again.status_code, again.location) == (303, "/account"), "a double press gives the same answer"


# --- accounts ---------------------------------------------------------------------------------------------------


def new_account(land, **given) -> dict[str, str]:
    fields = {"login": "zhang.wei", "name": "张伟", "role": "officer", "unit": str(land.north.public_id)}
    return fields | {"last_day": ""} | given


def test_a_password_is_shown_once(client, admin, session, land):
    form = {"client_id": str(uuid.uuid4())}
    answer = admin.send("/people/add", new_account(land) | form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", answer.text).group(0)
    again = admin.send("/people/add", new_account(land) | form)
    account = session.scalars(select(Account).where(Account.login == "zhang.wei")).one()
    assert (again.status_code, again.location) == (303, f"/people/{account.public_id}")
    assert shown not in admin.get(again.location).text
    answer = client.send("/sign-in", credentials(login="zhang.wei", password=shown))
    assert (answer.status_code, answer.location) == (303, "/account/password")


def test_mistakes_in_a_new_account(admin, session, land, li):
    answer = admin.send("/people/add", new_account(land, login="Li.Na"))
    assert answer.status_code == 422
    assert "login-error" in answer.text
    assert 'value="张伟"' in answer.text, "nothing typed is lost"
    answer = admin.send("/people/add", new_account(land, name="<img src=x onerror=1>", login="a b"))
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text
    assert admin.send("/people/add", new_account(land, name=" ")).status_code == 422
    assert admin.send("/people/add", new_account(land, role="emperor")).status_code == 422
    assert admin.send("/people/add", new_account(land, unit=str(uuid.uuid4()))).status_code == 422
    assert admin.send("/people/add", new_account(land, last_day="2001-01-01")).status_code == 422
    assert admin.send("/people/add", new_account(land, last_day="soon")).status_code == 422


def test_the_list_and_its_search(admin, session, land, li):
    assert "li.na" in admin.get("/people").text
    assert "li.na" in admin.get("/people?q=LI.").text
    assert "li.na" not in admin.get("/people?q=%25").text
    assert "li.na" in admin.get("/people?q=李").text
    assert admin.get("/people?page=x").status_code == 200
    assert admin.get("/people?page=99999").status_code == 200


def test_one_page_shows_fifty(admin, session, land):
    for n in range(60):
        make_person(session, land.north, login=f"person{n:02}")
    page = admin.get("/people?q=person")
    assert page.text.count("person") - page.text.count("?q=person") >= 50
    assert "person59" not in page.text
    assert "person59" in admin.get("/people?q=person&page=2").text


def test_giving_and_taking_a_role(admin, session, land, li):
    fields = {"role": "publisher", "unit": str(land.district.public_id), "since": "", "until": ""}
    assert admin.send(f"/people/{li.public_id}/grant", fields).status_code == 303
    grant = session.scalars(select(Grant).where(Grant.role == "publisher")).one()
    page = admin.get(f"/people/{li.public_id}").text
    assert f"/grants/{grant.public_id}/end" in page
    assert admin.send(f"/people/{li.public_id}/grants/{grant.public_id}/end").status_code == 303
    assert f"/grants/{grant.public_id}/end" not in admin.get(f"/people/{li.public_id}").text


def test_rights_apart_on_the_page(admin, session, land, li):
    fields = {"role": "auditor", "unit": str(land.north.public_id)}
    answer = admin.send(f"/people/{li.public_id}/grant", fields)
    assert answer.status_code == 409
    assert "error-summary" in answer.text


def test_reset_and_disable(client, admin, session, land, li):
    client.send("/sign-in", credentials())
    answer = admin.send(f"/people/{li.public_id}/reset", {"row_version": li.row_version})
    assert answer.status_code == 200
    assert re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", answer.text)
    assert client.get("/account").status_code == 303, "signed out at once"
    stale = admin.send(f"/people/{li.public_id}/disable", {"row_version": 1})
    assert stale.status_code == 409
    session.refresh(li)
    assert admin.send(f"/people/{li.public_id}/disable", {"row_version": li.row_version}).status_code == 303
    session.refresh(li)
    assert li.disabled_at is not None
    assert admin.send(f"/people/{li.public_id}/enable", {"row_version": li.row_version}).status_code == 303


def test_a_forgotten_version_counts_as_stale(admin, li):
    assert admin.send(f"/people/{li.public_id}/disable", {}).status_code == 409


def test_outside_the_subtree_is_404(as_role, session, land):
    northern = as_role("administrator", land.north.id)
    southern = make_person(session, land.south, login="southern")
    grant = session.scalars(select(Grant).where(Grant.account_id == southern.id)).one()
    there = f"/people/{southern.public_id}"
    assert "southern" not in northern.get("/people").text
    assert northern.get(there).status_code == 404
    assert northern.get(f"{there}/grant").status_code == 404
    for path in ("grant", "reset", "disable", "enable", f"grants/{grant.public_id}/end"):
        assert northern.send(f"{there}/{path}", {"row_version": 1}).status_code == 404, path
    assert northern.get(f"/people/{uuid.uuid4()}").status_code == 404


def test_an_administrator_of_a_town_is_offered_that_town_only(as_role, session, land):
    page = as_role("administrator", land.north.id).get("/people/add").text
    assert "北镇" in page
    assert "南镇" not in page
    assert str(land.district.public_id) not in page


# --- the auditor ------------------------------------------------------------------------------------------------


def test_the_auditor_reads_the_trail(admin, as_role, session, land, li):
    fields = {"role": "publisher", "unit": str(land.district.public_id)}
    admin.send(f"/people/{li.public_id}/grant", fields)
    page = as_role("auditor").get("/audit")
    assert page.status_code == 200
    grant = session.scalars(select(Grant).where(Grant.role == "publisher")).one()
    assert str(grant.public_id) in page.text


def test_the_trail_is_paged_and_escaped(as_role, session, land):
    hostile = "<img src=x onerror=1>"
    session.add_all(
        AuditEntry(actor_name=hostile, verb="added", subject="x", subject_id=hostile, after={hostile: hostile})
        for _ in range(120)
    )
    auditor = as_role("auditor")
    seen, path = 0, "/audit"
    while path:
        page = auditor.get(path).text
        assert "<img src=x" not in page
        seen += page.count("&lt;img src=x onerror=1&gt;</th>") + page.count("data-label") // 5
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older.group(1) if older else None
    assert seen >= 120
    assert auditor.get("/audit?before=x").status_code == 422
    assert auditor.get("/audit?before=1").status_code == 200


def test_the_auditor_reads_the_tries(client, as_role, session, land, li):
    client.send("/sign-in", credentials(password="wrong"))
    page = as_role("auditor").get("/audit/sign-ins")
    assert page.status_code == 200
    assert "li.na" in page.text


def test_the_administrator_reads_no_trail_and_the_auditor_keeps_no_account(admin, as_role, li):
    assert admin.get("/audit").status_code == 403
    auditor = as_role("auditor")
    assert auditor.get("/people").status_code == 403
    assert auditor.send(f"/people/{li.public_id}/reset", {"row_version": 1}).status_code == 403
