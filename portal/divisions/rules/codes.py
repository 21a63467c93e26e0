"""What can be read from the digits of a code, and what cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

PADDED = 12
"""Digits of the form in which statistics write codes of every level."""

_DIGITS = re.compile(r"\d{2,12}", re.ASCII)


class Range(Protocol):
    """Which codes belong to a kind."""

    def holds(self, code: str) -> bool:
        """Whether a code lies in it."""


class Ranged(Protocol):
    """A kind with its code ranges."""

    @property
    def ranges(self) -> Iterable[Range]:
        """They only propose and warn: the kind digit does not always match the name."""


K = TypeVar("K", bound=Ranged)


def is_code(written: str) -> bool:
    """Whether a text is 2 to 12 plain digits."""
    return _DIGITS.fullmatch(written) is not None


def cut_padding(code: str, lengths: Iterable[int]) -> str:
    """The code without the zeros that some lists pad it with: 310107000000 is 310107 where six digits are written."""
    padded = len(code) == PADDED
    return next((code[:n] for n in sorted(lengths) if padded and not code[n:].strip("0")), code)


def kind_of_code(code: str, kinds: Iterable[K]) -> K | None:
    """The kind whose digits a code has; None where the digits say nothing (districts and above)."""
    return next((kind for kind in kinds if fits_kind(code, kind)), None)


def fits_kind(code: str, kind: Ranged) -> bool:
    """Whether one of the kind's ranges holds the code."""
    return any(found.holds(code) for found in kind.ranges)


def level_of_digits(code: str, written: Mapping[int, int]) -> int | None:
    """The level that alone is written with this many digits; None when several are, or none."""
    levels = [level for level, digits in written.items() if digits == len(code)]
    return levels[0] if len(levels) == 1 else None
