"""One list into one file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.exports.about import Facts, about
from portal.exchange.exports.formats import Format
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.exporting import Asked, Exporter, ExportRow
from portal.kernel.formats.writing import Outgoing
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+')
LONGEST_NAME = 100


@dataclass(frozen=True)
class Maker:
    """Who makes a file, where and when; without an actor it is the public."""

    session: Session
    actor: Actor | None
    district: str
    now: dt.datetime
    crs: DeclaredCrs = field(default=CGCS2000)


@dataclass(frozen=True)
class Made:
    """A file that was written, the name it should have, and how many rows are in it."""

    path: Path
    name: str
    count: int


def make(maker: Maker, exporter: Exporter, form: Format, asked: Asked, folder: Path) -> Made:
    """Writes a list into a folder. Raises `RuleBroken` for one that is too long, what the room's filter raises, and
    `BadInput` for shapes outside the coordinate system."""
    path = folder / f"export.{form.ending}"
    outgoing = Outgoing(
        name=exporter.key.rpartition(":")[2],
        title=translate(exporter.title, asked.locale),
        columns=(*exporter.columns, *(exporter.further(asked) if exporter.further else ())),
        rows=_bounded(exporter, exporter.rows(maker.session, maker.actor, asked)),
        locale=asked.locale,
        about=about(_facts(maker, exporter, form, asked), asked.locale),
        source=_source(maker, exporter),
        crs=maker.crs,
    )
    count = form.write(path, outgoing)
    return Made(path, file_name(outgoing.title, maker.district, asked.at, form), count)


def file_name(title: str, district: str, at: dt.date, form: Format) -> str:
    """Such as 隐患_普陀区_2026-11-25.xlsx; signs that a file system refuses become one line."""
    parts = (_NOT_IN_NAMES.sub("-", part).strip("-.") for part in (title, district, at.isoformat()))
    return f"{'_'.join(part for part in parts if part)[:LONGEST_NAME]}.{form.ending}"


def _bounded(exporter: Exporter, rows: Iterable[ExportRow]) -> Iterator[ExportRow]:
    if exporter.cut_off:
        yield from islice(rows, exporter.most)
        return
    for number, row in enumerate(rows, start=1):
        if number > exporter.most:
            raise RuleBroken(
                text(
                    "The list has more than %(limit)d entries; narrow it down and export it in parts.",
                    limit=exporter.most,
                )
            )
        yield row


def _facts(maker: Maker, exporter: Exporter, form: Format, asked: Asked) -> Facts:
    return Facts(
        title=translate(exporter.title, asked.locale),
        district=maker.district,
        at=asked.at,
        narrowed=exporter.narrowed(maker.session, maker.actor, asked) if exporter.narrowed else (),
        source=_source(maker, exporter),
        crs=maker.crs if form.shaped else None,
        made_at=maker.now,
        by=maker.actor.name if maker.actor else "",
        cut_off_after=exporter.most if exporter.cut_off else None,
    )


def _source(maker: Maker, exporter: Exporter) -> str:
    return exporter.source(maker.session) if exporter.source else ""
