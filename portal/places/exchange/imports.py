"""Places that come in from files.

A row is recognised by the identifier that an export gives, else by division, name and kind. It changes the open place
it means by what it says otherwise; what it does not say, words or position, stays. Outside the actor's divisions there
is nothing to change and nowhere to add. A position is welcome and not needed.
"""

from __future__ import annotations

from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import text
from portal.places.exchange.columns import FIELDS, OPTIONS
from portal.places.exchange.entering import enter, undo
from portal.places.exchange.planning import plan
from portal.places.permissions import EDIT

PLACES = Importer(
    key="places:places",
    title=text("Places"),
    permission=EDIT,
    fields=FIELDS,
    options=OPTIONS,
    plan=plan,
    enter=enter,
    undo=undo,
    shape=ShapeRule(kinds=frozenset({"point"})),
    listing="places.places",
    unique=(("id",),),
    about=text(
        "Name, kind and division of each place, and its position where it is known. A row that names an identifier, or"
        " the division, name and kind of a place on record, changes that one; an empty cell changes nothing."
    ),
)

IMPORTERS = (PLACES,)
