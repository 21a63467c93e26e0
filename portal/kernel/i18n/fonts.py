"""Where the Chinese letters for paper lie on this machine; said at once instead of printing boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
"""Family names: the first looks like 宋体, the second like 黑体. SC: the forms of letters that are right in China."""


@dataclass(frozen=True)
class PaperFonts:
    """The font files for paper; each holds the forms of several regions."""

    sans: Path
    sans_bold: Path
    serif: Path
    serif_bold: Path


@lru_cache(maxsize=1)
def paper_fonts() -> PaperFonts:
    """The fonts of Debian's `fonts-noto-cjk`; raises `Misconfigured` when one is missing."""
    return find_fonts(FOLDERS)


def find_fonts(folders: Sequence[Path]) -> PaperFonts:
    """The four files, wherever they lie below some folders; raises `Misconfigured` naming the one that is not there."""
    named = ("NotoSansCJK-Regular", "NotoSansCJK-Bold", "NotoSerifCJK-Regular", "NotoSerifCJK-Bold")
    return PaperFonts(*(_find(folders, f"{name}.ttc") for name in named))


def _find(folders: Sequence[Path], name: str) -> Path:
    for folder in folders:
        found = next(iter(sorted(folder.rglob(name))), None)
        if found is not None:
            return found
    said = text(
        "The Chinese font %(name)s is not on this machine, so papers would show boxes. Install fonts-noto-cjk.",
        name=name,
    )
    raise Misconfigured(said)
