"""The fields of a name's two parts and of its position, which the register and the applications share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.errors import Difference, FormInvalid
from portal.kernel.i18n.text import text
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
        """Specific part, generic part and Pinyin, as typed or as proposed. Raises `FormInvalid`.

        Of a name that was typed anew, a generic part and a Pinyin left as they were belong to the old one.
        """
        name = self.name.data or ""
        specific, generic = self._split(name, self._kept(self.generic))
        return specific, generic, written(self._kept(self.pinyin)) or proposed(specific, generic)

    def _split(self, name: str, generic: str) -> tuple[str, str]:
        if not generic:
            kind = kinds_on(today()).get(self.kind.data or "")
            return split(name, kind.generics if kind else ())
        if not name.endswith(generic) or name == generic:
            raise FormInvalid({"generic": [text("The name does not end with this generic part.")]})
        return name[: len(name) - len(generic)], generic

    def _kept(self, field: StringField) -> str:
        untouched = field.data == field.object_data and self.name.data != self.name.object_data
        return "" if untouched else field.data or ""

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
