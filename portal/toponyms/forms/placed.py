"""The fields of a name's two parts and of its position, which the register and the applications share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.errors import Difference
from portal.kernel.web.state import today
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.forms.choices import NEEDED, TOO_LONG, kinds_or_none, shapes, stripped, systems
from portal.toponyms.forms.reopened import ReopenedForm
from portal.toponyms.rules.particulars import LENGTHS
from portal.toponyms.rules.parts import split
from portal.toponyms.rules.pinyin import proposed, written
from portal.toponyms.rules.position import LONGEST_SHAPE, Entered


class PlacedForm(ReopenedForm):
    """A name with its parts and its position.

    `generic` and `pinyin` may stay empty: they are proposed from `name`. `geometry` is what the map draws, in CGCS2000;
    `coordinates`, when given, take its place, in the system `crs`.
    """

    name = StringField(
        _l("Name"), filters=[stripped], validators=[DataRequired(NEEDED), Length(max=LENGTHS["name"], message=TOO_LONG)]
    )
    generic = StringField(
        _l("Generic part"), filters=[stripped], validators=[Length(max=LENGTHS["generic"], message=TOO_LONG)]
    )
    pinyin = StringField(_l("Pinyin"), filters=[stripped], validators=[Length(max=LENGTHS["pinyin"], message=TOO_LONG)])
    kind = SelectField(_l("Kind"), choices=kinds_or_none, validators=[DataRequired(_l("Choose the kind."))])
    geometry = TextAreaField(
        _l("Shape as GeoJSON"), filters=[stripped], validators=[Length(max=LONGEST_SHAPE, message=TOO_LONG)]
    )
    coordinates = TextAreaField(
        _l("Coordinates"), filters=[stripped], validators=[Length(max=LONGEST_SHAPE, message=TOO_LONG)]
    )
    shape = SelectField(_l("The positions are"), choices=shapes)
    crs = SelectField(_l("Coordinate system"), choices=systems)

    def parts(self) -> tuple[str, str, str]:
        """Specific part, generic part and Pinyin, as typed or as proposed."""
        name, generic = self.name.data or "", self.generic.data or ""
        specific = name[: len(name) - len(generic)] if generic and name.endswith(generic) else name
        if not generic:
            kind = kinds_on(today()).get(self.kind.data or "")
            specific, generic = split(name, kind.generics if kind else ())
        pinyin = written(self.pinyin.data or "") or proposed(specific, generic)
        return specific, generic, pinyin

    def position(self) -> Entered | None:
        """Where it lies, as it came; None for nothing."""
        if self.coordinates.data:
            return Entered(self.coordinates.data, self.crs.data, self.shape.data)
        return Entered(self.geometry.data) if self.geometry.data else None

    def told(self) -> list[Difference]:
        """What somebody else saved meanwhile, in the words of this form."""
        return [Difference(self._label(one.field), _plain(one.theirs), _plain(one.yours)) for one in self.differences]

    def _label(self, field: str) -> str:
        known = self._fields.get({"unit_id": "unit", "specific": "name"}.get(field, field))
        return known.label.text if known is not None else field


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
