"""What the digits of a code say of level and parent, in lists of 6, 9 and 12 digits."""

from __future__ import annotations

from collections.abc import Iterator

PROVINCE, PREFECTURE, COUNTY, TOWN, COMMITTEE = 1, 2, 3, 4, 5
_LONGER = {9: TOWN, 12: COMMITTEE}


def level_of(code: str) -> int | None:
    """The level of a written code, from 1 (province) to 5 (committee); None for any other number of digits."""
    if len(code) != 6:
        return _LONGER.get(len(code))
    if code.endswith("0000"):
        return PROVINCE
    return PREFECTURE if code.endswith("00") else COUNTY


def above(code: str) -> Iterator[str]:
    """The codes that the units above would bear, the nearest first."""
    if len(code) == 12:
        yield code[:9]
    if len(code) >= 9:
        yield code[:6]
    if not code[:6].endswith("00"):
        yield code[:4] + "00"
    if not code[:6].endswith("0000"):
        yield code[:2] + "0000"


def region(code: str) -> str:
    """Within what a unit that changed its code is looked for: the province of a county, the district of a committee."""
    return code[:6] if len(code) > 6 else code[:2]


def is_running_number(code: str) -> bool:
    """Whether a code of 6 digits only counts (90 in the middle): directly below the province, given anew each year."""
    return len(code) == 6 and code[2:4] == "90"
