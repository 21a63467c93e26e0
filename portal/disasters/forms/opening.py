"""Opening a report form: blank, with a draft as it was typed, or with what a returned version said."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from portal.disasters.forms.report import ReportForm
from portal.disasters.rules.clock import typed_moment
from portal.disasters.rules.figures import Figure, field_name
from portal.disasters.rules.report import Place, ReportContent
from portal.disasters.rules.wording import plain


def opened_blank(form: type[ReportForm], known: Mapping[str, object]) -> ReportForm:
    """A new report; `known` are values that need not be typed."""
    return form(data=dict(known))


def opened_draft(form: type[ReportForm], typed: Mapping[str, object], row_version: int | None) -> ReportForm:
    """A draft exactly as it was typed."""
    opened = form(formdata=MultiDict({name: str(value) for name, value in typed.items()}))
    opened.row_version.data = row_version
    return opened


def opened_version(form: type[ReportForm], content: ReportContent, row_version: int | None) -> ReportForm:
    """What a version said, to be put right; its place stays where it was."""
    return opened_draft(form, typed_content(content), row_version)


def typed_content(content: ReportContent) -> dict[str, str]:
    """A version's content as somebody would have typed it. The clocks of the figures and of the call start anew."""
    said = {
        "occurred_at": typed_moment(content.occurred_at),
        "narrative": content.narrative,
        "note": content.note,
        "filler": content.filler,
        "phone": content.phone,
    }
    return said | _typed_place(content.place) | _typed_figures(content.figures)


def _typed_place(place: Place) -> dict[str, str]:
    words = {"place_words": place.words}
    if place.original is None or place.lon is None or place.lat is None:
        return words
    accuracy = "" if place.accuracy_m is None else f"{place.accuracy_m:g}"
    return words | {"lon": f"{place.lon:.6f}", "lat": f"{place.lat:.6f}", "accuracy": accuracy}


def _typed_figures(figures: Mapping[str, Figure]) -> dict[str, str]:
    typed = {}
    for key, figure in figures.items():
        for measure in ("cumulative", "realtime"):
            value = figure.of(measure)
            if value is not None:
                typed[field_name(key, measure)] = plain(value)
    return typed
