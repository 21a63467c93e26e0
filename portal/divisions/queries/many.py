"""Many ids as one parameter: a statement has room for no more than 65,535.

`= ANY (array)` is hashed and needs one look at the table, whatever the planner believes of tables that have just
grown; a join with the unnested array was tried and became a nested loop over both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, BindParameter, CollectionAggregate, all_, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY


def any_of(ids: Iterable[int]) -> CollectionAggregate[bool]:
    """For `column == any_of(ids)`."""
    return any_(_array(ids))


def all_of(ids: Iterable[int]) -> CollectionAggregate[bool]:
    """For `column != all_of(ids)`."""
    return all_(_array(ids))


def _array(ids: Iterable[int]) -> BindParameter[Any]:
    kind: Any = ARRAY(BigInteger)
    return bindparam(None, sorted(set(ids)), type_=kind, unique=True)
