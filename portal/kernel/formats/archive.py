"""Zips from strangers: every check before the first byte is unpacked, a counter while it is."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from portal.kernel.formats.limits import LIMITS, Limits
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.zip_directory import directory_size
from portal.kernel.i18n.text import Text, text

_BLOCK = 256 * 1024
_ENTRY = 1024  # Bytes in the directory that an honest member takes at most, name and extra fields included.
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_NOISE = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_FLAT = re.compile(r"[^\x00-\x1f/\\]{1,80}")


@dataclass(frozen=True)
class Member:
    """One file in a zip. `name` is its decoded path with "/"; what the zip says of sizes is not to be trusted."""

    name: str
    info: zipfile.ZipInfo

    @property
    def base(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.name).name

    @property
    def suffix(self) -> str:
        """The ending in lower case, with the dot."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True)
class Archive:
    """A checked zip: its files without folders and the leavings of desktops."""

    name: str
    members: tuple[Member, ...]
    limits: Limits
    source: zipfile.ZipFile

    def find(self, path: str) -> Member | None:
        """The member of a path, compared without case; None when there is none."""
        wanted = path.casefold()
        return next((member for member in self.members if member.name.casefold() == wanted), None)

    def blocks(self, member: Member) -> Iterator[bytes]:
        """The unpacked bytes in pieces, counted. Raises `FileRefused` when damaged or over `unpacked_bytes`."""
        taken = 0
        with self._damage(member), self.source.open(member.info) as stream:
            while block := stream.read(_BLOCK):
                taken += len(block)
                self._check_unpacked(taken)
                yield block

    def read(self, member: Member, most: int) -> bytes:
        """A small member whole. Raises `FileRefused` beyond `most` bytes."""
        data = bytearray()
        for block in self.blocks(member):
            data += block
            if len(data) > most:
                raise _too_large(self.name, most)
        return bytes(data)

    def extract(self, members: Mapping[str, Member] | Iterable[Member], folder: Path) -> list[Path]:
        """Unpacks files flat into a folder and gives their paths: under the keys, or under their own last names.

        `unpacked_bytes` holds for all together. Raises `FileRefused`; then what was begun is taken away again.
        """
        wanted = dict(members) if isinstance(members, Mapping) else self._flat(members)
        written: list[Path] = []
        try:
            for flat, member in wanted.items():
                written.append(folder / _checked_flat(flat, self.name))
                self._write(member, written[-1], sum(path.stat().st_size for path in written[:-1]))
        except FileRefused:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return written

    def _flat(self, members: Iterable[Member]) -> dict[str, Member]:
        flat: dict[str, Member] = {}
        for member in members:
            if member.base.casefold() in {name.casefold() for name in flat}:
                raise _twice(self.name, member.base)
            flat[member.base] = member
        return flat

    def _write(self, member: Member, path: Path, before: int) -> None:
        with path.open("xb") as file:
            for block in self.blocks(member):
                before += len(block)
                self._check_unpacked(before)
                file.write(block)

    def _check_unpacked(self, count: int) -> None:
        if count > self.limits.unpacked_bytes:
            raise _too_large(self.name, self.limits.unpacked_bytes)

    @contextmanager
    def _damage(self, member: Member) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            sentence = text(
                "%(file)s is damaged: “%(member)s” in it cannot be unpacked.", file=self.name, member=member.name[:100]
            )
            raise FileRefused(sentence, "file.damaged") from error


