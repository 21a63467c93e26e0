"""The values of a Placemark: its own elements, then ExtendedData, then the table in its description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.kernel.formats.vector.kml_description import description_text
from portal.kernel.formats.vector.kml_geometry import local_name

_PLAIN = ("name", "address", "phoneNumber")
_TIMES = {"TimeStamp": ("when",), "TimeSpan": ("begin", "end")}


def placemark_values(placemark: Any, folder: str) -> dict[str, str | None]:
    """Texts by column; a column is there only where something stands in it."""
    values = {"folder": folder} if folder else {}
    description = ""
    for element in placemark:
        kind = local_name(element)
        if kind in _PLAIN and _inside(element):
            values[kind] = _inside(element)
        elif kind == "description":
            description = _inside(element)
        elif kind in _TIMES:
            values.update({local_name(at): _inside(at) for at in element if local_name(at) in _TIMES[kind]})
        elif kind == "ExtendedData":
            values.update(_extended(element))
    return {**values, **_described(description, values)}


def _described(description: str, values: dict[str, str]) -> dict[str, str]:
    if not description:
        return {}
    visible, pairs = description_text(description)
    told = {"description": visible} if visible else {}
    return {**told, **{name: value for name, value in pairs.items() if name not in values}}


def _extended(data: Any) -> Iterator[tuple[str, str]]:
    """`<Data name><value>` and `<SchemaData><SimpleData name>`."""
    for element in data:
        kind = local_name(element)
        if kind == "Data":
            written = next((_inside(child) for child in element if local_name(child) == "value"), "")
            yield from _named(element, written)
        elif kind == "SchemaData":
            for simple in element:
                yield from _named(simple, _inside(simple))


def _named(element: Any, written: str) -> Iterator[tuple[str, str]]:
    name = (element.get("name") or "").strip()
    if name and written:
        yield name, written


def _inside(element: Any) -> str:
    return "".join(element.itertext()).strip()
