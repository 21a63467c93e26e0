"""The division picker that upper rooms put into their forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from portal.divisions.queries import UnitChoice, unit_choices
from portal.kernel.access.permission import Permission
from portal.kernel.web.state import actor, app_session, today


class UnitField(SelectField):
    """A select of the divisions on which the actor holds a permission, grouped by town.

    `data` is the public id as text, or "" for none; `unit` the chosen one with its internal id. A form that edits may
    give either id as the value. `at` says on which day the divisions are offered. One division only is chosen at once.
    """

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        permission: Permission,
        levels: Sequence[int] = (3, 4, 5),
        at: Callable[[], dt.date] = today,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, choices=self._offered, **kwargs)
        self.permission, self.levels, self.at = permission, tuple(levels), at

    @cached_property
    def units(self) -> list[UnitChoice]:
        """What is offered, in the order of the list."""
        return unit_choices(app_session(), actor(), self.permission, self.at(), self.levels)

    @property
    def unit(self) -> UnitChoice | None:
        """The chosen unit."""
        return next((unit for unit in self.units if str(unit.public_id) == self.data), None)

    def process_data(self, value: object) -> None:
        """Takes an internal id (int), a public id or nothing."""
        if value is None and len(self.units) == 1:
            value = self.units[0].public_id
        known = {unit.id: unit.public_id for unit in self.units}
        self.data = str(known.get(value, "") if isinstance(value, int) else value or "")

    def pre_validate(self, form: object) -> None:
        """An empty choice is the validators' business; anything else must be on the list."""
        if self.data and self.unit is None:
            raise ValidationError(str(NOT_OFFERED))

    def _offered(self) -> list[SelectChoice]:
        empty = [] if len(self.units) == 1 else [SelectChoice("", _l("Choose a division"))]
        return empty + [SelectChoice(str(u.public_id), u.label, optgroup=u.group or None) for u in self.units]


NOT_OFFERED = _l("Choose a division from the list.")
