"""The forms of an import: which file, how to read it, what its columns are, and yes to the preview."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from portal.exchange.declared import importers_for
from portal.exchange.staging.setup import Setup
from portal.kernel.formats.reading import Wish
from portal.kernel.i18n.translate import translate
from portal.kernel.web.forms import Form
from portal.kernel.web.state import actor

COLUMN, OPTION = "column-", "option-"
READ_AS = "read:"
"""Begins the choice of a proposed reading: the system's key, and “:swapped” when north comes first."""
SWAPPED = ":swapped"
ENCODINGS = ("", "utf-8", "gb18030", "utf-16")


class UploadForm(Form):
    """A file and what it holds."""

    what = SelectField(
        _l("What does the file hold?"),
        choices=lambda: [("", _l("Choose what it holds")), *offered()],
        validators=[InputRequired(_l("Choose what it holds."))],
    )
    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])


class StepForm(Form):
    """A press of a button that moves an import on."""


class ConfirmForm(Form):
    """Yes to the preview."""

    valid_only = BooleanField(_l("Import the valid rows only"))


def offered() -> list[tuple[str, str]]:
    """What the person may import."""
    return [(one.key, translate(one.title)) for one in importers_for(actor())]


def setup_of(given: Mapping[str, str]) -> Setup:
    """The answers of the page on columns, options and coordinates."""
    crs, swapped = _crs(given)
    sure = tuple(name for name in ("encoding", "shift") if given.get(f"sure-{name}"))
    return Setup(
        columns=_named(given, COLUMN), options=_named(given, OPTION), crs=crs, swapped=swapped,
        mend=bool(given.get("mend")), sure=sure,
    )  # fmt: skip


def wish_of(given: Mapping[str, str], part: str | None) -> Wish:
    """How the file is to be read another time."""
    row = given.get("header_row", "").strip()
    chosen = given.get("part") or part
    encoding = given.get("encoding", "")
    return Wish(
        encoding=encoding if encoding in ENCODINGS and encoding else None,
        sheet=chosen,
        layer=chosen,
        header_row=int(row) if row.isascii() and row.isdigit() and len(row) < 7 else None,
    )


def _named(given: Mapping[str, str], prefix: str) -> dict[str, str]:
    said = {name.removeprefix(prefix): value.strip() for name, value in given.items() if name.startswith(prefix)}
    return {name: value for name, value in said.items() if value}


def _crs(given: Mapping[str, str]) -> tuple[str, bool]:
    """A chosen reading comes with its axis order; else the system of the list, and the box."""
    reading = given.get("reading", "")
    if reading.startswith(READ_AS):
        key = reading.removeprefix(READ_AS)
        return key.removesuffix(SWAPPED), key.endswith(SWAPPED)
    return given.get("crs", "").strip(), bool(given.get("swapped"))
