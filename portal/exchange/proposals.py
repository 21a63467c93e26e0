"""What the portal proposes for a file before a person answers: columns, options, coordinate systems."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from portal.errors import BadInput
from portal.exchange.models import Import
from portal.exchange.queries import imports as queries
from portal.exchange.rules import Known, heading_key, match_columns
from portal.exchange.staging.setup import EAST, NORTH, Setup
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.contracts.importing import Importer
from portal.kernel.formats.reading import Head
from portal.kernel.geo.crs import CrsRefused
from portal.kernel.geo.crs_readings import CrsReading, propose
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.prj import declared
from portal.kernel.i18n.plain import from_plain
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

LANGUAGES = ("zh_Hans_CN", "en")

POSITIONS = (
    Field(EAST, text("East (longitude or Y in survey lists)"), names=("经度", "东经", "lon", "lng", "long", "longitude",
          "easting", "east", "横坐标", "横坐标y", "东坐标", "x", "x坐标")),
    Field(NORTH, text("North (latitude or X in survey lists)"), names=("纬度", "北纬", "lat", "latitude", "northing",
          "north", "纵坐标", "纵坐标x", "北坐标", "y", "y坐标")),
)  # fmt: skip
"""The two columns of a position. Which is north is asked where the numbers do not say it."""


@dataclass(frozen=True)
class Proposal:
    """A setup to begin with, why each column was chosen, and where readings of the coordinates would put the data."""

    setup: Setup
    why: Mapping[str, str]
    readings: Sequence[CrsReading]
    crs_problem: Text | None = None
    """Why the system that the file declares is refused."""


def fields_of(importer: Importer, head: Head) -> tuple[Field, ...]:
    """The fields that a column may hold; positions too where the file has no shapes of its own."""
    positions = POSITIONS if importer.shape is not None and not head.has_geometry else ()
    return (*importer.fields, *positions)


def propose_setup(session: Session, found: Import, importer: Importer, today: dt.date) -> Proposal:
    """The first proposal for a file that was read."""
    head, cells = head_of(found), cells_of(found)
    matches = match_columns(
        [_known(one) for one in fields_of(importer, head)],
        head.columns,
        cells,
        queries.remembered(session, importer.key),
    )
    columns = {key: match.column for key, match in matches.items()}
    crs, problem = _declared(head)
    setup = Setup(columns, _options(importer, today), crs)
    readings = () if crs else readings_of(session, found, setup, today)
    return Proposal(setup, {key: match.why for key, match in matches.items()}, readings, problem)


def readings_of(session: Session, found: Import, setup: Setup, today: dt.date) -> Sequence[CrsReading]:
    """Where each reading of the coordinates would put the data; none for a file without any."""
    positions = _positions(found, setup)
    return propose(positions, queries.home_outline(session, today)) if len(positions) else ()


def head_of(found: Import) -> Head:
    """What the file says of itself, as it was read."""
    kept: dict[str, Any] = dict(found.head or {})
    said = {key: value for key, value in kept.items() if key in Head.__dataclass_fields__}
    listed = {key: tuple(said.get(key) or ()) for key in ("columns", "sample", "parts")}
    notes = tuple(from_plain(note) for note in kept.get("notes", ()))
    return Head(**{**said, **listed, "notes": notes})


def cells_of(found: Import) -> dict[str, list[str]]:
    """The first cells by column."""
    kept = (found.head or {}).get("cells")
    return dict(kept) if isinstance(kept, dict) else {}


def _positions(found: Import, setup: Setup) -> NDArray[np.float64]:
    kept = (found.head or {}).get("positions")
    if isinstance(kept, list) and kept:
        return np.asarray(kept, dtype=float)
    cells = cells_of(found)
    columns = [cells.get(setup.columns.get(key, ""), []) for key in (EAST, NORTH)]
    pairs = [(_number(x), _number(y)) for x, y in zip(*columns, strict=False)]
    return np.asarray([pair for pair in pairs if None not in pair], dtype=float).reshape(-1, 2)


def _number(written: str) -> float | None:
    try:
        return parse_degrees(written)
    except BadInput:
        return None


def _declared(head: Head) -> tuple[str, Text | None]:
    """The key of the declared system, or why it is refused."""
    if not head.declared_crs:
        return "", None
    try:
        return declared(head.declared_crs).key, None
    except CrsRefused as refused:
        return "", refused.message if isinstance(refused.message, Text) else text(str(refused.message))


def _known(one: Field) -> Known:
    titles = (translate(one.title, language) for language in LANGUAGES)
    words = frozenset(heading_key(word) for word in (one.key, *one.names, *titles))
    return Known(one.key, words, re.compile(one.looks) if one.looks else None)


def _options(importer: Importer, today: dt.date) -> dict[str, str]:
    said = {one.key: one.default for one in importer.options}
    days = {one.key: today for one in importer.options if one.kind is Kind.DATE and one.required}
    return {key: str(value) for key, value in (said | days).items() if value is not None}
