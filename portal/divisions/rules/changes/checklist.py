"""Which papers an application needs, which of them are there, and who is consulted."""

from __future__ import annotations

from collections.abc import Iterable

from portal.divisions.catalogue import ChecklistItem, checklist_items


def checklist(kind: str, level: int | None) -> list[ChecklistItem]:
    """Papers for a kind of change and the level of the unit it is about; while the level is unknown those of divisions.

    Source: 《行政区划管理条例》art. 13, 《村民委员会组织法》art. 3, by `gis_data/catalogue/change_kinds.yaml`.
    """
    asked = level or 4
    return [item for item in checklist_items().values() if asked in item.levels and kind not in item.not_for]


def missing_items(kind: str, level: int | None, have: Iterable[str]) -> list[ChecklistItem]:
    """Papers that are not there yet."""
    present = set(have)
    return [item for item in checklist(kind, level) if item.key not in present]
