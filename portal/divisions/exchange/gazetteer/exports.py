"""The table of the gazetteer as a file: the division of the page and all below it, with the values of the year."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.divisions import catalogue
from portal.divisions.catalogue.gazetteer import fields
from portal.divisions.exchange.gazetteer.columns import VALUES
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries import home_unit_id
from portal.divisions.queries.exported import UnitColumns, unit_columns
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.rules.gazetteer import check_year
from portal.errors import BadInput
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import Text, text

WIDTHS = {"pinyin": 28}

COLUMNS = (
    Column("unit", text("Division"), width=24),
    Column("town", text("Town of the division"), width=20),
    Column("kind", text("Kind"), Kind.CHOICE),
    Column("unit_code", text("Division code"), Kind.CODE),
    Column("code_mca", text("Civil-affairs code (MCA)"), Kind.CODE, width=16),
    Column("code_nbs", text("Statistical code (NBS)"), Kind.CODE, width=16),
    Column("seat", text("Seat"), width=30),
    Column("postcode", text("Postcode"), Kind.CODE, width=10),
    Column("phone", text("Phone"), Kind.CODE),
    Column("name_en", text("English name"), width=28),
    *(Column(one.key, one.title, one.kind, WIDTHS.get(one.key, 14)) for one in VALUES),
    Column("residents_counted", text("Residents' committees on record"), Kind.INTEGER),
    Column("villagers_counted", text("Villagers' committees on record"), Kind.INTEGER),
    Column("area_drawn", text("Area of the outline"), Kind.NUMBER),
    Column("year", text("Year"), Kind.INTEGER, width=8),
    Column("id", text("Identifier"), Kind.CODE, width=38),
)
NUMBERS = {Kind.INTEGER: int, Kind.NUMBER: Decimal}
KINDS = {column.key: column.kind for column in COLUMNS}


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """Town by town within the actor's divisions; a value of an earlier year that does not last stays out."""
    reader = somebody(actor)
    year, root = year_of(asked), _root(session, asked)
    if root is None:
        return
    found = queries.gazetteer_rows(session, reader, READ_GAZETTEER, root, asked.at, year)
    named = unit_columns(session, (row.id for row in found), asked.at)
    for row in found:
        yield ExportRow(_values(row, named.get(row.id) or UnitColumns("", row.name, ""), year))


def year_of(asked: Asked) -> int:
    """The year of the values: as the page says, else that of the day. Raises `BadInput`."""
    raw = asked.args.get("year", "")
    if raw and not (raw.isascii() and raw.isdigit() and len(raw) == 4):
        raise BadInput(text("The year %(value)s is not of the form 2024.", value=raw[:20]))
    year = int(raw) if raw else min(asked.at, today()).year
    check_year(year, today())
    return year


def _root(session: Session, asked: Asked) -> int | None:
    raw = asked.args.get("unit", "")
    try:
        return unit_by_public_id(session, uuid.UUID(raw), asked.at).id if raw else home_unit_id(session)
    except ValueError:
        raise BadInput(text("There is no such division on this date.")) from None


def _values(row: GazetteerRow, named: UnitColumns, year: int) -> dict[str, object]:
    kind = catalogue.kinds().get(row.kind)
    said = {key: _typed(key, _said(row, key)) for key in fields() if key in KINDS}
    return said | {
        "unit": named.name,
        "town": named.town,
        "unit_code": named.code,
        "kind": Named(row.kind, kind.labels if kind else row.kind),
        "year": year,
        "id": str(row.public_id),
    }


def _said(row: GazetteerRow, key: str) -> str:
    shown = row.shown(fields()[key])
    return "" if shown.year or not row.asked(fields()[key]) else shown.value


def _typed(key: str, said: str) -> object:
    number = NUMBERS.get(KINDS[key])
    return None if not said else number(said) if number else said


def narrowed(session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """Year and division in words."""
    raw = asked.args.get("unit", "")
    name = unit_by_public_id(session, uuid.UUID(raw), asked.at).name if raw else ""
    last = dt.date(year_of(asked), 12, 31)
    return [(text("Year of the values"), str(last.year)), (text("Division"), name)]


GAZETTEER_LIST = Exporter(
    key="divisions:gazetteer",
    title=text("Gazetteer"),
    columns=COLUMNS,
    rows=rows,
    permission=READ_GAZETTEER,
    narrowed=narrowed,
)
