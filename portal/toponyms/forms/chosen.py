"""The filters of the lists, from an address and back into one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from portal.errors import NotFound
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import ACTS, kinds_on
from portal.toponyms.queries.applications import STATES, Asked
from portal.toponyms.queries.names import STANDINGS, Chosen

LONGEST_WORDS = 50


def chosen(given: Mapping[str, str], at: dt.date) -> Chosen:
    """What an address asks for; what there is not counts as none. Raises `NotFound` for a unit."""
    standing, kind = given.get("standing", ""), given.get("kind", "")
    return Chosen(
        at=at,
        standing=standing if standing in STANDINGS else "in_use",
        kind=kind if kind in kinds_on(today()) else "",
        unit=_unit(given.get("unit", "")),
        words=_words(given),
    )


def arguments(asked: Chosen) -> dict[str, str]:
    """The address of the same filter, without what goes without saying."""
    said = {
        "standing": asked.standing if asked.standing != "in_use" else "",
        "kind": asked.kind,
        "unit": str(asked.unit or ""),
        "words": asked.words,
        "at": asked.at.isoformat() if asked.at != today() else "",
    }
    return {name: value for name, value in said.items() if value}


def asked_for(given: Mapping[str, str]) -> Asked:
    """Which applications an address asks for."""
    state, act = given.get("state", ""), given.get("act", "")
    return Asked(state if state in STATES else "open", act if act in ACTS else "", _words(given))


def arguments_of(asked: Asked) -> dict[str, str]:
    """The address of the same filter of applications."""
    said = {"state": asked.state if asked.state != "open" else "", "act": asked.act, "words": asked.words}
    return {name: value for name, value in said.items() if value}


def _words(given: Mapping[str, str]) -> str:
    return given.get("words", "").replace("\0", "").strip()[:LONGEST_WORDS]


def _unit(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        raise NotFound(text("There is no such division on this date.")) from None
