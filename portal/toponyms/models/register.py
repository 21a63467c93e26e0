"""The register of standard place names: an identity, and dated versions that are only ever added.

A change in the world closes a version and begins the next; a correction of our mistake replaces one for the same days.
Both supersede the old row, and `entry` says which of the two a row is.
"""

from __future__ import annotations

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text as sql

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, PublicId, RecordedAt
from portal.kernel.db.validity import Recorded, Validity, validity_checks
from portal.toponyms.rules.particulars import LENGTHS, MOST_FORMER, STATUSES
from portal.toponyms.rules.position import LONGEST_SHAPE

SCHEMA = "toponyms"
BELIEVED = sql("superseded_at IS NULL")
ENTRIES = ("added", "imported", "approved", "changed", "corrected", "restored")
"""How a row came: the first of a name, by a file, by a decision, a change in the world, a correction, an undo."""

NEEDED = ("name", "specific", "pinyin", "source")
MAY_BE_EMPTY = ("generic", "meaning", "history", "place", "document_number", "document_authority", "reason")


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Name(Base):
    """A name's thing as an identity: it stays itself when it is called otherwise."""

    __tablename__ = "names"
    __table_args__ = {"schema": SCHEMA}  # noqa: RUF012

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]


class NameVersion(Validity, Recorded, Base):
    """A standard name for a time, with where it lies and where it comes from."""

    __tablename__ = "name_versions"
    __table_args__ = (
        *validity_checks(),
        CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name="kind"),
        *(CheckConstraint(f"length({name}) BETWEEN 1 AND {LENGTHS[name]}", name=name) for name in NEEDED),
        *(CheckConstraint(f"length({name}) <= {LENGTHS[name]}", name=name) for name in MAY_BE_EMPTY),
        CheckConstraint("specific || generic = name", name="parts"),
        CheckConstraint("length(folded) BETWEEN 1 AND 200 AND length(toned) <= 200", name="folded"),
        CheckConstraint(f"cardinality(former) <= {MOST_FORMER}", name="former"),
        CheckConstraint(f"status IN ({_one_of(STATUSES)})", name="status"),
        CheckConstraint(f"entry IN ({_one_of(ENTRIES)})", name="entry"),
        CheckConstraint("NOT ST_IsEmpty(geom)", name="geom"),
        CheckConstraint(
            "(geom IS NULL) = (original_geometry IS NULL) AND (geom IS NULL) = (original_crs IS NULL)", name="original"
        ),
        CheckConstraint(f"length(original_geometry) BETWEEN 1 AND {LONGEST_SHAPE}", name="original_geometry"),
        CheckConstraint("length(original_crs) BETWEEN 1 AND 60", name="original_crs"),
        CheckConstraint("length(recorded_by) BETWEEN 1 AND 60", name="recorded_by"),
        ExcludeConstraint(
            ("name_id", "="), ("valid", "&&"), name="excl_name_versions_one_at_a_time", using="gist", where=BELIEVED
        ),
        Index("ix_name_versions_folded", "folded", postgresql_where=BELIEVED),
        Index("ix_name_versions_specific_folded", "specific_folded", postgresql_where=BELIEVED),
        Index("ix_name_versions_name", "name", postgresql_where=BELIEVED),
        Index("ix_name_versions_former", "former", postgresql_using="gin"),
        Index("ix_name_versions_geom", "geom", postgresql_using="gist"),
        Index("ix_name_versions_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    name_id: Mapped[int] = mapped_column(ForeignKey("toponyms.names.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    kind: Mapped[str] = mapped_column(Text)
    """A key of `gis_data/catalogue/toponym_kinds.yaml`."""
    name: Mapped[str] = mapped_column(Text)
    specific: Mapped[str] = mapped_column(Text)
    generic: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    toned: Mapped[str] = mapped_column(Text)
    specific_folded: Mapped[str] = mapped_column(Text)
    """Pinyin as `rules.pinyin` folds it: without tones, with tones, and of the specific part alone."""
    status: Mapped[str] = mapped_column(Text)
    meaning: Mapped[str] = mapped_column(Text)
    history: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    """Where it lies in words: from where to where, on which street."""
    former: Mapped[list[str]] = mapped_column(ARRAY(Text))
    document_number: Mapped[str] = mapped_column(Text)
    document_authority: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", STORAGE_SRID, spatial_index=False))
    original_geometry: Mapped[str | None] = mapped_column(Text)
    original_crs: Mapped[str | None] = mapped_column(Text)
    entry: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    application_id: Mapped[int | None] = mapped_column(ForeignKey("toponyms.applications.id"))
    recorded_by: Mapped[str] = mapped_column(Text)

    @property
    def shape(self) -> BaseGeometry | None:
        """Where it lies, in EPSG:4490, x = east."""
        return None if self.geom is None else shapely.force_2d(to_shape(self.geom))
