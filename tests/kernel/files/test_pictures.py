"""Pictures come out as pictures and nothing else."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from portal.errors import BadInput
from portal.kernel.files.pictures import LONGEST_SIDE, clean_picture

SCRIPT = b"<script>alert(1)</script><?php system($_GET['c']); ?>"


def save(path: Path, picture: Image.Image, kind: str, **options: object) -> Path:
    picture.save(path, kind, **options)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_ordinary_picture_comes_through(tmp_path, out, kind):
    source = save(tmp_path / "in", Image.new("RGB", (60, 40), (200, 30, 30)), kind)
    made = clean_picture(source, out)
    assert (made.width, made.height, made.media_type) == (60, 40, f"image/{kind.lower()}")
    with Image.open(out) as again:
        assert again.format == kind
        red, green, _ = again.convert("RGB").getpixel((30, 20))
        assert (red > 180, green < 60) == (True, True)


def test_place_and_camera_are_gone_and_the_picture_stands_upright(tmp_path, out):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Camera of 李雷", {1: "N", 2: (31.0, 14.0, 5.0)}
    source = save(tmp_path / "in", Image.new("RGB", (60, 40)), "JPEG", exif=exif, comment=b"at home")
    made = clean_picture(source, out)
    assert (made.width, made.height) == (40, 60)
    content = out.read_bytes()
    assert b"Camera" not in content
    assert b"at home" not in content
    with Image.open(out) as again:
        assert dict(again.getexif()) == {}


def test_transparency_is_kept(tmp_path, out):
    clean_picture(save(tmp_path / "in", Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "PNG"), out)
    with Image.open(out) as again:
        assert again.getpixel((4, 4))[3] == 0


def test_a_huge_one_is_made_smaller(tmp_path, out):
    made = clean_picture(save(tmp_path / "in", Image.new("L", (LONGEST_SIDE * 2, 100)), "PNG"), out)
    assert (made.width, made.height) == (LONGEST_SIDE, 50)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hides_behind_a_picture_is_left_behind(tmp_path, out, kind):
    """A file that is a picture and an archive and a script at once."""
    source = save(tmp_path / "in", Image.new("RGB", (20, 20)), kind)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("evil.sh", SCRIPT)
    source.write_bytes(source.read_bytes() + SCRIPT + archive.getvalue())
    assert zipfile.is_zipfile(source)
    clean_picture(source, out)
    assert not zipfile.is_zipfile(out)
    assert b"<script>" not in out.read_bytes()


def test_text_inside_a_png_is_left_behind(tmp_path, out):
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SCRIPT.decode())
    clean_picture(save(tmp_path / "in", Image.new("RGB", (20, 20)), "PNG", pnginfo=words), out)
    assert b"<script>" not in out.read_bytes()


def png_that_says(width: int, height: int, behind: bytes) -> bytes:
    """A PNG with any size in its header and any content in its pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(behind)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path, out, size):
    (tmp_path / "in").write_bytes(png_that_says(*size, b"\0" * 1_000_000))
    with pytest.raises(BadInput, match="too many pixels"):
        clean_picture(tmp_path / "in", out)
    assert not out.exists()


def truncated(tmp_path: Path) -> bytes:
    return save(tmp_path / "whole", Image.effect_noise((300, 300), 90), "JPEG").read_bytes()[:9000]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"GIF89a" + b"\0" * 40,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"RIFF\x10\0\0\0WEBPVP8X" + b"\0" * 20,
        png_that_says(10, 10, b""),
        truncated,
    ],
    ids=["empty", "words", "gif", "postscript", "svg", "webp", "no pixels", "truncated"],
)
def test_what_is_no_sound_picture_is_refused_with_a_sentence(tmp_path, out, content):
    (tmp_path / "in").write_bytes(content(tmp_path) if callable(content) else content)
    with pytest.raises(BadInput, match="not a readable"):
        clean_picture(tmp_path / "in", out)
    assert not out.exists()
