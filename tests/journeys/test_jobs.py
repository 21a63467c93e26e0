"""Long work in a real browser: it is watched without a reload, leads on when it is done, and can be stopped."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, select

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job
from portal.kernel.i18n.text import text
from portal.kernel.jobs.queue import start
from portal.kernel.jobs.work import execute
from portal.kernel.jobs.workshop import on_engine
from portal.people.models import Account
from tests.journeys.conftest import PHONE, assert_accessible

pytestmark = [pytest.mark.slow, pytest.mark.browser]


class Slowly:
    """A job that takes its next step when the test says so."""

    def __init__(self, engine: Engine, settings, login: str) -> None:
        self.steps = threading.Semaphore(0)
        job = Job("test.slowly", text("Task"), self._run)
        self.shop = on_engine(settings, engine, [job], lambda session, account_id, at: Actor(account_id, login))
        with self.shop.sessions() as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            self.run = start(session, Actor(account.id, account.name), "test.slowly", {}, queued=False)
            self.path = f"/jobs/{self.run.public_id}"
        self.thread = threading.Thread(target=execute, args=(self.shop, self.run.id))

    def _run(self, work) -> None:
        for done in range(0, 40_001, 10_000):
            while not self.steps.acquire(timeout=0.3):
                work.progress(done, 40_000)
            work.progress(done, 40_000)


@pytest.fixture
def slowly(served) -> Iterator[Slowly]:
    engine = create_engine(served.settings.urls.app.get_secret_value())
    made = Slowly(engine, served.settings, next(login for login in served.passwords if "officer" in login))
    yield made
    made.steps.release(20)
    if made.thread.is_alive():
        made.thread.join()
    engine.dispose()


@pytest.fixture
def officer(served) -> str:
    return next(login for login in served.passwords if "officer" in login)


def test_it_is_watched_and_leads_on(open_page, sign_in, slowly, officer):
    page = open_page()
    sign_in(page, officer)
    page.goto(f"{slowly.path}?then=/divisions")
    page.evaluate("window.stayed = true")
    assert page.get_by_role("status").last.inner_text()
    slowly.thread.start()
    slowly.steps.release(3)
    page.locator("progress[value='30000'][max='40000']").wait_for()
    assert re.search(r"30,000.*40,000", page.locator(".job__count").inner_text())
    assert page.evaluate("window.stayed"), "no reload"
    assert_accessible(page)
    slowly.steps.release(2)
    page.wait_for_url("**/divisions")


def test_it_is_stopped(open_page, sign_in, slowly, officer):
    page = open_page(PHONE)
    sign_in(page, officer)
    page.goto(f"{slowly.path}?lang=en")
    slowly.thread.start()
    page.get_by_role("button", name="Stop it").click()
    page.get_by_text("It was stopped.").wait_for()
    assert page.locator("progress").count() == 0
    assert_accessible(page)


def test_without_script_it_is_watched_too(open_page, sign_in, slowly, officer):
    page = open_page(java_script_enabled=False)
    sign_in(page, officer)
    page.goto(f"{slowly.path}?then=/divisions")
    slowly.steps.release(20)
    slowly.thread.start()
    slowly.thread.join()
    page.locator(".job noscript a, .job a").first.click()
    page.wait_for_url("**/divisions")


def test_nobody_else_sees_it(open_page, sign_in, served, slowly, officer):
    page = open_page()
    sign_in(page, next(login for login in served.passwords if login != officer))
    assert page.goto(slowly.path).status == 404
