"""The crosswalk between two days as a file, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.exports.crosswalk import PAIRS, crosswalk_rows
from portal.divisions.forms.crosswalk import CrosswalkForm
from portal.divisions.permissions import READ_CHANGES
from portal.divisions.rebasing import seen_between
from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Exporter, ExportRow
from portal.kernel.i18n.text import Text, text

BY = {"people": text("People"), "area": text("Area")}


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """All pairs within the actor's divisions; raises `FormInvalid` for days that are none."""
    form = _form(asked)
    found = seen_between(session, somebody(actor), form.way)
    return crosswalk_rows(found, asked.locale, everything=bool(form.everything.data))


def narrowed(_session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """What was asked, in words."""
    way = _form(asked).way
    return [(text("First day"), way.from_date), (text("Second day"), way.to_date), (text("Weights by"), BY[way.by])]


def _form(asked: Asked) -> CrosswalkForm:
    form = CrosswalkForm.of(asked.args)
    if not form.validate():
        raise FormInvalid(form.errors)
    return form


CROSSWALK = Exporter(
    key="divisions:crosswalk",
    title=text("Crosswalk of divisions"),
    columns=PAIRS,
    rows=rows,
    permission=READ_CHANGES,
    narrowed=narrowed,
)
