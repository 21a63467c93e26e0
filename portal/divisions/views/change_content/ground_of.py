"""The giver of a piece with its territory on the file's day."""

from __future__ import annotations

import datetime as dt

from portal.divisions.models import Change
from portal.divisions.queries.changes import content_of, situation
from portal.divisions.rules.changes.situation import UnitState
from portal.errors import NotFound
from portal.kernel.i18n.text import text
from portal.kernel.web.state import app_session


def ground_of(file: Change, key: str, today: dt.date) -> UnitState:
    """A unit that the file names, as it is before the change; raises `NotFound`."""
    content = content_of(file)
    known = situation(app_session(), file.id, content, file.effective_on or today).units.get(key)
    if known is None or key not in content.known_units:
        raise NotFound(text("The change file does not name this division."))
    return known
