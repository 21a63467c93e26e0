"""What somebody wants to see on the map of divisions: a level, a kind, two days; and how it is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from portal.divisions import catalogue
from portal.kernel.i18n.translate import pick
from portal.kernel.web.state import today

TOWNS, SHOWN_LEVELS = 4, (3, 4, 5)
NO_DAY = _l("Give a day such as 2026-05-31.")


@dataclass(frozen=True)
class Shown:
    """The level and the kind ("" for every kind) that a map shows."""

    level: int = TOWNS
    kind: str = ""


def shown(given: Mapping[str, str]) -> Shown:
    """What an address asks for; what there is not counts as towns and every kind."""
    level, kind = given.get("level", ""), given.get("kind", "")
    chosen = int(level) if level in {str(one) for one in SHOWN_LEVELS} else TOWNS
    return Shown(chosen, kind if kind in dict(kinds_of(chosen)) else "")


def levels() -> list[tuple[str, str]]:
    """The levels that a map can show."""
    return [(str(level), pick(catalogue.levels()[level])) for level in SHOWN_LEVELS]


def kinds_of(level: int) -> list[tuple[str, str]]:
    """The kinds that there may be at a level."""
    return [(key, pick(kind.labels)) for key, kind in catalogue.kinds().items() if kind.level in (None, level)]


class CompareForm(FlaskForm):  # type: ignore[misc]
    """Two days and a level; asked by GET, so that a comparison has an address."""

    class Meta:
        """Reading needs no token."""

        csrf = False

    before = DateField(_l("First day"), [InputRequired(NO_DAY)], name="from")
    after = DateField(_l("Second day"), [InputRequired(NO_DAY)], name="to")
    level = SelectField(_l("Level"), choices=levels, default=str(TOWNS))

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Both days of a valid form."""
        assert self.before.data is not None  # noqa: S101 - asked after validation
        assert self.after.data is not None  # noqa: S101
        return self.before.data, self.after.data

    def validate_after(self, field: DateField) -> None:
        """The second day lies behind the first."""
        if isinstance(self.before.data, dt.date) and field.data and field.data <= self.before.data:
            raise ValidationError(_l("The second day must lie after the first."))


class PrintForm(FlaskForm):  # type: ignore[misc]
    """How the map of the district is printed; asked by GET, because nothing is written."""

    class Meta:
        """Reading needs no token."""

        csrf = False

    at = DateField(_l("As it was on"), [InputRequired(NO_DAY)], default=today)
    level = SelectField(_l("Level"), choices=lambda: levels()[1:], default=str(TOWNS))
    size = SelectField(
        _l("Sheet"),
        choices=[SelectChoice("a4", _l("A4, landscape")), SelectChoice("a3", _l("A3, landscape"))],
        default="a4",
    )
    file = SelectField(
        _l("File"),
        choices=[SelectChoice("pdf", _l("PDF, to print")), SelectChoice("png", _l("PNG, a picture"))],
        default="pdf",
    )
    number = StringField(_l("Map approval number (审图号)"), [Length(max=100)])

    @property
    def day(self) -> dt.date:
        """The day of a valid form."""
        return self.at.data or today()

    @property
    def approval(self) -> str | None:
        """The number as it stands on the map; None for a sample."""
        return (self.number.data or "").strip() or None
