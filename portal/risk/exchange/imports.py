"""Hazards that come in from files.

A row is recognised by the identifier that an export gives, else by division, name and type. It changes the open hazard
it means by what it says otherwise; what it does not say, words or shape, stays. Outside the actor's divisions there is
nothing to change and nowhere to add.
"""

from __future__ import annotations

from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import text
from portal.risk.exchange.columns import FIELDS, OPTIONS
from portal.risk.exchange.entering import enter, undo
from portal.risk.exchange.planning import plan
from portal.risk.permissions import EDIT
from portal.risk.rules import MOST_VERTICES

HAZARDS = Importer(
    key="risk:hazards",
    title=text("Hazards"),
    permission=EDIT,
    fields=FIELDS,
    options=OPTIONS,
    plan=plan,
    enter=enter,
    undo=undo,
    shape=ShapeRule(most_vertices=MOST_VERTICES),
    listing="risk.hazards",
    unique=(("id",),),
    about=text(
        "Name, type, level and division of each hazard, and its shape. A row that names an identifier, or the division,"
        " name and type of a hazard on record, changes that one; an empty cell changes nothing."
    ),
)

IMPORTERS = (HAZARDS,)
