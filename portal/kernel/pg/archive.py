"""The backup file: a tar whose first member, `manifest.json`, names every other with size and SHA-256.

The tar itself is not compressed: the dump inside is, and photos do not shrink.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from portal.errors import BadInput
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import sync_folder

MANIFEST = "manifest.json"
DUMP = "database.dump"
SECRETS = "secrets.json"
FILES = "files"
LARGEST_MANIFEST = 256 * 1024 * 1024
CHUNK = 1024 * 1024

Report = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True)
class Member:
    """Size and SHA-256 of one file inside."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds and where it came from."""

    product: str
    version: str
    made_at: str
    database: str
    revision: str | None
    postgresql: str
    members: Mapping[str, Member]

    @property
    def total(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members.values())

    @property
    def postgresql_major(self) -> int:
        """Major version of the server that the dump came from."""
        return int(self.postgresql.split(".")[0])


def measure(path: Path) -> Member:
    """Size and checksum of a file on disk."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256")
        return Member(handle.tell(), digest.hexdigest())


def write(target: Path, manifest: Manifest, sources: Mapping[str, Path], report: Report) -> None:
    """Write the file under a temporary name (0600) and rename it when it is whole and on disk."""
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            _write_members(handle, manifest, sources, report)
            handle.flush()
            os.fsync(handle.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


@contextmanager
def opened(source: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """The manifest and the tar behind it; `BadInput` when this is not a backup of ours."""
    try:
        with tarfile.open(source, "r:") as tar:
            yield _read_manifest(tar), tar
    except (tarfile.TarError, EOFError):
        raise _not_ours(source) from None
    except OSError as problem:
        raise BadInput(
            text("%(path)s cannot be read: %(reason)s", path=source, reason=problem.strerror or problem)
        ) from None


def verify(source: Path, report: Report) -> Manifest:
    """Read the whole file and compare every member with the manifest; `BadInput` names the first that differs."""
    with opened(source) as (manifest, tar):
        seen: set[str] = set()
        done = 0
        for info in tar:
            if info.name == MANIFEST:
                continue
            _check_member(manifest, info, tar)
            seen.add(info.name)
            done += info.size
            report(done, manifest.total)
        missing = sorted(set(manifest.members) - seen)
        if missing:
            raise BadInput(text("The backup is damaged: %(name)s is missing.", name=missing[0]))
        return manifest


def copy_member(tar: tarfile.TarFile, name: str, target: IO[bytes]) -> None:
    """Copy one member's bytes."""
    source = cast(BinaryIO, tar.extractfile(name))
    while chunk := source.read(CHUNK):
        target.write(chunk)


def _write_members(handle: BinaryIO, manifest: Manifest, sources: Mapping[str, Path], report: Report) -> None:
    done = 0
    with tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as tar:
        body = json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode()
        tar.addfile(_info(MANIFEST, len(body)), io.BytesIO(body))
        for name, member in manifest.members.items():
            with sources[name].open("rb") as source:
                tar.addfile(_info(name, member.size), source)
            done += member.size
            report(done, manifest.total)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > LARGEST_MANIFEST:
        raise tarfile.ReadError
    try:
        raw = json.loads(cast(BinaryIO, tar.extractfile(first)).read())
        members = {str(name): Member(int(m["size"]), str(m["sha256"])) for name, m in raw.pop("members").items()}
        manifest = Manifest(members=members, **raw)
        _ = manifest.postgresql_major
    except (ValueError, TypeError, KeyError, AttributeError):
        raise tarfile.ReadError from None
    if manifest.product != "anjie-portal" or DUMP not in members or not all(map(_is_ours, members)):
        raise tarfile.ReadError
    return manifest


def _is_ours(name: str) -> bool:
    """Only the two known members and relative paths below `files`, so that nothing can be written elsewhere."""
    path = PurePosixPath(name)
    below_files = len(path.parts) > 1 and path.parts[0] == FILES and ".." not in path.parts and str(path) == name
    return name in {DUMP, SECRETS} or below_files


def _check_member(manifest: Manifest, info: tarfile.TarInfo, tar: tarfile.TarFile) -> None:
    wanted = manifest.members.get(info.name)
    if wanted is None or not info.isreg():
        raise BadInput(text("The backup is damaged: %(name)s is not in its manifest.", name=info.name))
    digest = hashlib.file_digest(cast(io.BufferedReader, tar.extractfile(info)), "sha256").hexdigest()
    if info.size != wanted.size or digest != wanted.sha256:
        raise BadInput(text("The backup is damaged: the checksum of %(name)s is wrong.", name=info.name))


def _not_ours(source: Path) -> BadInput:
    return BadInput(text("%(path)s is not a backup made by `portal backup`, or it is cut short.", path=source))
