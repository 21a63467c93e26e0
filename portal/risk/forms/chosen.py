"""The filter of the list of hazards, from an address and back into one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from portal.errors import NotFound
from portal.kernel.i18n.text import text
from portal.kernel.web.state import today
from portal.risk.catalogue import in_force
from portal.risk.queries import STANDINGS, Chosen
from portal.risk.rules import LEVELS


def chosen(given: Mapping[str, str], at: dt.date) -> Chosen:
    """What an address asks for; what there is not counts as none. Raises `NotFound` for a unit."""
    standing, level, kind = (given.get(name, "") for name in ("standing", "level", "type"))
    return Chosen(
        at=at,
        standing=standing if standing in STANDINGS else "open",
        level=level if level in LEVELS else "",
        type_key=kind if kind in in_force(today()).types else "",
        unit=_unit(given.get("unit", "")),
    )


def arguments(asked: Chosen) -> dict[str, str]:
    """The address of the same filter, without what goes without saying."""
    said = {
        "standing": asked.standing if asked.standing != "open" else "",
        "level": asked.level,
        "type": asked.type_key,
        "unit": str(asked.unit or ""),
        "at": asked.at.isoformat() if asked.at != today() else "",
    }
    return {name: value for name, value in said.items() if value}


def _unit(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        raise NotFound(text("There is no such division on this date.")) from None
