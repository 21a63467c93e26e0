"""Divisions that come in from files.

A row is recognised by its code in the declared system on the day, else by name, division above and kind. It changes
the particulars, further codes and the shape of the division it means; who a division is, is not changed by a list.
"""

from __future__ import annotations

from portal.divisions.exchange.columns import FIELDS
from portal.divisions.exchange.entering import enter, undo
from portal.divisions.exchange.options import OPTIONS
from portal.divisions.exchange.planning import plan
from portal.divisions.permissions import IMPORT_UNITS
from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import text

UNITS = Importer(
    key="divisions:units",
    title=text("Divisions"),
    permission=IMPORT_UNITS,
    fields=FIELDS,
    options=OPTIONS,
    plan=plan,
    enter=enter,
    undo=undo,
    listing="divisions.index",
    shape=ShapeRule(kinds=frozenset({"area"})),
    about=text(
        "Name and code of each division, its kind, the code of the division above and its shape. A row changes the"
        " particulars and the shape of the division that bears its code on the day; an empty cell changes nothing. A"
        " new name, kind, code or division above is a change with a document and is refused here."
    ),
)

IMPORTERS = (UNITS,)
