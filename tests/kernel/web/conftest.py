"""A small application with the kernel's web layer and no room, so that its rules are seen alone."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask, request, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader, StrictUndefined
from sqlalchemy import text as sql
from wtforms import StringField
from wtforms.validators import InputRequired

from portal import errors
from portal.errors import Difference, FormInvalid, RuleBroken, Stale, TooManyTries
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission, needs, own_account, public, signed_in
from portal.kernel.audit.trail import record
from portal.kernel.db.session import Databases
from portal.kernel.i18n import translate
from portal.kernel.i18n.text import text
from portal.kernel.web import compression, failures, guard, headers, pages, state, transactions
from portal.kernel.web.forms import Form, show_form
from portal.kernel.web.guard import COOKIE
from portal.kernel.web.htmx import Htmx4, done
from portal.kernel.web.once import once
from portal.kernel.web.state import app_session
from portal.kernel.web.transactions import keep_writes
from portal.settings import CHECKOUT
from tests.conftest import Client

READ = Permission("bench:thing:read", text("Read things"), frozenset({"reader"}))
ACTORS = {
    "reader": Actor(1, "Reader", {"bench:thing:read": frozenset({1})}),
    "other": Actor(2, "Other"),
    "newcomer": Actor(3, "Newcomer", {"bench:thing:read": frozenset({1})}, must_change_password=True),
}
REFUSALS = {
    "rule": RuleBroken(text("The store is %(what)s.", what=text("shut up"))),
    "field": FormInvalid({"name": [text("Not this name.")], "elsewhere": [text("Nor that.")]}),
    "stale": Stale(text("Somebody was faster."), [Difference("name", "theirs", "yours")]),
    "wait": TooManyTries(text("Wait."), 7),
}

bench = Blueprint("bench", __name__)


class ThingForm(Form):
    name = StringField("Name", validators=[InputRequired("Enter a name.")])


@bench.get("/public")
@public
def for_anyone() -> str:
    return "public"


@bench.get("/own")
@own_account
def own() -> str:
    return "own"


@bench.get("/signed-in")
@signed_in
def inside() -> str:
    return "inside"


@bench.get("/needs")
@needs(READ)
def needing() -> str:
    return "read"


@bench.get("/undeclared")
def undeclared() -> str:
    return "never"


@bench.post("/open")
@public
def open_write() -> str:
    return "written"


@bench.post("/things")
@signed_in
@once
def add_thing():
    """Writes a row of the trail and then does what the form says."""
    record(app_session(), state.actor(), "added", "bench.thing", request.form.get("name", ""))
    app_session().flush()
    if request.form.get("how") == "kept":
        keep_writes()
    if request.form.get("how") in {"kept", "refused"}:
        return "refused", 422
    if request.form.get("how") == "page":
        return "shown once", 200, {"Content-Location": url_for("bench.for_anyone")}
    return done(url_for("bench.for_anyone", thing=request.form.get("name")), "things-changed")


@bench.post("/other-things")
@signed_in
@once
def add_other_thing():
    return done(url_for("bench.inside"))


@bench.route("/form", methods=["GET", "POST"])
@signed_in
def form():
    thing = ThingForm()
    if thing.validate_on_submit():
        with thing.catching():
            if request.form.get("how") in REFUSALS:
                raise REFUSALS[request.form["how"]]
            return done("/public")
    return show_form("bench.html", thing)


@bench.get("/raise/<name>")
@public
def raising(name: str):
    kind = getattr(errors, name)
    if kind is TooManyTries:
        raise kind(text("Wait."), 7)
    if kind is FormInvalid:
        raise kind({"": [text("Odd.")]})
    raise kind(text("It is %(what)s.", what="<img src=x onerror=1>"))


@bench.get("/bug")
@public
def bug() -> str:
    raise ZeroDivisionError("secret of the house")


@bench.get("/slow")
@public
def slow() -> str:
    app_session().execute(sql("SET LOCAL statement_timeout = 20"))
    return str(app_session().execute(sql("SELECT pg_sleep(5)")))


@bench.get("/sql")
@public
def run_sql() -> str:
    return str(app_session().execute(sql(request.args["q"])).scalar())


BENCH_HTML = """<!doctype html><html lang="en"><head><title>Bench</title></head><body><h1>Bench</h1>
<form method="post">{{ form.hidden_tag() }}{{ form.name.label }}{{ form.name }}
<ul>{% for name, messages in form.errors.items() %}<li>{{ name or 'form' }}: {{ messages|join }}</li>{% endfor %}</ul>
<p>{% for d in form.differences %}{{ d.field }} {{ d.theirs }} {{ d.yours }}{% endfor %}</p></form></body></html>"""


@pytest.fixture
def app(settings, session) -> Flask:
    """The kernel alone, on the test's transaction; the cookie's token is the name of one of `ACTORS`."""
    made = Flask("portal", root_path=str(CHECKOUT), template_folder="templates", static_folder="static")
    made.config.update(SECRET_KEY="bench", SESSION_COOKIE_NAME="anjie_form", WTF_CSRF_SSL_STRICT=False)
    made.jinja_env.undefined = StrictUndefined
    made.jinja_env.loader = ChoiceLoader([DictLoader({"bench.html": BENCH_HTML}), made.jinja_env.loader])
    databases = Databases(app=lambda: session, public=lambda: session)
    state.install(made, state.House(settings, databases, (), lambda session, token, now: ACTORS.get(token)))
    for part in (transactions, translate, headers, compression, pages, failures, guard):
        part.init_app(made)
    Htmx4(made)
    CSRFProtect(made)
    made.register_blueprint(bench)
    made.extensions["anjie_site"] = lambda: SimpleNamespace(district_name="", demo=False, schematic=False, phone=None)
    made.extensions["anjie_test_session"] = session
    made.test_client_class = BenchClient
    return made


class BenchClient(Client):
    """Takes its token from the bench's form and signs in by naming the actor."""

    def token(self) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/form").text).group(1)

    def be(self, name: str) -> BenchClient:
        self.set_cookie(COOKIE, name)
        return self


@pytest.fixture
def reader(app: Flask) -> BenchClient:
    """Somebody with the permission."""
    return app.test_client().be("reader")
