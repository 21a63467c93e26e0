"""The declaration of the divisions room."""

from __future__ import annotations

from portal.divisions import views
from portal.divisions.exchange.basic_units import BASIC_UNITS
from portal.divisions.exchange.exports import EXPORTERS
from portal.divisions.exchange.gazetteer.exports import GAZETTEER_LIST
from portal.divisions.exchange.gazetteer.imports import GAZETTEER
from portal.divisions.exchange.imports import IMPORTERS
from portal.divisions.gazetteer_paper import BOOK
from portal.divisions.layers import UNITS
from portal.divisions.map_paper import MAP
from portal.divisions.papers import SHEET
from portal.divisions.permissions import CHANGE_UNITS, PERMISSIONS, READ_BASIC_UNITS, READ_CHANGES, READ_GAZETTEER
from portal.divisions.queries import ancestry_differences
from portal.divisions.queries.lineage_check import lineage_differences
from portal.kernel.contracts.room import Check, NavItem, Room
from portal.kernel.i18n.text import text

NAV = (
    NavItem(text("Divisions"), "divisions.index"),
    NavItem(text("Register"), "divisions.index", under="divisions.index"),
    NavItem(text("Map and comparison"), "divisions.map", under="divisions.index"),
    NavItem(text("Codes"), "divisions.code", under="divisions.index"),
    NavItem(text("Change files"), "divisions.changes", READ_CHANGES, under="divisions.index", start=CHANGE_UNITS),
    NavItem(text("Crosswalk"), "divisions.crosswalk", READ_CHANGES, under="divisions.index"),
    NavItem(text("Gazetteer"), "divisions.gazetteer", READ_GAZETTEER, under="divisions.index"),
    NavItem(text("Basic management units"), "divisions.basic_units", READ_BASIC_UNITS, under="divisions.index"),
)
"""One entry, with a row of the room's subjects below it."""

ROOM = Room(
    name="divisions",
    blueprints=(views.blueprint, views.api.blueprint),
    permissions=PERMISSIONS,
    layers=(UNITS,),
    nav=NAV,
    checks=(
        Check("ancestry", ancestry_differences),
        Check("lineage", lineage_differences),
    ),
    papers=(SHEET, MAP, BOOK),
    importers=(*IMPORTERS, GAZETTEER),
    exporters=(*EXPORTERS, GAZETTEER_LIST, BASIC_UNITS),
)
