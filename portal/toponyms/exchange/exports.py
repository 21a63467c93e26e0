"""The names of a list as a file whose columns are those of the import, so that it goes in again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.queries import unit_by_public_id
from portal.divisions.queries.exported import UnitColumns, unit_columns
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.formats.writing.positions import LAT, LON, position
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import Text, text
from portal.toponyms.catalogue import kinds_on, name_of
from portal.toponyms.exchange.columns import FIELDS, precision_names, status_names
from portal.toponyms.forms.chosen import chosen
from portal.toponyms.permissions import READ
from portal.toponyms.queries import names as queries
from portal.toponyms.queries.names import NameRow

BATCH = 1000
WIDTHS = {"id": 38, "name": 24, "pinyin": 30, "unit": 20, "town": 18, "meaning": 40, "history": 40, "place": 30}
COLUMNS = (
    *(Column(field.key, field.title, field.kind, WIDTHS.get(field.key, 14)) for field in FIELDS if field.key != "id"),
    LON,
    LAT,
    Column("id", text("Identifier"), FIELDS[0].kind, WIDTHS["id"]),
)
NOT_COPIED = {"id", "kind", "status", "valid_from_precision", "former", "unit", "unit_code", "town"}
COPIED = tuple(field.key for field in FIELDS if field.key not in NOT_COPIED)


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The names of the page's filter within the actor's divisions, in the order of their Pinyin."""
    wanted, reader, offset = chosen(asked.args, asked.at), somebody(actor), 0
    while found := queries.names(session, reader, wanted, limit=BATCH, offset=offset):
        units = unit_columns(session, (row.version.unit_id for row in found), asked.at)
        for row in found:
            unit = units.get(row.version.unit_id) or UnitColumns("", row.unit_name, "")
            yield ExportRow(_values(row, unit), row.version.shape)
        offset += BATCH


def narrowed(session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The filter in words."""
    wanted = chosen(asked.args, asked.at)
    unit = unit_by_public_id(session, wanted.unit, asked.at) if wanted.unit else None
    return [
        (text("State"), status_names(asked.at).get(wanted.standing, "")),
        (text("Kind"), name_of(kinds_on(today()), wanted.kind) if wanted.kind else ""),
        (text("Town"), unit.name if unit else ""),
        (text("Name or Pinyin"), wanted.words),
    ]


def _values(row: NameRow, unit: UnitColumns) -> dict[str, object]:
    version, day = row.version, today()
    copied = {key: getattr(version, key) for key in COPIED}
    return copied | {
        "kind": Named(version.kind, name_of(kinds_on(day), version.kind)),
        "status": Named(version.status, status_names(day)[version.status]),
        "valid_from_precision": Named(version.valid_from_precision, precision_names(day)[version.valid_from_precision]),
        "former": "、".join(version.former),
        "unit": unit.name,
        "unit_code": unit.code,
        "town": unit.town,
        "id": str(row.public_id),
        **position(version.shape),
    }


NAMES_LIST = Exporter(
    key="toponyms:names",
    title=text("Place names"),
    columns=COLUMNS,
    rows=rows,
    permission=READ,
    has_shape=True,
    narrowed=narrowed,
)

EXPORTERS = (NAMES_LIST,)
