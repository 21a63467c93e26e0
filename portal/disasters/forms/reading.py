"""Reading typed text: each field by itself, and what cannot be read is kept as a message for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from portal.disasters.rules.report import Findings, Place, PlaceMethod
from portal.errors import BadInput
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.i18n.text import text

T = TypeVar("T")

MOST_ACCURACY_M = 100_000


@dataclass
class Reading:
    """Typed text by field, and the messages of what could not be read."""

    typed: dict[str, str]
    unreadable: Findings = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The parsed field, None where it is unreadable."""
        try:
            return parse(self.typed.get(name, ""))
        except BadInput as error:
            self.refuse(name, error.message)
            return None

    def refuse(self, name: str, message: object) -> None:
        """Adds a message to a field."""
        self.unreadable.setdefault(name, []).append(message)

    def place(self) -> Place:
        """Where, from `lon`, `lat`, `accuracy` and `place_words`. Without coordinates only the unit is known."""
        words = self.typed.get("place_words", "").strip()
        lon, lat = (self.read(name, _degrees) for name in ("lon", "lat"))
        if lon is None or lat is None:
            self._half_a_place()
            return Place(words=words)
        accuracy = _metres(self.typed.get("accuracy", ""))
        method = PlaceMethod.MAP if accuracy is None else PlaceMethod.DEVICE
        return Place(method, lon, lat, accuracy, self._original(method), words)

    def _half_a_place(self) -> None:
        for name, other in (("lon", "lat"), ("lat", "lon")):
            missing = not self.typed.get(name, "").strip() and name not in self.unreadable
            if missing and self.typed.get(other, "").strip():
                self.refuse(name, text("Give both longitude and latitude, or neither."))

    def _original(self, method: PlaceMethod) -> str:
        """As given, with its system: a device speaks WGS 84, our map CGCS2000."""
        system = "EPSG:4326" if method == PlaceMethod.DEVICE else "EPSG:4490"
        return f"{self.typed['lon'].strip()}, {self.typed['lat'].strip()} ({system})"[:200]


def _degrees(typed: str) -> float | None:
    return parse_degrees(typed) if typed.strip() else None


def _metres(typed: str) -> float | None:
    """What the device said of its accuracy; the field is hidden, so nonsense in it is no message for people."""
    tidy = typed.strip()
    if not tidy.isascii() or not tidy.replace(".", "", 1).isdigit():
        return None
    return min(float(tidy), MOST_ACCURACY_M)
