"""PMTiles archives by hand: the 127 bytes of the head with anything of it wrong, and a body."""

from __future__ import annotations

import struct
from typing import Any

WORDS = ("root", "root_length", "meta", "meta_length", "leaves", "leaves_length", "data", "data_length")
AROUND_PUTUO = (121.3, 31.19, 121.48, 31.33)


def archive(**wrong: Any) -> bytes:
    """A sound head and 400 bytes of body; any part of the head may be named and be something else."""
    told: dict[str, Any] = {
        **dict(zip(WORDS, (127, 20, 147, 30, 177, 0, 177, 350), strict=True)),
        "magic": b"PMTiles",
        "version": 3,
        "internal": 2,
        "compression": 2,
        "type": 1,
        "zooms": (9, 16),
        "bounds": AROUND_PUTUO,
    } | wrong
    box = [round(degrees * 1e7) for degrees in told["bounds"]]
    numbers = [*(told[word] for word in WORDS), 1, 1, 1]
    flags = [1, told["internal"], told["compression"], told["type"], *told["zooms"]]
    head = struct.pack("<7sB11Q6B4iB2i", told["magic"], told["version"], *numbers, *flags, *box, 9, 0, 0)
    return head + bytes(range(200)) * 2
