"""The audit trail and the tries to sign in, for the auditor. Nothing here can be changed."""

from __future__ import annotations

from flask import render_template, request

from portal.errors import BadInput
from portal.kernel.access.permission import needs
from portal.kernel.audit.trail import entries
from portal.kernel.i18n.text import text
from portal.kernel.web.state import actor, app_session
from portal.people import queries
from portal.people.permissions import READ_AUDIT
from portal.people.rules.audit_words import subject_name, verb_name
from portal.people.views.blueprint import blueprint

PAGE = 50


@blueprint.get("/audit")
@needs(READ_AUDIT)
def audit() -> str:
    """Who did what to which thing, the newest first."""
    found = entries(app_session(), before_id=asked_before(), limit=PAGE + 1)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "people/audit.html", entries=found[:PAGE], older=older, verb_name=verb_name, subject_name=subject_name
    )


@blueprint.get("/audit/sign-ins")
@needs(READ_AUDIT)
def sign_in_tries() -> str:
    """Who tried to sign in, from where, and whether it went well, the newest first."""
    found = queries.sign_in_tries(app_session(), actor(), before_id=asked_before(), limit=PAGE + 1)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("people/sign_in_tries.html", tries=found[:PAGE], older=older)


def asked_before() -> int | None:
    """`?before=`: the number of the entry above the first of this page."""
    raw = request.args.get("before", "")
    if raw and not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
        raise BadInput(text("There is no page %(value)s.", value=raw[:40]))
    return int(raw) if raw else None
