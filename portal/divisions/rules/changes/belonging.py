"""Whose change it is: every unit of a file must have to do with a unit of those who carry it out."""

from __future__ import annotations

from collections.abc import Collection

from portal.divisions.rules.changes.content import Content


def strangers(content: Content, own: Collection[str]) -> list[str]:
    """Keys of the units of a file that are neither `own`, nor come to lie in one, nor exchange ground with one.

    A neighbour that takes or gives ground belongs to the change, and so does who exchanges ground with it.
    """
    exchanges = [{move.source, move.target} for move in content.moves]
    ours, before = set(own), -1
    while len(ours) != before:
        before = len(ours)
        ours |= {one.unit for one in content.units if one.parent in ours}
        ours.update(*(pair for pair in exchanges if pair & ours))
    named = [*(one.unit for one in content.units), *(end for pair in exchanges for end in sorted(pair))]
    return [key for key in dict.fromkeys(named) if key not in ours]