@contextmanager
def open_archive(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[Archive]:
    """A zip whose directory has been checked. Raises `FileRefused`.

    Refused: truncated, encrypted, links, `../` and absolute names, a name twice, other packing than deflate, and
    too many members, bytes or too high a ratio by what the directory itself says. Names without the UTF-8 flag are
    strict UTF-8, else GB18030.
    """
    with path.open("rb") as file:
        _check_directory(file, name, limits)
        with _opened(file, name) as source:
            members = [Member(_decoded_name(info, name), info) for info in source.infolist()]
            _check_members(members, name, limits)
            _check_sizes(members, path.stat().st_size, name, limits)
            files = (member for member in members if not member.info.is_dir() and not member.name.endswith("/"))
            yield Archive(name, tuple(file for file in files if not _NOISE.search(file.name)), limits, source)


def _check_directory(file: IO[bytes], name: str, limits: Limits) -> None:
    """A directory of millions of entries would fill the memory before anybody could count them."""
    size = directory_size(file)
    if size is None:
        raise _truncated(name)
    if size > limits.zip_members * _ENTRY:
        raise _too_many(name, limits)


def _opened(file: IO[bytes], name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise _truncated(name) from error


def _decoded_name(info: zipfile.ZipInfo, archive: str) -> str:
    written = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        written = _decoded(written.encode("cp437"))
    return _checked_name(written.replace("\\", "/"), archive)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _checked_name(name: str, archive: str) -> str:
    parts = name.split("/")
    absolute = name.startswith("/") or re.match(r"[A-Za-z]:", name)
    if not name or absolute or ".." in parts or any(unicodedata.category(sign) == "Cc" for sign in name):
        sentence = text(
            "%(file)s holds a file whose name leads out of the zip (“%(member)s”). Nothing was unpacked. Zip it again.",
            file=archive,
            member=ascii(name[:100])[1:-1] if not name.isprintable() else name[:100],
        )
        raise FileRefused(sentence, "file.zip_name")
    return name


def _check_members(members: list[Member], name: str, limits: Limits) -> None:
    if len(members) > limits.zip_members:
        raise _too_many(name, limits)
    seen: set[str] = set()
    for member in members:
        _check_member(member, name)
        key = unicodedata.normalize("NFC", member.name).casefold()
        if key in seen:
            raise _twice(name, member.name)
        seen.add(key)


def _check_member(member: Member, name: str) -> None:
    info = member.info
    if info.flag_bits & _ENCRYPTED:
        locked = text("%(file)s is protected with a password. Zip it again without one.", file=name)
        raise FileRefused(locked, "file.password")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        linked = text(
            "%(file)s holds a link (“%(member)s”), not a file. Zip the files themselves.",
            file=name,
            member=member.name[:100],
        )
        raise FileRefused(linked, "file.zip_link")
    if info.compress_type not in _METHODS:
        odd = text("%(file)s is packed in a way that is not read here. Zip it as an ordinary zip.", file=name)
        raise FileRefused(odd, "file.zip_method")


def _check_sizes(members: list[Member], packed: int, name: str, limits: Limits) -> None:
    total = sum(member.info.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise _too_large(name, limits.unpacked_bytes)
    if total > limits.zip_ratio_from and total > packed * limits.zip_ratio:
        sentence = text(
            "%(file)s would grow to %(ratio)d times its size when unpacked, as a zip bomb does; the most is %(limit)d.",
            file=name,
            ratio=total // packed,
            limit=limits.zip_ratio,
        )
        raise FileRefused(sentence, "file.zip_ratio")


def _checked_flat(flat: str, name: str) -> str:
    if flat in (".", "..") or not _FLAT.fullmatch(flat):
        raise FileRefused(text("%(file)s holds a file with a name that is too long.", file=name), "file.zip_name")
    return flat


def _too_large(name: str, most: int) -> FileRefused:
    sentence = text("%(file)s is larger than %(limit)d MB when unpacked; split it.", file=name, limit=most // 1024**2)
    return FileRefused(sentence, "file.too_large")


def _too_many(name: str, limits: Limits) -> FileRefused:
    sentence = text("%(file)s holds more than %(limit)d files; split it.", file=name, limit=limits.zip_members)
    return FileRefused(sentence, "file.zip_members")


def _twice(name: str, member: str) -> FileRefused:
    sentence = text(
        "%(file)s holds two files of the name “%(member)s”. Zip each only once.", file=name, member=member[:100]
    )
    return FileRefused(sentence, "file.zip_twice")


def _truncated(name: str) -> FileRefused:
    sentence: Text = text(
        "%(file)s is damaged: the end of the zip is missing. Copy or send it again, whole.", file=name
    )
    return FileRefused(sentence, "file.damaged")
