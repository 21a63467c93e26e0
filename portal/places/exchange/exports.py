"""The places of a list as a file whose columns are those of the import, so that it goes in again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.queries import unit_by_public_id
from portal.divisions.queries.exported import UnitColumns, unit_columns
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing.positions import LAT, LON, position
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import Text, text
from portal.places import queries
from portal.places.catalogue import kinds_on, name_of
from portal.places.exchange.columns import FIELDS, accessible_names, setting_names
from portal.places.forms.chosen import chosen
from portal.places.permissions import READ
from portal.places.queries import PlaceRow

BATCH = 1000

WIDTHS = {"id": 38, "name": 28, "unit": 20, "town": 18, "address": 36, "open_hours": 24, "note": 40, "source": 24}
CHOICES = ("kind", "setting", "accessible")
FROM_UNIT = ("unit", "unit_code", "town")

COLUMNS = (
    *(Column(field.key, field.title, field.kind, WIDTHS.get(field.key, 14)) for field in FIELDS if field.key != "id"),
    LON,
    LAT,
    Column("closed_on", text("No longer there since"), Kind.DATE),
    Column("closed_reason", text("Why it is no longer there"), width=30),
    Column("id", text("Identifier"), Kind.CODE, WIDTHS["id"]),
)
COPIED = tuple(field.key for field in FIELDS if field.key not in {"id", *CHOICES, *FROM_UNIT})

STANDINGS = {
    "open": text("still there"),
    "closed": text("no longer there"),
    "all": text("All"),
    "unassigned": text("to be assigned"),
}


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The places of the page's filter within the actor's divisions, kind by kind."""
    wanted, reader, offset = chosen(asked.args, asked.at), somebody(actor), 0
    while found := queries.places(session, reader, wanted, limit=BATCH, offset=offset):
        units = unit_columns(session, (row.place.unit_id for row in found), asked.at)
        for row in found:
            unit = units.get(row.place.unit_id) or UnitColumns("", row.unit_name, "")
            yield ExportRow(_values(row, unit, asked), row.place.point)
        offset += BATCH


def _values(row: PlaceRow, unit: UnitColumns, asked: Asked) -> dict[str, object]:
    place = row.place
    copied = {key: getattr(place, key) for key in (*COPIED, "closed_on", "closed_reason")}
    setting, accessible = setting_names(today()), accessible_names(today())
    return copied | {
        "kind": Named(place.kind, name_of(kinds_on(today()), place.kind)),
        "setting": Named(place.setting, setting[place.setting]) if place.setting else None,
        "accessible": Named(place.accessible, accessible[place.accessible]),
        "unit": unit.name,
        "unit_code": unit.code,
        "town": unit.town,
        "id": str(place.public_id),
        **position(place.point),
    }


def narrowed(session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The filter in words."""
    wanted = chosen(asked.args, asked.at)
    unit = unit_by_public_id(session, wanted.unit, asked.at) if wanted.unit else None
    return [
        (text("State"), STANDINGS[wanted.standing] if wanted.standing != "all" else ""),
        (text("Kind"), name_of(kinds_on(today()), wanted.kind) if wanted.kind else ""),
        (text("Town"), unit.name if unit else ""),
        (text("Name or address"), wanted.words),
    ]


PLACES_LIST = Exporter(
    key="places:places",
    title=text("Places"),
    columns=COLUMNS,
    rows=rows,
    permission=READ,
    has_shape=True,
    narrowed=narrowed,
)

EXPORTERS = (PLACES_LIST,)
