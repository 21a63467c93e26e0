"""What a check found: one sentence, a stable code to test and translate by, and where on the map to look."""

from dataclasses import dataclass
from typing import Literal

from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class Problem:
    """`code` is dotted and stable ("geometry.swapped_axes"); `place` is (lon, lat) in degrees, None if unknown.

    `level`: an error keeps the data out; a note says what will be changed or lost when the data is taken in.
    """

    code: str
    text: Text
    place: tuple[float, float] | None = None
    level: Literal["error", "note"] = "error"
