"""Imports in tests: real files through the real reader, the real room and the real database."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from sqlalchemy.orm import Session

from portal.exchange.declared import importer_named
from portal.exchange.models import Import
from portal.exchange.running import Asked, go_in, preview, take_in
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.i18n.clock import today
from portal.kernel.pg.installation import folder_of
from portal.settings import Settings

HEADINGS = ["名称", "类型", "等级", "所属街镇", "易发时段", "来源", "起始日期", "经度", "纬度"]
ROW = ["下立交积水点", "积水点", "较大", "北镇", "6–9月", "居民上报", "2025-06-01", "121.405", "31.245"]


def quiet(_done: int, _total: int | None) -> None:
    """Nobody watches."""


def workbook(path: Path, rows: list[list[object]], headings: list[str] = HEADINGS) -> Path:
    """A plain workbook with one line of headings."""
    book = Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


class Runner:
    """Takes files in as a command does, in the test's transaction."""

    def __init__(self, session: Session, settings: Settings, what: str = "risk:hazards", actor: Actor = SYSTEM) -> None:
        self.session, self.settings, self.actor = session, settings, actor
        self.importer = importer_named(what)

    def preview(self, path: Path, asked: Asked = Asked()) -> Import:  # noqa: B008
        """An import up to its preview."""
        folder, day = folder_of(self.settings), today()
        found = take_in(self.session, self.actor, self.importer, path, folder, day)
        preview(self.session, self.actor, found, self.importer, path, asked, day, quiet)
        return found

    def go_in(self, found: Import, *, valid_only: bool = False) -> Counts:
        """Writes a previewed import."""
        return go_in(self.session, self.actor, found, self.importer, today(), quiet, valid_only=valid_only)
