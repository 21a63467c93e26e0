"""What the room puts on maps: open places of public kinds, public once a publisher publishes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.catalogue import Kinds, kinds_on, name_of
from portal.places.models import Place


def rows(session: Session) -> Iterator[LayerRow]:
    """A row for each place that everyone may see today, under its division's name of today."""
    day = today()
    found = queries.public_places(session, day)
    names = queries.names_of(session, (place for place, _ in found), day)
    kinds = kinds_on(day)
    for place, unit in found:
        yield _row(place, unit, names[place.id], kinds)


def source(session: Session) -> str:
    """Where they come from."""
    return "；".join(queries.sources(session, today()))


def _row(place: Place, unit: uuid.UUID, unit_name: str, kinds: Kinds) -> LayerRow:
    return LayerRow(
        public_id=place.public_id,
        name=place.name,
        attributes=_facts(place, kinds) | {"unit": str(unit), "unit_name": unit_name},
        geometry=place.point,
        valid_from=place.valid_from,
        valid_to=place.closed_on,
    )


def _facts(place: Place, kinds: Kinds) -> dict[str, object]:
    kind = name_of(kinds, place.kind)
    return {
        "name": place.name,
        "kind": place.kind,
        "kind_zh": kind["zh"],
        "kind_en": kind["en"],
        "group": kinds[place.kind].group if place.kind in kinds else "",
        "address": place.address,
        "capacity_people": place.capacity_people,
        "shelter_class": place.shelter_class,
        "setting": place.setting,
        "accessible": place.accessible,
        "phone": place.phone,
        "open_hours": place.open_hours,
        "source": place.source,
        "checked_on": place.checked_on.isoformat(),
    }


SHELTERS = Layer(
    name="places.shelters",
    title=text("Shelters and donation points"),
    style="shelters",
    fields=(
        "name",
        "kind",
        "kind_zh",
        "kind_en",
        "group",
        "address",
        "capacity_people",
        "shelter_class",
        "setting",
        "accessible",
        "phone",
        "open_hours",
        "source",
        "unit",
        "unit_name",
        "checked_on",
    ),
    tile_fields=("name", "kind", "group"),
    rows=rows,
    source=source,
    detail="/shelters/{id}",
    automatic=False,
)
"""Depots and all else that is internal have no row; keepers, duty phones and notes are not on the list."""
