"""Where an address that came with a request may lead to: this site and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2000


def own_path(target: str | None) -> str | None:
    """A path of this site that a page may lead on to; None for any other site, scheme or trick."""
    if not target or not target.startswith("/") or len(target) > LONGEST:
        return None
    if target.startswith("//") or "\\" in target or any(ord(sign) <= 32 or ord(sign) == 127 for sign in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
