"""The checks of a proposed name, run by the system against everything on record."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.toponyms.catalogue import kinds_on, wording_on
from portal.toponyms.models import Application
from portal.toponyms.queries.alike import Besides, LegalRange, known_alike, legal_range
from portal.toponyms.rules.findings import NOTE, Finding, worst_first
from portal.toponyms.rules.likeness import Proposed, look_at_names
from portal.toponyms.rules.pinyin import other_readings
from portal.toponyms.rules.wording import look_at_words


def findings_of(session: Session, one: Application, at: dt.date) -> list[Finding]:
    """All findings about an application's name on a day, the worst first; none for a name that is to be cancelled."""
    if one.act == "cancelling":
        return []
    kinds, wording = kinds_on(at), wording_on(at)
    kind = kinds[one.kind]
    searched = legal_range(session, one.unit_id, kind.range.level, at)
    besides = Besides(one.name_id, one.id, one.received_on, one.unit_id if kind.division_levels else None)
    known = known_alike(session, proposed_of(one), kind, searched, at, besides)
    return worst_first(
        [
            *look_at_names(proposed_of(one), known, kind, kind.range.labels, warn_cancelled=wording.warn_of_cancelled),
            *look_at_words(one.specific, one.generic, one.pinyin, kind, wording),
            *_cut(searched, kind.range.labels),
        ]
    )


def proposed_of(one: Application) -> Proposed:
    """The name of an application, ready for comparison."""
    readings = other_readings(one.name, one.folded)
    return Proposed(one.name, one.toned, one.folded, one.specific, one.specific_folded, readings)


def _cut(searched: LegalRange, labels: dict[str, str]) -> list[Finding]:
    return [] if searched.whole else [Finding("range_cut", NOTE, {"range": labels, "searched": searched.name})]
