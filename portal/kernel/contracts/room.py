"""What a room hands to `app.py`: everything the house needs to know of it, in one declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint
from sqlalchemy.orm import Session

from portal.kernel.access.permission import Permission
from portal.kernel.contracts.exporting import Exporter
from portal.kernel.contracts.importing import Importer
from portal.kernel.contracts.job import Job
from portal.kernel.contracts.panel import Panel
from portal.kernel.contracts.paper import Paper
from portal.kernel.geo.layer import Layer
from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation; without a permission it is for everyone.

    `under` names the endpoint of the entry in whose second row it stands: a room with several subjects shows one entry
    above, and the row of its subjects while one is in the room. Who holds `start` begins the day here.
    """

    label: Text
    endpoint: str
    permission: Permission | None = None
    under: str | None = None
    start: Permission | None = None


@dataclass(frozen=True)
class Check:
    """A recomputation that must find nothing: derived state against the rows it derives from."""

    name: str
    differences: Callable[[Session], Sequence[str]]


@dataclass(frozen=True)
class Room:
    """The declaration of one room; `connect` subscribes its reactions to the signals of lower rooms."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    permissions: tuple[Permission, ...] = ()
    layers: tuple[Layer, ...] = ()
    nav: tuple[NavItem, ...] = ()
    checks: tuple[Check, ...] = ()
    importers: tuple[Importer, ...] = ()
    exporters: tuple[Exporter, ...] = ()
    papers: tuple[Paper, ...] = ()
    jobs: tuple[Job, ...] = ()
    panels: tuple[Panel, ...] = ()
    connect: Callable[[], None] | None = None
