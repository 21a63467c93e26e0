"""Well-known text of coordinate systems (WKT 1 of OGC and Esri, WKT 2) into the few facts that identify one.

A reader of our own, and a small one: it looks at texts from strangers, opens no database and fills no gap by guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from portal.kernel.geo.declared_crs import CrsRefused
from portal.kernel.i18n.text import Text, text

_LONGEST = 20_000
_DEEPEST = 20
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>[\[\](),]))""",
    re.VERBOSE,
)
_START = re.compile(r"\s*[A-Za-z_0-9]+\s*[\[(]")

_COMPOUND = ("COMPD_CS", "COMPOUNDCRS")
_BOUND = ("BOUNDCRS",)
_PROJECTED = ("PROJCS", "PROJCRS", "PROJECTEDCRS")
_GEOGRAPHIC = ("GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS")
_DATUM = ("DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE")
_UNIT = ("UNIT", "LENGTHUNIT", "ANGLEUNIT")
_DEGREE = 0.017453292519943295

_PARAMETERS = {
    "centralmeridian": "meridian",
    "longitudeofnaturalorigin": "meridian",
    "longitudeoforigin": "meridian",
    "latitudeoforigin": "latitude",
    "latitudeofnaturalorigin": "latitude",
    "scalefactor": "scale",
    "scalefactoratnaturalorigin": "scale",
    "falseeasting": "false_easting",
    "falsenorthing": "false_northing",
}


Token = tuple[str, str]


class Bare(str):
    """A word without quotation marks: a direction, or the word of the node that follows."""

    __slots__ = ()


