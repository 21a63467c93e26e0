"""The area of an uploaded file: GeoJSON, GeoPackage or a zipped shapefile, in the system it declares."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry
from werkzeug.datastructures import FileStorage

from portal.divisions.forms.change_content.piece import AS_DECLARED
from portal.divisions.rules.changes.drawing import PIECE, sound
from portal.errors import BadInput
from portal.kernel.formats.opening import open_file
from portal.kernel.geo.crs import DeclaredCrs, parse_crs
from portal.kernel.geo.mending import read_shape
from portal.kernel.i18n.text import text
from portal.kernel.web.state import house

MOST_AREAS = 500


def area_of_file(upload: FileStorage | None, crs: str) -> tuple[BaseGeometry, str]:
    """All areas of a file as one, in EPSG:4490, and the system its numbers were in; never guessed.

    Raises `BadInput` and `FileRefused` with a sentence.
    """
    if upload is None or not upload.filename:
        raise BadInput(text("Choose a file."))
    name = Path(upload.filename).name[:120]
    with _on_disk(upload) as path, open_file(path, name=name) as reading:
        system = _system(reading.head.declared_crs, crs)
        shapes = [sound(read_shape(row.shape), system, PIECE) for row in reading.rows if row.shape is not None]
    if not shapes:
        raise BadInput(text("There is no area in %(file)s.", file=name))
    if len(shapes) > MOST_AREAS:
        raise BadInput(
            text("%(file)s has %(count)d areas; at most %(most)d.", file=name, count=len(shapes), most=MOST_AREAS)
        )
    return shapely.union_all(shapes), system.key


def _system(declared: str | None, chosen: str) -> DeclaredCrs:
    if chosen != AS_DECLARED:
        return parse_crs(chosen)
    if not declared:
        raise BadInput(text("The file does not say in which coordinate system it is; choose it in the form."))
    return parse_crs(declared)


@contextmanager
def _on_disk(upload: FileStorage) -> Iterator[Path]:
    """The upload as a file for the reader's process, gone afterwards; its ending tells what it is."""
    folder = house().settings.data_dir.absolute() / "uploads-tmp"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ending = Path(upload.filename or "").suffix.lower()[:12]
    with tempfile.NamedTemporaryFile(dir=folder, suffix=ending) as kept:
        upload.save(kept)
        kept.flush()
        yield Path(kept.name)
