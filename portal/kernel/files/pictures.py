"""Pictures from people are decoded and written anew, so that nothing but the picture is left of the file.

What a camera writes beside it (place, time, maker), what hides behind it (a script, an archive) and what is wrong
inside it all stay behind.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.errors import BadInput
from portal.kernel.i18n.text import text

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS = 50_000_000
"""A large camera's picture; decoded it takes 200 MB."""

LONGEST_SIDE = 4096
"""What is kept; more shows nothing on a page or on A4."""

BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error)
"""All that the decoders raise for a file that is none of theirs."""


@dataclass(frozen=True)
class Picture:
    """What was written: size in pixels and media type."""

    width: int
    height: int
    media_type: str


def clean_picture(path: Path, out: Path) -> Picture:
    """Writes the picture of `path` anew to `out`, upright, without metadata, at most 4096 pixels long.

    Raises `BadInput` for anything but one sound JPEG, PNG or WebP of at most 50 million pixels.
    """
    with _decoders_complaints_as_sentences(), Image.open(path, formats=list(FORMATS)) as opened:
        _refuse_bomb(*opened.size)
        kind = str(opened.format)
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)  # A large JPEG is not decoded whole.
        bare = _pixels_only(ImageOps.exif_transpose(opened), kind)
    bare.save(out, kind, **({"quality": 88} if kind != "PNG" else {"optimize": False}))
    return Picture(*bare.size, FORMATS[kind])


def _refuse_bomb(width: int, height: int) -> None:
    """Asked of the header, before a single pixel is decoded."""
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> BadInput:
    most = MOST_PIXELS // 1_000_000
    return BadInput(text("The picture has too many pixels; at most %(most)s million are taken.", most=most))


def _pixels_only(picture: Image.Image, kind: str) -> Image.Image:
    """A picture made of pixels alone: whatever else was attached is not copied."""
    mode = "RGB" if kind == "JPEG" or not picture.has_transparency_data else "RGBA"
    pixels = picture.convert(mode)
    bare = Image.new(mode, pixels.size)
    bare.paste(pixels)
    return bare


@contextmanager
def _decoders_complaints_as_sentences() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except BROKEN as error:
        raise BadInput(text("This is not a readable JPEG, PNG or WebP picture.")) from error
