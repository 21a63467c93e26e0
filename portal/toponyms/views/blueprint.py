"""Where the pages of the room hang, and the words that all its templates use."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext

from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.translate import pick
from portal.kernel.web.state import current_actor, today
from portal.toponyms.catalogue import kinds_on, name_of
from portal.toponyms.permissions import APPLY, EDIT, HANDLE

blueprint = Blueprint("toponyms", __name__, url_prefix="/toponyms")


@blueprint.context_processor
def words() -> dict[str, object]:
    """Names of kinds, acts, states and steps, and what the actor may do."""
    kinds, somebody = kinds_on(today()), current_actor()
    return {
        "fresh_id": lambda: str(new_public_id()),
        "kinds": kinds,
        "kind_name": lambda key: pick(name_of(kinds, key)),
        "acts": acts(),
        "states": states(),
        "steps": steps(),
        "may_edit": somebody is not None and somebody.may(EDIT),
        "may_apply": somebody is not None and somebody.may(APPLY),
        "may_handle": somebody is not None and somebody.may(HANDLE),
    }


def acts() -> dict[str, str]:
    """What is applied for."""
    return {"naming": gettext("Naming"), "renaming": gettext("Renaming"), "cancelling": gettext("Cancelling")}


def states() -> dict[str, str]:
    """How far an application is."""
    return {
        "received": gettext("received"),
        "complete": gettext("complete"),
        "checked": gettext("checked"),
        "surveyed": gettext("site looked at"),
        "consulted": gettext("consulted"),
        "approved": gettext("name approved"),
        "filed": gettext("filed"),
        "announced": gettext("announced"),
        "entered": gettext("in the gazetteer"),
        "refused": gettext("not approved"),
        "withdrawn": gettext("application withdrawn"),
    }


def steps() -> dict[str, str]:
    """What is done with an application."""
    return {
        "received": gettext("Received"),
        "edited": gettext("Edited"),
        "looked": gettext("Checks run"),
        "complete": gettext("Found complete"),
        "check": gettext("Checks closed"),
        "survey": gettext("Site check"),
        "consult": gettext("Consultation"),
        "approve": gettext("Approve the name"),
        "refuse": gettext("Refuse the name"),
        "file": gettext("File the name"),
        "announce": gettext("Announce the name"),
        "enter": gettext("Close: in the gazetteer"),
        "withdraw": gettext("Withdraw the application"),
    }


def crumbs(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The way here from the register."""
    return ((url_for("toponyms.names"), gettext("Place names")), *more)
