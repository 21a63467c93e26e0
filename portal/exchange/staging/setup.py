"""What a person answered about a file: which column is which field, the options, the coordinate system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

EAST, NORTH = "x", "y"
"""Fields of the two columns that hold a position, east and north, where the file has no shapes of its own."""


@dataclass(frozen=True)
class Setup:
    """`columns` by field; `options` as they were written; `crs` a key of the declared systems, `swapped` when the
    file's first number is the north one; `mend`: invalid rings may be repaired; `sure` the questions that were
    answered (`encoding`, `shift`)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    swapped: bool = False
    mend: bool = False
    sure: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, object] | None) -> Setup:
        """The setup that `plain` gave; nothing yet for None."""
        known = {one.name for one in fields(cls)}
        said = {key: value for key, value in (kept or {}).items() if key in known}
        sure = said.pop("sure", ())
        return cls(**said, sure=tuple(sure) if isinstance(sure, list | tuple) else ())  # type: ignore[arg-type]

    def plain(self) -> dict[str, object]:
        """For a column of JSON."""
        return asdict(self) | {"sure": list(self.sure)}
