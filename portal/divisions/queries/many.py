"""Many ids as one parameter: a statement has room for no more than 65,535."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(ids: Iterable[int]) -> Select[int]:
    """For `column.in_(…)`."""
    return select(func.unnest(bindparam(None, sorted(set(ids)), type_=ARRAY(BigInteger), unique=True)))
