"""Papers for tests: a published district with a town that has an outline, and people who may issue."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass

from pypdf import PdfReader
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.divisions.papers import SHEET
from portal.divisions.signals import units_announced
from portal.exchange.permissions import CHANGE_TEMPLATES, ISSUE_PAPERS, READ_PAPERS
from portal.exchange.service.papers import IssuePaper
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.i18n.clock import SHANGHAI
from tests.factories.divisions import make_district, make_unit, square

NOW = dt.datetime(2026, 7, 15, 9, 30, tzinfo=SHANGHAI)
AT = dt.date(2026, 7, 1)
BASE = "http://10.1.2.3:8000/"
ZH = "zh_Hans_CN"


@dataclass(frozen=True)
class Ground:
    """A district with two towns that have outlines, and one committee without."""

    district: Unit
    town: Unit
    beside: Unit
    committee: Unit


def make_ground(session: Session, name: str = "长征镇") -> Ground:
    """The district and what lies in it, published."""
    district = make_district(session)
    codes = {"mca": "310107102", "nbs": "310107102"}
    town = make_unit(session, district, name, kind="town", codes=codes, shape=square(), quality="schematic")
    beside = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"}, shape=square(121.41))
    committee = make_unit(session, town, "海棠苑居委会", level=5, codes={"nbs": "310107102009"})
    units_announced.send("test", session=session, actor=SYSTEM)
    return Ground(district, town, beside, committee)


def clerk(unit: Unit, name: str = "李娜") -> Actor:
    """Somebody who issues papers for a division."""
    held = frozenset({unit.id})
    return Actor(7, name, {str(ISSUE_PAPERS): held, str(READ_PAPERS): held}, frozenset({"division_clerk"}))


def administrator(unit: Unit) -> Actor:
    """Somebody who changes templates and nothing else."""
    return Actor(8, "王强", {str(CHANGE_TEMPLATES): frozenset({unit.id})}, frozenset({"administrator"}))


def sheet_of(unit: Unit | uuid.UUID, at: dt.date = AT, locale: str = ZH) -> IssuePaper:
    """The command that issues a division's sheet."""
    return IssuePaper(SHEET, unit.public_id if isinstance(unit, Unit) else unit, at, locale, BASE)


def pdf_text(data: bytes) -> str:
    """What a PDF says, without the blanks and breaks of its layout."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())
