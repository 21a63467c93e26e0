"""The room's table: places as they are known now. What they were before is in the audit trail; none is deleted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, PublicId, RecordedAt, Versioned
from portal.places.rules import ACCESSIBLE, LENGTHS, LONGEST_POSITION, MOST_AREA_M2, MOST_PEOPLE, SETTINGS

SCHEMA = "places"
UP_TO = ("address", "shelter_class", "keeper", "phone", "duty_phone", "open_hours", "note")
"""Texts that may be empty."""


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Place(Versioned, Base):
    """A place during `[valid_from, closed_on)`, as it was last checked; a position is not always known."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z][a-z0-9_]{0,59}$'", name="kind"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {LENGTHS['name']}", name="name"),
        *(CheckConstraint(f"length({name}) <= {LENGTHS[name]}", name=name) for name in UP_TO),
        CheckConstraint(f"length(source) BETWEEN 1 AND {LENGTHS['source']}", name="source"),
        CheckConstraint("NOT ST_IsEmpty(geom)", name="geom"),
        CheckConstraint(
            "(geom IS NULL) = (original_geometry IS NULL) AND (geom IS NULL) = (original_crs IS NULL)", name="original"
        ),
        CheckConstraint(f"length(original_geometry) BETWEEN 1 AND {LONGEST_POSITION}", name="original_geometry"),
        CheckConstraint("length(original_crs) BETWEEN 1 AND 60", name="original_crs"),
        CheckConstraint(f"capacity_people BETWEEN 0 AND {MOST_PEOPLE}", name="capacity_people"),
        CheckConstraint(f"area_m2 BETWEEN 0 AND {MOST_AREA_M2}", name="area_m2"),
        CheckConstraint(f"setting IN ({_one_of(SETTINGS)})", name="setting"),
        CheckConstraint(f"accessible IN ({_one_of(ACCESSIBLE)})", name="accessible"),
        CheckConstraint("checked_on >= valid_from", name="checked_on"),
        CheckConstraint("closed_on >= valid_from", name="closed_on"),
        CheckConstraint("(closed_on IS NULL) = (closed_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(f"length(closed_reason) BETWEEN 1 AND {LENGTHS['reason']}", name="closed_reason"),
        CheckConstraint("length(recorded_by) BETWEEN 1 AND 60", name="recorded_by"),
        Index("ix_places_geom", "geom", postgresql_using="gist"),
        Index("ix_places_unit_id_name", "unit_id", "name"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    kind: Mapped[str] = mapped_column(Text)
    """A key of `gis_data/catalogue/place_kinds.yaml`."""
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", STORAGE_SRID, spatial_index=False))
    original_geometry: Mapped[str | None] = mapped_column(Text)
    original_crs: Mapped[str | None] = mapped_column(Text)
    """What was picked or typed, and the system it was declared to be in."""
    capacity_people: Mapped[int | None]
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    shelter_class: Mapped[str] = mapped_column(Text)
    """As the plan of the shelter says it, in words; there is no list of codes."""
    setting: Mapped[str | None] = mapped_column(Text)
    accessible: Mapped[str] = mapped_column(Text)
    """Whether somebody in a wheelchair gets in."""
    keeper: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    duty_phone: Mapped[str] = mapped_column(Text)
    """For the office only."""
    open_hours: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    """For the office only."""
    source: Mapped[str] = mapped_column(Text)
    internal: Mapped[bool]
    """Kept off the public map although its kind is public."""
    valid_from: Mapped[dt.date]
    checked_on: Mapped[dt.date]
    """The day on which all this was last checked."""
    lay_on: Mapped[dt.date]
    """The day on which it lay in its division: whose that was then may see it. The day of the check, until a change of
    divisions carries the place on: then the first day of the change, or the last of a division that ended."""
    closed_on: Mapped[dt.date | None]
    """The first day on which it is no longer there."""
    closed_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def point(self) -> shapely.Point | None:
        """Where it lies, in EPSG:4490, x = east."""
        if self.geom is None:
            return None
        return shapely.Point(shapely.get_coordinates(to_shape(self.geom))[0])
