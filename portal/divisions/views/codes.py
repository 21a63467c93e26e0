"""Codes: who bore one, in which system and when; and the same divisions in two code systems."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask import render_template, request

from portal.divisions import catalogue, queries
from portal.divisions.queries import PublicUnit
from portal.divisions.queries.codes import Bearer, Compared, compared_codes, public_bearers, public_home
from portal.divisions.views.blueprint import blueprint
from portal.errors import BadInput
from portal.kernel.access.permission import public
from portal.kernel.i18n.text import text
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import public_session

LONGEST_CODE = 20


@blueprint.get("/codes")
@public
def code() -> str:
    """Who bore a code on the day, and over all years: each system apart, for a bare code means nothing."""
    at, wanted, system = at_or_today(), code_asked(request.args.get("code", "")), system_asked()
    bearers = public_bearers(public_session(), wanted, at, system) if wanted else []
    now = [bearer for bearer in bearers if bearer.span.holds(at)]
    return render_template(
        "divisions/dates/codes.html",
        at=at,
        code=wanted,
        system=system,
        by_system=by_system(bearers),
        now=now,
        disagree=len({bearer.unit.public_id for bearer in now}) > 1,
    )


@blueprint.get("/codes/systems")
@public
def code_systems() -> str:
    """The divisions below one, with their codes in each system side by side."""
    at, session = at_or_today(), public_session()
    parent = parent_asked(at)
    rows = compared_codes(session, parent.public_id, at) if parent else []
    above = queries.public_ancestors(session, parent, at) if parent else []
    return render_template(
        "divisions/dates/code_systems.html",
        at=at,
        parent=parent,
        ancestors=above,
        rows=rows,
        compared=systems_of(rows),
        differing=sum(row.differ for row in rows),
    )


def code_asked(raw: str) -> str:
    """A code as people type it: without spaces and signs that nobody sees, wide digits made narrow."""
    shown = (sign for sign in unicodedata.normalize("NFKC", raw) if sign.isprintable())
    return "".join("".join(shown).split())[:LONGEST_CODE]


def system_asked() -> str:
    """The code system of the address, "" for all; raises `BadInput` for one there is not."""
    system = request.args.get("system", "")
    if system and system not in catalogue.code_systems():
        raise BadInput(text("There is no code system %(system)s.", system=system[:40]))
    return system


def id_asked(name: str) -> uuid.UUID | None:
    """A division's public id in an argument; raises `BadInput` for what is none."""
    raw = request.args.get(name, "").strip()
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError as error:
        raise BadInput(text("%(value)s is not the identifier of a division.", value=raw[:40])) from error


def parent_asked(at: dt.date) -> PublicUnit | None:
    """The division whose parts are compared: the home district unless another is named."""
    asked = id_asked("parent")
    return queries.public_unit(public_session(), asked, at) if asked else public_home(public_session(), at)


def by_system(bearers: Iterable[Bearer]) -> dict[str, list[Bearer]]:
    """Those who bore a code, apart by system."""
    found: dict[str, list[Bearer]] = defaultdict(list)
    for bearer in bearers:
        found[bearer.system].append(bearer)
    return dict(found)


def systems_of(rows: Sequence[Compared]) -> list[str]:
    """The systems that give one of the rows a code, in the order of the catalogue."""
    borne = {system for row in rows for system in row.codes}
    return [*(key for key in catalogue.code_systems() if key in borne), *sorted(borne - set(catalogue.code_systems()))]
