"""Cells as a browser sends them: a block of the spreadsheet, or the fields of one row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, Optional

from portal.divisions.catalogue.gazetteer import entered_fields
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.rules.gazetteer import CellEdit
from portal.divisions.service.gazetteer import SaveCells
from portal.errors import BadInput
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.forms import Form

NEEDED = _l("Say where the values come from: a document, a report, an office.")
NO_DAY = _l("Give a day such as 2026-05-31.")


class CellsForm(Form):
    """A form beside which cells are typed; their messages stand at the controls of the cells."""

    cell_errors: dict[str, list[str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell_errors = {}

    def say_cells(self, messages: Mapping[str, Sequence[object]]) -> None:
        """Keeps messages by control; those of the form's own fields go there."""
        self.say({"": [text("Some values cannot be saved as they are.")]})
        for name, group in messages.items():
            if name in self._fields:
                self.say({name: group})
            else:
                self.cell_errors[name] = [translate(one) for one in group]

    @property
    def all_errors(self) -> dict[str, Any]:
        """Every message by the name of its control."""
        return {**{name or "": said for name, said in self.errors.items()}, **self.cell_errors}


class RowForm(CellsForm):
    """The source of a row's values; the cells themselves are read by `row_edits`."""

    source = StringField(_l("Source of the values"), validators=[DataRequired(NEEDED), Length(max=300)])
    as_of = DateField(_l("As of which day"), validators=[Optional()])


def row_edits(row: GazetteerRow, given: Mapping[str, str]) -> list[CellEdit]:
    """The cells of one row that were typed over; what stands as it was opened is left out."""
    found = []
    for key, field in entered_fields().items():
        typed = given.get(f"value-{key}")
        if typed is None or not row.asked(field) or typed == given.get(f"opened-{key}", ""):
            continue
        found.append(CellEdit(row.public_id, key, typed, _seen(given.get(f"seen-{key}", "0"))))
    return found


def typed_over(given: Mapping[str, str]) -> dict[str, str]:
    """The controls of a row form in which something else was typed than stood there."""
    keys = [key for key in entered_fields() if f"value-{key}" in given]
    return {
        f"value-{key}": given[f"value-{key}"] for key in keys if given[f"value-{key}"] != given.get(f"opened-{key}")
    }


def block(given: MultiDict[str, str], year: int, at: dt.date) -> SaveCells:
    """The cells of a block: lists `unit`, `field`, `value`, `seen` of the same length. Raises `BadInput`."""
    lists = [given.getlist(name) for name in ("unit", "field", "value", "seen")]
    if len({len(one) for one in lists}) != 1:
        raise BadInput(text("The form is incomplete; please open it again."))
    edits = [CellEdit(_unit(unit), field, value, _seen(seen)) for unit, field, value, seen in zip(*lists, strict=True)]
    way = "pasted" if given.get("way") == "pasted" else "typed"
    return SaveCells(year, at, given.get("source", ""), edits, way=way)


def by_control(messages: Mapping[str, Any]) -> dict[str, Any]:
    """Messages of cells (`unit:field`) by the names of a row form's controls."""
    return {f"value-{place.split(':')[1]}" if ":" in place else place: said for place, said in messages.items()}


def _unit(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise BadInput(text("The form is incomplete; please open it again.")) from None


def _seen(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise BadInput(text("The form is incomplete; please open it again."))
    return int(raw)