@dataclass(frozen=True)
class Node:
    """`WORD[item, item, …]`: the word in capitals; items are nodes, texts and numbers."""

    word: str
    items: tuple[Node | str | float, ...] = ()

    @property
    def name(self) -> str:
        """The first text inside."""
        return next((item for item in self.items if isinstance(item, str)), "")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers directly inside, in order."""
        return tuple(item for item in self.items if isinstance(item, float))

    def child(self, *words: str) -> Node | None:
        """The first node directly inside that bears one of the words."""
        return next(iter(self.children(*words)), None)

    def children(self, *words: str) -> tuple[Node, ...]:
        """The nodes directly inside that bear one of the words."""
        return tuple(item for item in self.items if isinstance(item, Node) and item.word in words)


@dataclass(frozen=True)
class CrsFacts:
    """What a WKT says. `parameters` are meridian, latitude (degrees), scale, false_easting, false_northing (in units
    of `unit_m` metres); `unit_degrees` is the unit of angles in degrees; `code` is the EPSG code it gives itself."""

    kind: Literal["geographic", "projected"]
    name: str
    geographic: str
    datum: str
    ellipsoid: tuple[float, float] | None
    prime_meridian: float
    unit_degrees: float
    method: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    unit_m: float = 1.0
    code: int | None = None


def looks_like_wkt(declared: str) -> bool:
    """Whether a text is WKT rather than a code or a name."""
    return _START.match(declared) is not None


def read_wkt(wkt: str) -> CrsFacts:
    """The facts of a coordinate system; of a compound one its horizontal part. Raises `CrsRefused` when it is none."""
    root = _horizontal(_parsed(wkt))
    if root is not None and root.word in _PROJECTED:
        base = root.child(*_GEOGRAPHIC)
        if base is not None:
            return _projected(root, base)
    if root is not None and root.word in _GEOGRAPHIC:
        return _geographic(root)
    raise CrsRefused(text("The description of the coordinate system is neither of degrees nor of a plane."))


def _horizontal(root: Node) -> Node | None:
    for _ in range(_DEEPEST):
        if root.word in _BOUND:
            inner = root.child("SOURCECRS")
            inside = next((item for item in inner.items if isinstance(item, Node)), None) if inner else None
        elif root.word in _COMPOUND:
            inside = root.child(*_PROJECTED, *_GEOGRAPHIC, *_BOUND)
        else:
            return root
        if inside is None:
            return None
        root = inside
    return None


def _geographic(node: Node) -> CrsFacts:
    datum = node.child(*_DATUM)
    ellipsoid = datum.child("SPHEROID", "ELLIPSOID") if datum else None
    meridian = node.child("PRIMEM", "PRIMEMERIDIAN")
    size = ellipsoid.numbers[:2] if ellipsoid else ()
    return CrsFacts(
        kind="geographic",
        name=node.name,
        geographic=node.name,
        datum=datum.name if datum else "",
        ellipsoid=(size[0], size[1]) if len(size) == 2 else None,
        prime_meridian=(meridian.numbers or (0.0,))[0] if meridian else 0.0,
        unit_degrees=_unit(node, _DEGREE) / _DEGREE,
        code=_code(node),
    )


def _projected(node: Node, base: Node) -> CrsFacts:
    under = _geographic(base)
    conversion = node.child("CONVERSION") or node
    method = conversion.child("PROJECTION", "METHOD")
    return CrsFacts(
        kind="projected",
        name=node.name,
        geographic=under.geographic,
        datum=under.datum,
        ellipsoid=under.ellipsoid,
        prime_meridian=under.prime_meridian,
        unit_degrees=under.unit_degrees,
        method=method.name if method else "",
        parameters=_parameters(conversion),
        unit_m=_unit(node, 1.0),
        code=_code(node),
    )


def _parameters(conversion: Node) -> dict[str, float]:
    found: dict[str, float] = {}
    for node in conversion.children("PARAMETER"):
        key = _PARAMETERS.get(re.sub(r"[\W_]+", "", node.name.casefold()))
        if key and node.numbers:
            found[key] = node.numbers[0]
    return found


def _unit(node: Node, otherwise: float) -> float:
    """The factor to metres or radians: of the system, or in WKT 2 of its first axis."""
    axis = node.child("AXIS")
    unit = node.child(*_UNIT) or (axis.child(*_UNIT) if axis else None)
    return unit.numbers[0] if unit and unit.numbers else otherwise


def _code(node: Node) -> int | None:
    for mark in node.children("AUTHORITY", "ID"):
        authority, code = (*mark.items, "", "")[:2]
        digits = f"{code:.0f}" if isinstance(code, float) else str(code)
        if str(authority).upper() == "EPSG" and digits.isascii() and digits.isdecimal():
            return int(digits)
    return None


def _parsed(wkt: str) -> Node:
    tokens = _tokens(wkt.strip("\ufeff\0 \r\n\t"))
    word = _word(next(tokens, None))
    if len(wkt) > _LONGEST or word is None or next(tokens, None) != ("mark", "["):
        raise CrsRefused(_broken())
    return _node(word, tokens, _DEEPEST)


def _node(word: str, tokens: Iterator[Token], depth: int) -> Node:
    """The node whose opening bracket has just been taken."""
    items: list[Node | str | float] = []
    for token in tokens:
        if token == ("mark", "["):
            inner = items.pop() if items else None
            if not isinstance(inner, Bare) or depth == 0:
                raise CrsRefused(_broken())
            items.append(_node(inner, tokens, depth - 1))
        elif token == ("mark", "]"):
            return Node(word.upper(), tuple(items))
        elif token[0] != "mark":
            items.append(_item(*token))
    raise CrsRefused(_broken())


def _item(kind: str, written: str) -> str | float:
    if kind == "number":
        return float(written)
    return Bare(written) if kind == "word" else written[1:-1].replace('""', '"')


def _word(token: Token | None) -> str | None:
    return token[1] if token and token[0] == "word" else None


def _tokens(wkt: str) -> Iterator[Token]:
    at = 0
    while at < len(wkt):
        found = _TOKEN.match(wkt, at)
        if found is None:
            raise CrsRefused(_broken())
        at = found.end()
        kind = str(found.lastgroup)
        # Round brackets are as good as square ones.
        yield kind, found[kind].replace("(", "[").replace(")", "]") if kind == "mark" else found[kind]


def _broken() -> Text:
    return text("The description of the coordinate system (WKT, as in a .prj file) is broken.")
