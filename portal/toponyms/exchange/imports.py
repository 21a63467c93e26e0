"""Standard place names that come in from files, such as the workbooks of the second census of place names.

A row is recognised by the identifier that an export gives, else by division, name and kind. It corrects the name it
means by what it says otherwise, or changes it from a day on when the file is of a change; what it does not say stays.
"""

from __future__ import annotations

from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import text
from portal.toponyms.exchange.columns import FIELDS, OPTIONS
from portal.toponyms.exchange.entering import enter, undo
from portal.toponyms.exchange.planning import plan
from portal.toponyms.permissions import EDIT

NAMES = Importer(
    key="toponyms:names",
    title=text("Place names"),
    permission=EDIT,
    fields=FIELDS,
    options=OPTIONS,
    plan=plan,
    enter=enter,
    undo=undo,
    shape=ShapeRule(most_vertices=5_000),
    listing="toponyms.names",
    unique=(("id",),),
    about=text(
        "Name, kind and division of each place name; parts and Pinyin are proposed where they are missing. A row that"
        " names an identifier, or the division, name and kind of a name on record, corrects that one."
    ),
)

IMPORTERS = (NAMES,)
