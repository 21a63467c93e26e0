"""The features of a layer as rows; the line of a row is the number of its feature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from portal.kernel.formats.reading import CellProblem, ReadRow
from portal.kernel.formats.vector.cells import BINARY, as_texts, problems_of
from portal.kernel.formats.vector.layer import DAMAGED, Batch, Layer, Shape, batches
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

Decode = Callable[[str], tuple[str, CellProblem | None]]
"""A raw text to its characters and a note when something of it was lost."""


def kept_fields(layer: Layer) -> tuple[int, ...]:
    """The places of the fields that hold more than bytes."""
    return tuple(at for at, kind in enumerate(layer.types) if kind != BINARY)


def layer_notes(layer: Layer) -> tuple[Text, ...]:
    """What of a layer is left out, a sentence each."""
    notes = []
    dropped = [name for name, kind in zip(layer.fields, layer.types, strict=True) if kind == BINARY]
    if dropped:
        names = ", ".join(dropped)[:200]
        notes.append(text("Columns of binary data (pictures and the like) are left out: %(columns)s.", columns=names))
    if layer.has_measures:
        notes.append(text("The measures (M) of the shapes are left out."))
    return tuple(notes)


def feature_rows(
    layer: Layer,
    headings: tuple[str, ...],
    decode: Decode | None = None,
    look: Callable[[Batch], Sequence[Shape]] = lambda batch: batch.shapes,
) -> Iterator[ReadRow]:
    """The rows of a layer. `line` is the number of the feature, which counts deleted ones too.

    `headings` name the kept fields in order; `decode` turns raw texts into characters; `look` may
    know better which shapes are damaged.
    """
    number = 0
    for batch in batches(layer):
        for line, values, shape, notes in _rows(layer, replace(batch, shapes=list(look(batch))), headings, decode):
            number += 1
            problems = (*notes, *problems_of(values), *((_damaged(),) if shape == DAMAGED else ()))
            yield ReadRow(number, line, values, shape or None, problems)


def _rows(
    layer: Layer, batch: Batch, headings: tuple[str, ...], decode: Decode | None
) -> Iterator[tuple[int, dict[str, str | None], Shape, list[CellProblem]]]:
    places = kept_fields(layer)
    columns = [as_texts(batch.columns[at], layer.subtypes[at]) for at in places]
    texts = [heading for heading, at in zip(headings, places, strict=True) if layer.types[at] == "OFTString"]
    for offset, (line, shape) in enumerate(zip(batch.numbers, batch.shapes, strict=True)):
        values = {heading: column[offset] for heading, column in zip(headings, columns, strict=True)}
        yield line, values, shape, _decoded(values, texts, decode)


def _damaged() -> CellProblem:
    return CellProblem(Problem("geometry.unreadable", text("The shape is damaged in the file.")), "geometry")


def _decoded(values: dict[str, str | None], headings: list[str], decode: Decode | None) -> list[CellProblem]:
    if decode is None:
        return []
    notes = []
    for heading in headings:
        raw = values[heading]
        if raw is not None and not raw.isascii():
            values[heading], note = decode(raw)
            if note:
                notes.append(CellProblem(note.problem, heading, values[heading]))
    return notes
