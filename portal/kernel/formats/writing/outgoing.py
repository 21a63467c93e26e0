"""What a writer is given: the rows of a list, its columns, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.kernel.contracts.exporting import Column, ExportRow
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs


@dataclass(frozen=True)
class Outgoing:
    """A list on its way into a file; `rows` may be an iterator and is gone through once.

    `name` is plain ASCII, for layers and file names inside archives; `title` is for people. `about` are pairs of a
    heading and a sentence, in the language of `locale` (zh_Hans_CN or en). `crs` is what GeoPackage and shapefile
    are written in; shapes come in EPSG:4490.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[ExportRow]
    locale: str
    about: tuple[tuple[str, str], ...] = ()
    source: str = ""
    crs: DeclaredCrs = CGCS2000

    @property
    def chinese(self) -> bool:
        """Whether the file speaks Chinese."""
        return not self.locale.startswith("en")
