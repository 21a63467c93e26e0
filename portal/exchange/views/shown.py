"""What the page of an import shows in each of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.exchange import proposals
from portal.exchange.declared import importer_named
from portal.exchange.forms.imports import READ_AS, SWAPPED, ConfirmForm, StepForm
from portal.exchange.models import Import, State
from portal.exchange.queries import imports as queries
from portal.exchange.staging import Counts, Setup
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.contracts.importing import Importer
from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84, plane_systems
from portal.kernel.geo.crs_readings import CrsReading
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.i18n.plain import from_plain
from portal.kernel.i18n.text import Text
from portal.kernel.i18n.translate import pick, translate
from portal.kernel.jobs.queue import run_of
from portal.kernel.web.maps import draw, home_bounds, language, units_layer
from portal.kernel.web.state import actor, app_session, today

PAGE = 50
WORKING = frozenset({State.READING, State.CHECKING, State.ENTERING, State.UNDOING})
Context = dict[str, Any]


def context_of(found: Import, *, setup: Setup | None, messages: Mapping[str, list[object]] | None = None) -> Context:
    """Everything the template of an import needs; `setup` is what was just sent, when it comes back with messages."""
    importer = importer_named(found.what)
    context: Context = {
        "found": found,
        "importer": importer,
        "head": proposals.head_of(found) if found.head else None,
        "question": from_plain(found.question) if found.question else None,
        "refused_as": (found.question or {}).get("code"),
        "about_shift": (found.question or {}).get("about") == "shift",
        "step": StepForm(formdata=None),
        "confirming": ConfirmForm(formdata=None),
        "counts": Counts.of(found.counts),
        "refusals": [],
        "map": None,
        "messages": {},
    }
    return context | _of_state(found, importer, setup, messages or {})


def _of_state(found: Import, importer: Importer, setup: Setup | None, messages: Mapping[str, list[object]]) -> Context:
    if found.state in WORKING:
        run = run_of(app_session(), actor(), found.run) if found.run else None
        return {"run": run}
    if found.state == State.ASKING:
        return _asking(found, importer, setup, messages)
    shown: dict[str, Callable[[Import], Context]] = {State.PREVIEWED: _preview}
    return shown[found.state](found) if found.state in shown else {}


def _asking(found: Import, importer: Importer, setup: Setup | None, messages: Mapping[str, list[object]]) -> Context:
    proposal = proposals.propose_setup(app_session(), found, importer, today())
    chosen = setup or (Setup.of(found.setup) if found.setup else proposal.setup)
    head = proposals.head_of(found)
    positions = importer.shape is not None and (
        head.has_geometry or any(field in chosen.columns for field in ("x", "y"))
    )
    readings = proposals.readings_of(app_session(), found, chosen, today()) if positions else ()
    return {
        "setup": chosen,
        "why": proposal.why,
        "crs_problem": proposal.crs_problem,
        "readings": [_reading(one) for one in readings],
        "systems": systems(),
        "positions": positions,
        "parts": [(part, part) for part in head.parts],
        "fields": [
            _field(one, proposals.cells_of(found), chosen, messages) for one in proposals.fields_of(importer, head)
        ],
        "options": [_option(one, chosen) for one in importer.options],
        "messages": {name: [translate(one) for one in group] for name, group in messages.items()},
        "map": _readings_map(found, readings) if readings and not proposal.crs_problem else None,
    }


def _preview(found: Import) -> Context:
    page = max(1, request.args.get("page", 1, type=int))
    counts, box = Counts.of(found.counts), queries.bounds(app_session(), found)
    total = counts.errors + counts.notes
    return {
        "findings": queries.findings(app_session(), found, limit=PAGE, offset=(page - 1) * PAGE),
        "codes": queries.codes(app_session(), found),
        "differences": queries.differences(app_session(), found),
        "first": queries.first_rows(app_session(), found),
        "page": {"number": page, "pages": max(1, -(-total // PAGE)), "total": total},
        "titles": {one.key: one.title for one in importer_named(found.what).fields},
        "words": {one.key: _words(one) for one in importer_named(found.what).fields if one.choices},
        "map": _preview_map(found, box) if box else None,
    }


def systems() -> list[tuple[str, str]]:
    """The systems that a file may be declared to be in."""
    zones = sorted(plane_systems(), key=lambda crs: (crs.label.split(" zone ")[0].split(" CM ")[0], crs.epsg or 0))
    return [(crs.key, f"{crs.label} ({crs.key})") for crs in (CGCS2000, WGS84, *zones, GCJ02, BD09)]


def _reading(one: CrsReading) -> dict[str, object]:
    key = READ_AS + one.crs.key + (SWAPPED if one.swapped else "")
    return {"value": key, "label": one.label, "bounds": one.bounds, "share": one.inside_share, "km": one.distance_km}


def _field(
    one: Field, cells: Mapping[str, list[str]], setup: Setup, messages: Mapping[str, list[object]]
) -> dict[str, object]:
    column = setup.columns.get(one.key, "")
    at_once = bool(column or one.required or f"column-{one.key}" in messages)
    return {"field": one, "column": column, "cells": cells.get(column, [])[:3], "at_once": at_once}


def _option(one: Field, setup: Setup) -> dict[str, object]:
    choices = list(_words(one).items())
    kind = "select" if choices else "date" if one.kind is Kind.DATE else "text"
    return {"field": one, "kind": kind, "choices": choices, "value": setup.options.get(one.key, "")}


def _words(one: Field) -> dict[str, str]:
    """What a field may hold, as its people say it."""
    named = one.choices(today()) if one.choices else {}
    return {key: _word(name) for key, name in named.items()}


def _word(name: object) -> str:
    return translate(name) if isinstance(name, Text | str) else pick(name)


def _preview_map(found: Import, box: tuple[float, float, float, float]) -> RenderedMap:
    margin = max(0.003, (box[2] - box[0]) * 0.08)
    bounds = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
    url = url_for("exchange.staged_features", public_id=found.public_id)
    layer = MapLayer("exchange.rows", gettext("Rows of the file"), url, "geojson", "staged")
    return draw(MapSpec("import", (*units_layer(app_session()), layer), bounds, locale=language()))


def _readings_map(found: Import, readings: object) -> RenderedMap:
    url = url_for("exchange.reading_features", public_id=found.public_id)
    layer = MapLayer("exchange.readings", gettext("Where the data would lie"), url, "geojson", "staged")
    bounds = home_bounds(app_session())
    return draw(MapSpec("import", (*units_layer(app_session()), layer), bounds, locale=language()))
