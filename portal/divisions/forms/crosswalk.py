"""Which crosswalk somebody wants to see, and a small series to be carried over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, DateField, FileField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from portal.divisions import catalogue
from portal.divisions.forms.map import levels
from portal.divisions.forms.series_lines import Lines, read_lines, text_of
from portal.divisions.rebasing import Between, By, Method, Way
from portal.errors import BadInput
from portal.kernel.i18n.translate import pick, translate

NO_DAY = _l("Give a day such as 2026-05-31.")
LONGEST_SERIES = 300_000
"""Characters: some ten thousand lines."""


def systems() -> list[tuple[str, str]]:
    """The code systems."""
    return [(key, pick(system.labels)) for key, system in catalogue.code_systems().items()]


class CrosswalkForm(FlaskForm):  # type: ignore[misc]
    """Two days in either order, and what the weights go by; asked by GET, so that a crosswalk has an address."""

    class Meta:
        """Reading needs no token."""

        csrf = False

    first = DateField(_l("From the units of"), [InputRequired(NO_DAY)], name="from")
    second = DateField(_l("To the units of"), [InputRequired(NO_DAY)], name="to")
    by = SelectField(_l("Weights by"), choices=[SelectChoice("people", _l("People")), SelectChoice("area", _l("Area"))])
    level = SelectField(_l("Level"), choices=levels, default="4")
    method = SelectField(
        _l("Weights from"),
        choices=[
            SelectChoice("lineage", _l("What the changes recorded")),
            SelectChoice("shapes", _l("Measured from the shapes")),
        ],
        default="lineage",
    )
    system = SelectField(_l("Code system"), choices=systems, default="mca")
    everything = BooleanField(_l("Show unchanged divisions too"), name="all")

    @classmethod
    def of(cls, given: Mapping[str, str]) -> CrosswalkForm:
        """The form as an address gives it; what is not said is as it is at first."""
        told: MultiDict[str, str] = MultiDict({"by": "people", "level": "4", "method": "lineage", "system": "mca"})
        told.update({name: [value] for name, value in given.items() if value})
        return cls(MultiDict({name: told.getlist(name)[-1] for name in told}))

    def validate_method(self, field: SelectField) -> None:
        """Shapes say nothing of people."""
        if field.data == "shapes" and self.by.data == "people":
            raise ValidationError(_l("Shapes can only be measured for weights by area."))

    @property
    def way(self) -> Way:
        """What a valid form asks."""
        return Way(
            cast("dt.date", self.first.data),
            cast("dt.date", self.second.data),
            cast("By", self.by.data),
            int(self.level.data),
            cast("Method", self.method.data),
            self.system.data,
        )

    @property
    def kept(self) -> dict[str, str]:
        """The arguments of its address."""
        way = self.way
        said = {"from": way.from_date.isoformat(), "to": way.to_date.isoformat(), "level": str(way.level)}
        chosen = {"by": way.by, "method": way.method, "system": way.system}
        return said | chosen | ({"all": "y"} if self.everything.data else {})


class SeriesForm(FlaskForm):  # type: ignore[misc]
    """A series pasted or sent as a CSV: code or name of a division, and its value. Nothing of it is kept."""

    series = TextAreaField(_l("Series"), [Length(max=LONGEST_SERIES)])
    file = FileField(_l("Or a CSV file"))

    def lines(self, found: Between) -> Lines:
        """What the lines say; raises `BadInput` for a file that is no text."""
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            self.series.data = text_of(sent.stream.read(LONGEST_SERIES * 4))
        return read_lines(self.series.data or "", [found.sources[unit] for unit in found.crosswalk.pairs])

    def taken(self, found: Between) -> Lines | None:
        """The lines when all of them can be read; else None, with messages at the field."""
        try:
            said = self.lines(found)
        except BadInput as error:
            self.file.errors = [translate(error.message)]
            return None
        self.series.errors = [*self.series.errors, *(translate(one) for one in said.problems)]
        return None if said.problems else said
