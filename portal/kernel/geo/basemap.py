"""The operator's base map as the settings declare it: where it lies, its datum, who may see it.

It comes from a file on this machine or an address of this very site; there is no outside service. Its datum is
declared: a shifted one (GCJ-02, BD-09) would lay streets some 500 m beside the district's own lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from portal.errors import BadInput, Misconfigured
from portal.kernel.geo.pmtiles import Archive, Box, open_archive
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg.account import Account
from portal.settings import CHECKOUT, Settings

ARCHIVE = ".pmtiles"
DRAWN = frozenset({".mvt", ".pbf"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
DATUMS = {"cgcs2000": "cgcs2000", "epsg4490": "cgcs2000", "wgs84": "wgs84", "epsg4326": "wgs84"}
"""Datums without a shift; they differ by less than a line is wide."""
SHIFTED = re.compile(r"gcj|bd-?09|火星|百度|mars|baidu", re.IGNORECASE)
TILES = ("{z}", "{x}", "{y}")
LONGEST = 200

OUTSIDE = text("The portal uses no outside service; give a file on this machine or a path of this site.")
SHAPELESS = text("A path of this site ends in .pmtiles, or has {z}, {x} and {y} and ends in .mvt or .png.")


@dataclass(frozen=True)
class BaseMap:
    """A declared base map: a file of ours, or `address` on this site (an archive, or tiles with {z}, {x} and {y}).

    Without an `approval` number (审图号) it is for staff only: maps shown to the public are reviewed first
    (地图管理条例, articles 15 and 22).
    """

    file: Path | None
    address: str
    picture: bool
    attribution: str
    approval: str
    max_zoom: int

    @property
    def is_archive(self) -> bool:
        """Whether the browser reads a PMTiles archive, not single tiles."""
        return self.file is not None or ending(self.address) == ARCHIVE

    @property
    def public(self) -> bool:
        """Whether anyone may see it."""
        return bool(self.approval)

    def archive(self) -> Archive | None:
        """The file as it is now; None for an address, and when the file went away or was spoilt meanwhile."""
        try:
            return open_archive(self.file) if self.file else None
        except (OSError, BadInput):
            return None


def declared(settings: Settings) -> BaseMap | None:
    """The base map of the settings, None without one; raises `Misconfigured` with a sentence for a wrong setting."""
    given = (settings.basemap or "").strip()
    if not given:
        return None
    file = file_of(given)
    if file is not None:
        _check_archive(file)
    else:
        _check_address(given)
    check_datum(settings.basemap_datum)
    return BaseMap(
        file=file,
        address="" if file else given,
        picture=ending(given) in PICTURES,
        attribution=_line("PORTAL_BASEMAP_ATTRIBUTION", settings.basemap_attribution),
        approval=_line("PORTAL_BASEMAP_APPROVAL", settings.basemap_approval).removeprefix("审图号").lstrip(":： "),
        max_zoom=settings.basemap_max_zoom,
    )


def check_before_start(settings: Settings, account: Account) -> None:
    """`Misconfigured` for a base map that is declared wrongly, or that the web server's user cannot read."""
    base = declared(settings)
    closed = account.closed_folder(base.file) if base and base.file else None
    if closed is not None:
        raise Misconfigured(
            text(
                "User %(user)s runs the web server and cannot read the base map: %(closed)s is closed to it.",
                user=account.name,
                closed=closed,
            )
        )


def check_datum(given: str | None) -> str:
    """`cgcs2000` or `wgs84`; raises `Misconfigured` for none, a shifted one and any other."""
    said = (given or "").strip()
    known = DATUMS.get(re.sub(r"[\s:_-]", "", said).lower())
    if known:
        return known
    if not said:
        raise Misconfigured(text("PORTAL_BASEMAP_DATUM is missing: say cgcs2000 or wgs84, the datum of the base map."))
    if SHIFTED.search(said):
        raise Misconfigured(
            text(
                "PORTAL_BASEMAP_DATUM is %(datum)s: its streets would lie some 500 m beside the district's lines, and "
                "hazards would seem to be at wrong houses. Use a base map in CGCS2000 or WGS 84.",
                datum=said[:40],
            )
        )
    raise Misconfigured(text("PORTAL_BASEMAP_DATUM is cgcs2000 or wgs84; %(datum)s is neither.", datum=said[:40]))


def file_of(given: str) -> Path | None:
    """The file that a setting means, from the checkout where it is relative; None for an address of this site.

    An address looks like a path. It is one when there is no such file and not even its folder.
    """
    if "://" in given or given.startswith("//") or any(part in given for part in TILES):
        return None
    path = CHECKOUT / given
    if given.startswith("/") and not path.exists() and (not path.parent.is_dir() or path.parent == Path("/")):
        return None
    return path


def is_elsewhere(bounds: Box, district: Box) -> bool:
    """Whether a base map and the district have no ground in common."""
    return bounds[2] <= district[0] or district[2] <= bounds[0] or bounds[3] <= district[1] or district[3] <= bounds[1]


def ending(address: str) -> str:
    """The suffix of an address without its query, in small letters."""
    return Path(address.split("?", 1)[0]).suffix.lower()


def _check_archive(path: Path) -> None:
    if path.suffix.lower() != ARCHIVE:
        raise _refused(path, text("A file has to be PMTiles (.pmtiles)."))
    try:
        open_archive(path)
    except FileNotFoundError:
        raise _refused(path, text("There is no such file.")) from None
    except OSError as error:
        raise _refused(path, text("It cannot be read: %(reason)s.", reason=error.strerror)) from None
    except BadInput as error:
        raise _refused(path, error.message) from None


def _check_address(given: str) -> None:
    if "://" in given or given.startswith("//"):
        raise _refused(given, OUTSIDE)
    if not re.fullmatch(r"/[\w./{}?=&%@,-]*", given, re.ASCII) or "/../" in given:
        raise _refused(given, text("A path of this site begins with / and is written in letters, digits and ._-."))
    tiles = [part in given for part in TILES]
    if all(tiles) and ending(given) in DRAWN | PICTURES:
        return
    if not any(tiles) and ending(given) == ARCHIVE:
        return
    raise _refused(given, SHAPELESS)


def _refused(given: object, reason: object) -> Misconfigured:
    return Misconfigured(text("PORTAL_BASEMAP=%(given)s: %(reason)s", given=str(given)[:200], reason=_sentence(reason)))


def _sentence(reason: object) -> Text | str:
    return reason if isinstance(reason, Text) else str(reason)


def _line(name: str, given: str | None) -> str:
    said = (given or "").strip()
    if len(said) > LONGEST or not said.isprintable():
        raise Misconfigured(text("%(name)s is one line of at most %(most)s characters.", name=name, most=LONGEST))
    return said
