"""A page of rows as one parameter a column, so that a thousand rows are one statement that is planned once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

Columns = Mapping[str, tuple[TypeEngine[Any], Sequence[Any]]]
"""By name: the type and the values, row by row."""


def table_of(columns: Columns) -> TableValuedAlias:
    """A table to select from, whose columns are `.c.<name>`; all lists are of the same length."""
    lists = [bindparam(name, list(values), type_=ARRAY(kind), unique=True) for name, (kind, values) in columns.items()]
    named = [column(name, kind) for name, (kind, _) in columns.items()]
    return func.unnest(*lists).table_valued(*named).render_derived()
