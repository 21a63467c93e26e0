"""The hazards of a list as a file whose columns are those of the import, so that it goes in again."""

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
from portal.risk import queries
from portal.risk.catalogue import Catalogue, in_force
from portal.risk.exchange.columns import FIELDS
from portal.risk.forms import chosen
from portal.risk.models import Hazard
from portal.risk.permissions import READ
from portal.risk.queries.exported import all_hazards

WIDTHS = {"id": 38, "name": 28, "unit": 20, "town": 18, "season": 22, "advice": 40, "description": 40, "source": 24}

COLUMNS = (
    *(Column(field.key, field.title, field.kind, WIDTHS.get(field.key, 14)) for field in FIELDS if field.key != "id"),
    LON,
    LAT,
    Column("closed_on", text("No longer there since"), Kind.DATE),
    Column("closed_reason", text("Why it is no longer there"), width=30),
    Column("id", text("Identifier"), Kind.CODE, WIDTHS["id"]),
)

STANDINGS = {
    "open": text("still there"),
    "closed": text("no longer there"),
    "all": text("All"),
    "unassigned": text("to be assigned"),
}


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The hazards of the page's filter within the actor's divisions, the most serious first."""
    wanted, catalogue = chosen(asked.args, asked.at), in_force(today())
    for found in all_hazards(session, somebody(actor), wanted):
        units = unit_columns(session, (hazard.unit_id for hazard in found), asked.at)
        names = queries.names_of(session, found, asked.at)
        for hazard in found:
            unit = units.get(hazard.unit_id) or UnitColumns("", names[hazard.id], "")
            yield ExportRow(_values(hazard, unit, catalogue), hazard.shape)


def _values(hazard: Hazard, unit: UnitColumns, catalogue: Catalogue) -> dict[str, object]:
    copied = ("name", "season", "advice", "description", "source", "valid_from", "assessed_on", "closed_on")
    level = catalogue.levels.get(hazard.level)
    return {key: getattr(hazard, key) for key in copied} | {
        "type": Named(hazard.type_key, catalogue.type_name(hazard.type_key)),
        "level": Named(hazard.level, level.labels if level else hazard.level),
        "unit": unit.name,
        "unit_code": unit.code,
        "town": unit.town,
        "closed_reason": hazard.closed_reason,
        "id": str(hazard.public_id),
        **position(hazard.shape),
    }


def narrowed(session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The filter in words."""
    wanted, catalogue = chosen(asked.args, asked.at), in_force(today())
    level = catalogue.levels.get(wanted.level)
    unit = unit_by_public_id(session, wanted.unit, asked.at) if wanted.unit else None
    return [
        (text("State"), STANDINGS[wanted.standing] if wanted.standing != "all" else ""),
        (text("Level"), level.labels if level else ""),
        (text("Type"), catalogue.type_name(wanted.type_key) if wanted.type_key else ""),
        (text("Town"), unit.name if unit else ""),
    ]


HAZARDS_LIST = Exporter(
    key="risk:hazards",
    title=text("Hazards"),
    columns=COLUMNS,
    rows=rows,
    permission=READ,
    has_shape=True,
    narrowed=narrowed,
)

EXPORTERS = (HAZARDS_LIST,)
