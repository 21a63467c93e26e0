"""Long streams of rows, a page at a time: one statement a page instead of one a row, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

PAGE = 1000
"""Rows a statement."""


def in_pages(items: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """The items in their order, in lists of at most `size`; nothing is read ahead of the page."""
    source = iter(items)
    while page := list(islice(source, size)):
        yield page
