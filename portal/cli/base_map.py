"""What the start says of the operator's base map."""

from __future__ import annotations

from collections.abc import Iterator

from portal.kernel.db.session import transaction
from portal.kernel.geo.basemap import BaseMap, declared, is_elsewhere
from portal.kernel.geo.pmtiles import Box
from portal.kernel.geo.published import bounds_of, live_revision
from portal.kernel.i18n.terminal import complain, say
from portal.kernel.i18n.text import Text, text
from portal.settings import Settings

DISTRICT = "divisions.units"


def tell(settings: Settings) -> None:
    """Who will see it, and a warning where it cannot be what was meant; nothing without a base map."""
    base = declared(settings)
    if base is None:
        return
    say(_who(base))
    for warning in warnings(base, _district(settings)):
        complain(warning)


def warnings(base: BaseMap, district: Box | None) -> Iterator[Text]:
    """What looks wrong: an address that might be a mistyped file, ground that is not the district's."""
    archive = base.archive()
    if base.file is None:
        yield text(
            "Warning: there is no file %(given)s, so it is taken for an address of this site. The proxy in front has "
            "to answer it, to the people who may see it only.",
            given=base.address,
        )
    elif archive is not None and district is not None and is_elsewhere(archive.header.bounds, district):
        box = ", ".join(f"{degrees:.4f}" for degrees in archive.header.bounds)
        yield text("Warning: the base map lies elsewhere (%(bounds)s), not on the district.", bounds=box)


def _who(base: BaseMap) -> Text:
    if base.public:
        return text("Base map for everyone, approval number %(number)s.", number=base.approval)
    return text(
        "Base map for signed-in staff only: PORTAL_BASEMAP_APPROVAL names no approval number, and maps shown to the "
        "public are reviewed first."
    )


def _district(settings: Settings) -> Box | None:
    with transaction(settings) as session:
        bounds = bounds_of(live_revision(session, DISTRICT))
    return bounds.as_tuple() if bounds else None
