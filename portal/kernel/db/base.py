"""What every table has in common: naming convention, key types, identity and recorded time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

import uuid_utils
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "excl": "excl_%(table_name)s_%(constraint_name)s",
}

STORAGE_SRID = 4490
"""CGCS2000, x = east: what every stored position is in."""

BigKey = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
"""The key inside the database; never shown."""

RecordedAt = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
"""When we came to know it, by the database's clock."""

Json = Annotated[dict[str, object], mapped_column(JSONB)]


def new_public_id() -> uuid.UUID:
    """A UUIDv7: ordered by time, safe to show."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


PublicId = Annotated[uuid.UUID, mapped_column(Uuid, default=new_public_id, unique=True)]
"""The key outside the database: in addresses, exports and QR codes."""


class Base(DeclarativeBase):
    """Root of all tables; each room's tables lie in the PostgreSQL schema of the room's name."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: DateTime(timezone=True)}  # noqa: RUF012


class Versioned:
    """An editable row: a save names the version it was opened at, a stale one is refused."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        return {"version_id_col": cls.row_version}
