"""Form fields of the room."""

from __future__ import annotations

from functools import cached_property

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from portal.disasters.catalogue import Indicator, IndicatorList, Measure, TypeList, in_force
from portal.disasters.rules.figures import TYPED_LENGTH, field_name
from portal.divisions.fields import UnitField
from portal.divisions.queries import UnitChoice, unit_choices
from portal.kernel.i18n.translate import pick
from portal.kernel.web.state import actor, app_session, today

TOO_LONG = _l("Use at most %(max)d characters.")
TOWN_AND_ABOVE = (3, 4)
COMMITTEE = 5


class ReportingUnitField(UnitField):
    """The unit that reports: a town or the district; a committee only for those who have nothing above it."""

    @cached_property
    def units(self) -> list[UnitChoice]:
        """What is offered, in the order of the list."""
        towns = unit_choices(app_session(), actor(), self.permission, self.at(), TOWN_AND_ABOVE)
        return towns or unit_choices(app_session(), actor(), self.permission, self.at(), (COMMITTEE,))


class UnitFilterField(UnitField):
    """A division to narrow a list to; nothing chosen means all."""

    def process_data(self, value: object) -> None:
        """Nothing is chosen by itself."""
        self.data = str(value or "")

    def _offered(self) -> list[SelectChoice]:
        units = [SelectChoice(str(unit.public_id), unit.label, optgroup=unit.group or None) for unit in self.units]
        return [SelectChoice("", _l("All divisions")), *units]


class DisasterTypeField(SelectField):
    """A type or sub-type in one list: `flood/urban_waterlogging`, or `flood` while the sub-type is not known."""

    def __init__(self, label: object = None, **kwargs: object) -> None:
        super().__init__(label, choices=type_choices, validate_choice=False, **kwargs)  # type: ignore[arg-type]

    @property
    def type_key(self) -> str:
        """The chosen type, "" for none."""
        return str(self.data or "").partition("/")[0]

    @property
    def subtype_key(self) -> str | None:
        """The chosen sub-type."""
        return str(self.data or "").partition("/")[2] or None


def type_choices() -> list[SelectChoice]:
    """Types with their sub-types, in the order of the catalogue."""
    return [SelectChoice("", _l("Choose a type")), *(choice for choice in _types(in_force(today()).types))]


def figure_fields(indicators: IndicatorList, type_key: str | None) -> dict[str, StringField]:
    """The fields of a first report's figures by name."""
    return {
        field_name(indicator.key, measure): StringField(
            named(indicators, indicator, measure), validators=[Length(max=TYPED_LENGTH, message=TOO_LONG)]
        )
        for indicator in indicators.first_report(type_key)
        for measure in indicator.measures
    }


def named(indicators: IndicatorList, indicator: Indicator, measure: Measure) -> LazyString:
    """The name of a value in the reader's language."""
    return LazyString(lambda: pick(indicators.name(indicator.key, measure)))


def _types(types: TypeList) -> list[SelectChoice]:
    found = []
    for kind in types.types.values():
        if not kind.subtypes:
            found.append(SelectChoice(kind.key, pick(kind.labels)))
            continue
        group = pick(kind.labels)
        found += [SelectChoice(f"{kind.key}/{key}", pick(name), optgroup=group) for key, name in kind.subtypes.items()]
        found.append(SelectChoice(kind.key, _l("%(type)s, kind not known yet", type=group), optgroup=group))
    return found
