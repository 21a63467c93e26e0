"""What is asked of an import of files by the old command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.divisions.imports.command import Declared


@dataclass(frozen=True, kw_only=True)
class ImportUnits(Declared):
    """Files that go in together or not at all.

    `columns` says which column holds a field where its name does not say so (`code:nbs` is a further code), `only`
    which rows count, by the text of a column.
    """

    files: tuple[Path, ...]
    crs: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
