"""Applications: the list, one of them with its clocks, handing in, editing."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext

from portal.errors import Forbidden, NotFound, RuleBroken
from portal.kernel.access.permission import needs
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today
from portal.toponyms.catalogue import ACTS, clocks_on, kinds_on, materials_on, wording_on
from portal.toponyms.forms.application import ApplicationForm, opened_application
from portal.toponyms.forms.chosen import arguments_of, asked_for
from portal.toponyms.models import Application
from portal.toponyms.permissions import APPLY, READ
from portal.toponyms.queries import applications as queries
from portal.toponyms.queries import names
from portal.toponyms.rules.clocks import Hand, hands
from portal.toponyms.rules.findings import from_json, sentence
from portal.toponyms.rules.moves import ENDED, WAY, possible
from portal.toponyms.service.applying import check_may_edit, edit, submit
from portal.toponyms.views.blueprint import blueprint, crumbs
from portal.toponyms.views.maps import drawing_map
from portal.toponyms.views.shown import PAGE, page_of

DATES = ("received_on", "completed_on", "decided_on", "filed_on", "announced_on")


@blueprint.get("/applications")
@needs(READ)
def applications() -> str:
    """The applications within one's divisions, each with its clocks."""
    session, asked = app_session(), asked_for(request.args)
    page = page_of(queries.application_count(session, actor(), asked))
    rows = queries.applications(session, actor(), asked, limit=PAGE, offset=page.offset)
    due = {row.application.id: clocks_of(row.application) for row in rows}
    kept = arguments_of(asked)
    return render_template(
        "toponyms/applications.html", rows=rows, page=page, asked=asked, kept=kept, due=due, way=crumbs()
    )


@blueprint.get("/applications/<uuid:public_id>")
@needs(READ)
def application(public_id: uuid.UUID) -> str:
    """One application: what is asked, how far it is, what is due, what was found, its papers and every step."""
    session = app_session()
    one = queries.application(session, actor(), public_id)
    row, found = queries.with_unit(session, one), from_json(one.findings or ())
    return render_template(
        "toponyms/application.html",
        one=one,
        unit_name=row.unit_name,
        way=to_applications(),
        clocks=clocks_of(one),
        moves=possible(one.state, filed=one.filed_on is not None, announced=one.announced_on is not None),
        straight=WAY,
        ended=one.state in ENDED,
        may_change=may_change(one),
        findings=[(finding, sentence(finding, pick)) for finding in found],
        judgements=wording_on(today()).judgements,
        materials=materials_on(today()),
        papers=queries.documents_of(session, one.id),
        done=queries.steps_of(session, one.id),
        name_id=names.public_id_of(session, one.name_id) if one.name_id else None,
    )


@blueprint.route("/applications/new", methods=["GET", "POST"])
@needs(APPLY)
@once
def apply() -> Response:
    """A new application; `?act=` and `?name=` say what is asked for of a name on record."""
    act, name = _asked()
    form = ApplicationForm(data=_proposed(act, name))
    if form.validate_on_submit():
        form.act.data = act
        with form.catching():
            return saved(submit(app_session(), actor(), form.submitted(name.public_id if name else None), today()))
    context = {"one": None, "act": act, "concerned": name, "way": to_applications()}
    shape = name.version.shape if name else None
    return show_form("toponyms/application_form.html", form, map=drawing_map(shape), **context)


@blueprint.route("/applications/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(APPLY)
@once
def edit_application(public_id: uuid.UUID) -> Response:
    """What is not decided yet, put otherwise."""
    one = queries.application(app_session(), actor(), public_id, permission=APPLY)
    check_may_edit(actor(), one)
    form = ApplicationForm(data=opened_application(one))
    if form.validate_on_submit():
        form.act.data = one.act
        with form.catching():
            return saved(edit(app_session(), actor(), form.edited(one), today()))
        form.reopen(one.row_version)
    way = to_applications((url_for("toponyms.application", public_id=public_id), one.name))
    context = {"one": one, "act": one.act, "concerned": None, "way": way, "map": drawing_map(one.shape)}
    return show_form("toponyms/application_form.html", form, **context)


def clocks_of(one: Application) -> list[Hand]:
    """The legal clocks of an application as they stand today."""
    kind = kinds_on(one.received_on).get(one.kind)
    dates = {name: getattr(one, name) for name in DATES}
    clocks = clocks_on(one.decided_on or one.received_on)
    if one.state in ("refused", "withdrawn"):
        return []
    return hands(clocks, dates, one.act, kind.by if kind else "", today())


def may_change(one: Application) -> bool:
    """Whether the actor may edit or withdraw it."""
    if not actor().may(APPLY):
        return False
    try:
        check_may_edit(actor(), one)
        queries.application(app_session(), actor(), one.public_id, permission=APPLY)
    except (Forbidden, NotFound, RuleBroken):
        return False
    return True


def to_applications(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The way here from the list of applications."""
    return crumbs((url_for("toponyms.applications"), gettext("Applications")), *more)


def saved(one: Application) -> Response:
    """To the application, with a word."""
    flash(gettext("Saved."), "success")
    return done(url_for("toponyms.application", public_id=one.public_id))


def _asked() -> tuple[str, names.NameRow | None]:
    act, given = request.args.get("act", "naming"), request.args.get("name", "")
    if act not in ACTS or (act == "naming") == bool(given):
        raise NotFound(text("There is no such application."))
    if not given:
        return act, None
    try:
        public_id = uuid.UUID(given)
    except ValueError:
        raise NotFound(text("There is no such place name.")) from None
    return act, names.name_at(app_session(), actor(), public_id, today())


def _proposed(act: str, name: names.NameRow | None) -> dict[str, object]:
    if name is None:
        return {"act": act}
    version = name.version
    same = {"kind": version.kind, "unit": version.unit_id, "place": version.place, "act": act}
    if act == "renaming":
        return same
    return same | {"name": version.name, "generic": version.generic, "pinyin": version.pinyin}
