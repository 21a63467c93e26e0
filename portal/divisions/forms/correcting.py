"""The form that puts right what was written down wrongly of a unit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional, Regexp

from portal.divisions.catalogue import code_systems, kinds
from portal.divisions.forms.changes import TOO_LONG, stripped
from portal.divisions.service.changes import CorrectUnit
from portal.kernel.i18n.translate import pick
from portal.kernel.web.forms import Form

SAID = ("name", "name_en", "kind", "seat", "postcode", "phone", "population")


def _kinds() -> list[SelectChoice]:
    return [SelectChoice(kind.key, pick(kind.labels)) for kind in kinds().values()]


def _precisions() -> list[SelectChoice]:
    words = {"day": _l("to the day"), "month": _l("to the month"), "year": _l("to the year")}
    return [SelectChoice(key, label) for key, label in words.items()]


def _text(label: str, longest: int = 100) -> StringField:
    return StringField(label, filters=[stripped], validators=[Length(max=longest, message=TOO_LONG)])


class CorrectForm(Form):
    """What is right, and why what stands there is wrong. Only what differs is written."""

    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the name.")), Length(max=100, message=TOO_LONG)],
    )
    name_en = _text(_l("Name in English"))
    kind = SelectField(_l("Kind"), choices=_kinds)
    seat = _text(_l("Seat"), 200)
    postcode = _text(_l("Postcode"), 20)
    phone = _text(_l("Phone"), 60)
    population = StringField(
        _l("Population"),
        filters=[stripped],
        validators=[Optional(), Regexp(r"\A[0-9]{1,10}\Z", message=_l("People are counted in whole numbers."))],
    )
    since = DateField(_l("First day of this state"), validators=[Optional()])
    precision = SelectField(_l("How exactly it is known"), choices=_precisions)
    reason = TextAreaField(
        _l("What was wrong, and how you know"),
        filters=[stripped],
        validators=[DataRequired(_l("Give the reason.")), Length(max=500, message=TOO_LONG)],
    )
    source = _text(_l("Source"), 200)

    def code_fields(self) -> list[tuple[str, StringField]]:
        """The field of each code system, with the name of the system."""
        return [(pick(system.short), self[f"code_{key}"]) for key, system in code_systems().items()]

    def command(self, public_id: uuid.UUID, at: dt.date, before: Mapping[str, Any]) -> CorrectUnit:
        """The correction: fields and codes that differ from `before`."""
        said = {name: value for name, value in self._said().items() if value != before[name]}
        moved = self.since.data is not None and self.since.data != before["since"]
        exact = self.precision.data != before["precision"]
        old: Mapping[str, str] = before["codes"]
        changed = {system: self[f"code_{system}"].data or None for system in code_systems()}
        return CorrectUnit(
            public_id,
            at,
            self.reason.data or "",
            self.source.data or "",
            said,
            {system: code for system, code in changed.items() if code != old.get(system)},
            self.since.data if moved or exact else None,
            self.precision.data if moved or exact else None,
        )

    def _said(self) -> dict[str, object]:
        given: dict[str, object] = {name: self[name].data or None for name in SAID}
        given["population"] = int(self.population.data) if self.population.data else None
        return given


def correct_form(**given: Any) -> CorrectForm:
    """The form with a field `code_<system>` for each code system."""
    fields = {f"code_{key}": _text(key, 12) for key in code_systems()}
    return cast("CorrectForm", type("CorrectForm", (CorrectForm,), fields)(**given))


def opened(known: Mapping[str, Any]) -> dict[str, object]:
    """The values of the form for a unit as it is on record."""
    said = {name: known[name] for name in (*SAID, "since", "precision")}
    return {**said, **{f"code_{key}": known["codes"].get(key, "") for key in code_systems()}}
