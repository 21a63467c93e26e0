"""What the room puts on maps: the open hazards, public once a publisher publishes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.catalogue import Catalogue, in_force
from portal.risk.models import Hazard


def rows(session: Session) -> Iterator[LayerRow]:
    """A row for each hazard that is open today, under its division's name of today."""
    day = today()
    found = queries.open_hazards(session, day)
    names = queries.names_of(session, (hazard for hazard, _ in found), day)
    catalogue = in_force(day)
    for hazard, unit in found:
        yield _row(hazard, unit, names[hazard.id], catalogue)


def source(session: Session) -> str:
    """Where the hazards come from."""
    return "；".join(queries.sources(session, today()))


def _row(hazard: Hazard, unit: uuid.UUID, unit_name: str, catalogue: Catalogue) -> LayerRow:
    return LayerRow(
        public_id=hazard.public_id,
        name=hazard.name,
        attributes=_facts(hazard, catalogue) | {"unit": str(unit), "unit_name": unit_name},
        geometry=hazard.shape,
        valid_from=hazard.valid_from,
        valid_to=hazard.closed_on,
    )


def _facts(hazard: Hazard, catalogue: Catalogue) -> dict[str, object]:
    kind, advice = catalogue.type_name(hazard.type_key), catalogue.advice(hazard.type_key)
    return {
        "name": hazard.name,
        "type": hazard.type_key,
        "type_zh": kind["zh"],
        "type_en": kind["en"],
        "level": hazard.level,
        "season": hazard.season,
        "advice_zh": hazard.advice or advice["zh"],
        "advice_en": hazard.advice or advice["en"],
        "source": hazard.source,
        "assessed_on": hazard.assessed_on.isoformat(),
    }


HAZARDS = Layer(
    name="risk.hazards",
    title=text("Hazards"),
    style="hazards",
    fields=(
        "name",
        "type",
        "type_zh",
        "type_en",
        "level",
        "season",
        "advice_zh",
        "advice_en",
        "source",
        "unit",
        "unit_name",
        "assessed_on",
    ),
    tile_fields=("name", "level", "type"),
    rows=rows,
    source=source,
    detail="/hazards/{id}",
    automatic=False,
)
"""Descriptions, who recorded a hazard and how it was drawn are not on the list and stay in the office."""
