"""The forms of a standard name: a new one, a change in the world, a correction of our mistake."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.divisions.fields import UnitField
from portal.kernel.web.state import today
from portal.toponyms.forms.choices import NEEDED, NO_DAY, TOO_LONG, precisions, statuses, stripped
from portal.toponyms.forms.placed import PlacedForm
from portal.toponyms.models import NameVersion
from portal.toponyms.permissions import EDIT
from portal.toponyms.rules.particulars import LENGTHS, Particulars, former_names
from portal.toponyms.rules.position import Entered, Placed, geojson
from portal.toponyms.service.commands import AddName, ChangeName, CorrectName

TEXTS = ("meaning", "history", "place", "document_number", "document_authority", "source")


def _long(field: str) -> Length:
    return Length(max=LENGTHS[field], message=TOO_LONG)


class NameForm(PlacedForm):
    """A standard name as it is for a time."""

    unit = UnitField(_l("Division"), permission=EDIT, validators=[DataRequired(_l("Choose the division it lies in."))])
    standing = SelectField(_l("State"), choices=statuses)
    place = StringField(_l("Where it lies, in words"), filters=[stripped], validators=[_long("place")])
    meaning = TextAreaField(_l("Origin and meaning"), filters=[stripped], validators=[_long("meaning")])
    history = TextAreaField(_l("History of the name"), filters=[stripped], validators=[_long("history")])
    former = StringField(_l("Former names"), filters=[stripped], validators=[Length(max=500, message=TOO_LONG)])
    document_number = StringField(
        _l("Number of the document"), filters=[stripped], validators=[_long("document_number")]
    )
    document_authority = StringField(
        _l("Authority of the document"), filters=[stripped], validators=[_long("document_authority")]
    )
    source = StringField(_l("Source"), filters=[stripped], validators=[DataRequired(NEEDED), _long("source")])
    valid_from = DateField(_l("Valid since"), default=today, validators=[InputRequired(NO_DAY)])
    valid_from_precision = SelectField(_l("First day known"), choices=precisions)

    def added(self) -> AddName:
        """The name to add."""
        return AddName(uuid.UUID(self.unit.data), self.said(), self.position())

    def said(self) -> Particulars:
        """The name in words."""
        specific, generic, pinyin = self.parts()
        return Particulars(
            **{field: self[field].data or "" for field in TEXTS},
            kind=self.kind.data or "",
            name=specific + generic,
            specific=specific,
            generic=generic,
            pinyin=pinyin,
            former=former_names(self.former.data or ""),
            status=self.standing.data or "in_use",
            valid_from=self.valid_from.data or dt.date.max,
            valid_from_precision=self.valid_from_precision.data or "day",
        )


class AlterForm(NameForm):
    """A name that becomes or should have been otherwise, and why. A position that was not touched stays as it came."""

    reason = TextAreaField(
        _l("Reason"), filters=[stripped], validators=[DataRequired(_l("Enter the reason.")), _long("reason")]
    )

    def changed(self, public_id: uuid.UUID, version: NameVersion) -> ChangeName:
        """What the name became in the world."""
        unit, opened_at = uuid.UUID(self.unit.data), self.row_version.data or 0
        return ChangeName(public_id, opened_at, unit, self.said(), self.moved(version), self.reason.data or "")

    def corrected(self, public_id: uuid.UUID, version: NameVersion) -> CorrectName:
        """How it should have been written."""
        unit, opened_at = uuid.UUID(self.unit.data), self.row_version.data or 0
        said, where, reason = self.said(), self.moved(version), self.reason.data or ""
        return CorrectName(public_id, opened_at, version.valid_from, unit, said, where, reason)

    def moved(self, version: NameVersion) -> Entered | Placed | None:
        """Where it lies now; the old position with its original when it was not touched."""
        given = self.position()
        if version.shape is None or given is None or given.kind or given.text != geojson(version.shape):
            return given
        return Placed(version.shape, version.original_geometry or "", version.original_crs or "")


def opened(version: NameVersion, revision: int) -> dict[str, object]:
    """The values of a form that opens a version."""
    same = ("name", "generic", "pinyin", "kind", "valid_from", "valid_from_precision", *TEXTS)
    values: dict[str, object] = {field: getattr(version, field) for field in same}
    values |= {"standing": version.status, "unit": version.unit_id, "row_version": revision}
    values["former"] = "、".join(version.former)
    return values | {"geometry": geojson(version.shape) if version.shape is not None else ""}
