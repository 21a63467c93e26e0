"""A report as a whole: what it holds, and everything that is wrong with it at once, by form field."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from shapely import Point

from portal.disasters.catalogue import Catalogue
from portal.disasters.rules.clock import INPUT_GRAIN
from portal.disasters.rules.consistency import ERROR, violations
from portal.disasters.rules.event import NewEvent, event_findings
from portal.disasters.rules.figures import Figure, Figures, field_name
from portal.disasters.rules.limits import too_long
from portal.kernel.geo.geometry import check_degrees
from portal.kernel.i18n.text import text

PHONE = re.compile(r"[0-9０-９+＋()（）\- ]{5,30}")

Findings = dict[str, list[object]]
Found = Iterator[tuple[str, object]]


class PlaceMethod(enum.StrEnum):
    """How a place was got: shown on the map, told by the device, or only the unit is known."""

    MAP = "map"
    DEVICE = "device"
    UNIT = "unit"


@dataclass(frozen=True)
class Place:
    """Where: degrees in CGCS2000 (x = east) or none, how they were got, how exactly, as what, and in words."""

    method: PlaceMethod = PlaceMethod.UNIT
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    original: str | None = None
    words: str = ""


@dataclass(frozen=True)
class ReportContent:
    """What one version of a report says. `reported_at` and `as_at` are None where they are simply now."""

    occurred_at: dt.datetime | None
    narrative: str
    filler: str
    phone: str
    place: Place = field(default_factory=Place)
    reported_at: dt.datetime | None = None
    as_at: dt.datetime | None = None
    note: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)


def findings(
    content: ReportContent, catalogue: Catalogue, now: dt.datetime, new_event: NewEvent | None = None
) -> Findings:
    """Every message by field; empty when the report can be submitted. Warnings that a note explains are no messages."""
    found: Findings = event_findings(new_event, catalogue.types, now) if new_event else {}
    parts = (missing(content), clocks(content, now), lengths(content), unknown(content, catalogue))
    for name, message in chain(*parts, inconsistent(content, catalogue)):
        if message not in found.setdefault(name, []):
            found[name].append(message)
    return found | dict(misplaced(content.place))


def missing(content: ReportContent) -> Found:
    """What a report cannot do without; figures may all be unknown yet."""
    if content.occurred_at is None:
        yield "occurred_at", text("Say when it happened.")
    if not content.narrative.strip():
        yield "narrative", text("Say in a sentence or two what happened.")
    if not content.filler.strip():
        yield "filler", text("Give the name of the person who files this report.")
    if not PHONE.fullmatch(content.phone.strip()):
        yield "phone", text("Give a phone number where you can be reached, such as 021-5256 4588.")


def misplaced(place: Place) -> Iterator[tuple[str, list[object]]]:
    """Coordinates that are not degrees of China, x = east."""
    if place.lon is None or place.lat is None:
        return
    problem = check_degrees(Point(place.lon, place.lat))
    if problem is not None and problem.level == "error":
        yield "lon", [problem.text]


def clocks(content: ReportContent, now: dt.datetime) -> Found:
    """Rule 19: it occurred before it was reported, and both before it is entered; so were the figures taken."""
    latest = now + INPUT_GRAIN
    for name in ("occurred_at", "as_at", "reported_at"):
        at = getattr(content, name)
        if at is not None and at > latest:
            yield name, text("This time lies in the future.")
    if content.occurred_at is None:
        return
    if content.reported_at is not None and content.reported_at < content.occurred_at:
        yield "reported_at", text("It cannot have been reported before it happened.")
    if content.as_at is not None and content.as_at < content.occurred_at:
        yield "as_at", text("The figures cannot be older than the disaster.")


def lengths(content: ReportContent) -> Found:
    """Texts over their limits."""
    texts = {"narrative": content.narrative, "note": content.note, "filler": content.filler, "phone": content.phone}
    for name, value in (texts | {"place_words": content.place.words}).items():
        message = too_long(name, value)
        if message is not None:
            yield name, message


def unknown(content: ReportContent, catalogue: Catalogue) -> Found:
    """Figures that the catalogue does not have."""
    for key, figure in content.figures.items():
        indicator = catalogue.indicators.indicators.get(key)
        if indicator is None or (figure.realtime is not None and not indicator.has_realtime):
            yield "", text("The form has no figure “%(key)s”.", key=key[:60])


def inconsistent(content: ReportContent, catalogue: Catalogue) -> Found:
    """What the consistency rules say; warnings only while no note explains them."""
    said = violations(Figures(content.figures, catalogue.indicators), catalogue.rules)
    open_warning = False
    for violation in said:
        if violation.severity == ERROR or not content.note.strip():
            open_warning |= violation.severity != ERROR
            yield field_name(violation.indicator, violation.measure), violation.text
    if open_warning:
        yield "note", text("Some figures look unusual. Correct them, or say here why they are right.")
