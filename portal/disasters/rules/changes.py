"""What changed from one version of a report to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.disasters.catalogue import IndicatorList, Labels
from portal.disasters.rules.clock import said
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.report import ReportContent
from portal.disasters.rules.wording import plain
from portal.kernel.i18n.text import Text, text

UNKNOWN = ""


@dataclass(frozen=True)
class Change:
    """One thing that differs; `name` is a sentence of ours or labels of the catalogue, an empty value was not known."""

    name: Text | Labels
    before: str
    after: str


def changes(before: ReportContent, after: ReportContent, indicators: IndicatorList) -> list[Change]:
    """Everything that differs, in the order of the form."""
    return [*_texts(before, after), *_figures(before, after, indicators)]


def _texts(before: ReportContent, after: ReportContent) -> Iterator[Change]:
    for (name, old), (_name, new) in zip(_parts(before), _parts(after), strict=True):
        if old != new:
            yield Change(name, old, new)


def _parts(content: ReportContent) -> list[tuple[Text, str]]:
    place = content.place
    degrees = f"{place.lon:.6f}, {place.lat:.6f}" if place.lon is not None and place.lat is not None else UNKNOWN
    return [
        (text("Occurred at"), said(content.occurred_at) if content.occurred_at else UNKNOWN),
        (text("Coordinates"), degrees),
        (text("Place in words"), place.words),
        (text("What happened"), content.narrative),
        (text("Explanation of unusual figures"), content.note),
        (text("Filed by"), content.filler),
        (text("Phone number"), content.phone),
    ]


def _figures(before: ReportContent, after: ReportContent, indicators: IndicatorList) -> Iterator[Change]:
    for key, indicator in indicators.indicators.items():
        old, new = before.figures.get(key, Figure()), after.figures.get(key, Figure())
        for measure in indicator.measures:
            if old.of(measure) != new.of(measure):
                yield Change(indicators.name(key, measure), _shown(old, measure), _shown(new, measure))


def _shown(figure: Figure, measure: str) -> str:
    value = figure.of(measure)
    return UNKNOWN if value is None else plain(value)
