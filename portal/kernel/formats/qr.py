"""QR codes, ISO/IEC 18004, as crisp black squares."""

from __future__ import annotations

import io

import segno

from portal.errors import BadInput
from portal.kernel.i18n.text import text

QUIET_ZONE = 4
"""White modules around the code, as the standard asks."""
LONGEST = 300
"""An address that is longer makes squares too small for a phone."""


def qr_png(said: str, module_px: int = 8) -> bytes:
    """A PNG of a code that says `said`; a quarter of it may be hidden or dirty (level Q). Raises `BadInput`."""
    written = io.BytesIO()
    _code(said).save(written, kind="png", scale=module_px, border=QUIET_ZONE)
    return written.getvalue()


def qr_modules(said: str) -> tuple[tuple[bool, ...], ...]:
    """The squares row by row without the quiet zone, dark is true."""
    return tuple(tuple(bool(module) for module in row) for row in _code(said).matrix)


def _code(said: str) -> segno.QRCode:
    if not said or len(said) > LONGEST:
        raise BadInput(text("An address for a QR code has between 1 and %(most)d signs.", most=LONGEST))
    return segno.make(said, error="q", micro=False, boost_error=False)
