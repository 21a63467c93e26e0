"""Find the newest installed PostgreSQL that has PostGIS."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text

OLDEST_MAJOR = 15
ROOTS = (Path("/usr/lib/postgresql"),)
"""Where Debian and Ubuntu put `NN/bin`; they keep it off PATH."""


@dataclass(frozen=True, order=True)
class Binaries:
    """The programs of one PostgreSQL major version."""

    major: int
    folder: Path

    def __getitem__(self, program: str) -> Path:
        """Absolute path of one program (`initdb`, `pg_dump`, …)."""
        return self.folder / program


def installed(roots: Sequence[Path] = ROOTS, *, search_path: str | None = None) -> list[Binaries]:
    """Every usable PostgreSQL of this machine, newest first; `search_path` replaces PATH."""
    found = {b for b in (*_below(roots), *_on_path(search_path)) if b.major >= OLDEST_MAJOR and _has_postgis(b)}
    return sorted(found, key=lambda b: (-b.major, str(b.folder)))


def find(major: int | None = None, roots: Sequence[Path] = ROOTS, *, search_path: str | None = None) -> Binaries:
    """The newest PostgreSQL with PostGIS, or the one of `major`; `Misconfigured` names the packages to install."""
    for binaries in installed(roots, search_path=search_path):
        if major in (None, binaries.major):
            return binaries
    if major is not None:
        raise Misconfigured(
            text(
                "PostgreSQL %(major)s with PostGIS is not installed. Install it: "
                "apt-get install postgresql-%(major)s postgresql-%(major)s-postgis-3",
                major=major,
            )
        )
    raise Misconfigured(
        text(
            "PostgreSQL %(oldest)s or newer with PostGIS is not installed. Run bin/setup, or install it: "
            "apt-get install postgresql-15-postgis-3 (Debian 12) or postgresql-16-postgis-3 (Ubuntu 24.04)",
            oldest=OLDEST_MAJOR,
        )
    )


def _below(roots: Sequence[Path]) -> Iterator[Binaries]:
    for root in roots:
        for folder in root.glob("*/bin"):
            if folder.parent.name.isdigit() and (folder / "postgres").exists() and (folder / "initdb").exists():
                yield Binaries(int(folder.parent.name), folder)


def _on_path(search_path: str | None) -> Iterator[Binaries]:
    postgres = shutil.which("postgres", path=search_path)
    if postgres is None:
        return
    answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", answer)
    if match:
        yield Binaries(int(match.group(1)), Path(postgres).resolve().parent)


def _has_postgis(binaries: Binaries) -> bool:
    shares = (
        Path(f"/usr/share/postgresql/{binaries.major}"),
        binaries.folder.parent / "share",
        binaries.folder.parent / "share" / "postgresql",
    )
    return any((share / "extension" / "postgis.control").exists() for share in shares)
