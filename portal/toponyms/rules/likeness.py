"""How a name on record is like a proposed one, and what the law makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.toponyms.catalogue import Kind, Labels
from portal.toponyms.rules.findings import BLOCK, NOTE, REASON, WARN, Finding, Found
from portal.toponyms.rules.pinyin import folded, syllables_of


@dataclass(frozen=True)
class Proposed:
    """The name to be looked at, with its folded Pinyin and further readings of its characters."""

    name: str
    toned: str
    folded: str
    specific: str
    specific_folded: str
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A name on record within the range, as the database or a list of divisions gives it."""

    name: str
    toned: str
    specific: str
    kind: str
    found: Found


def look_at_names(
    wanted: Proposed, known: Iterable[Known], kind: Kind, searched: Labels, *, warn_cancelled: bool
) -> list[Finding]:
    """Findings about names on record, one a code; `searched` says within what they were looked for."""
    grouped: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in known:
        code = _code(wanted, one, kind, warn_cancelled=warn_cancelled)
        if code is not None:
            grouped[code].append(one.found)
    return [Finding(code, level, {"range": searched}, _once(found)) for (code, level), found in grouped.items()]


def _code(wanted: Proposed, one: Known, kind: Kind, *, warn_cancelled: bool) -> tuple[str, str] | None:
    like = _likeness(wanted, one)
    if like is None:
        return None
    if one.kind not in kind.against and one.found.where != "division":
        return ("alike", NOTE) if like in ("duplicate", "homophone") else None
    if one.found.standing in ("earlier", "former"):
        return ("former", NOTE) if like == "duplicate" else None
    if one.found.standing == "cancelled":
        return ("cancelled", WARN if warn_cancelled else NOTE) if like in ("duplicate", "homophone") else None
    return _live(like, one, binding=kind.binding)


def _live(like: str, one: Known, *, binding: bool) -> tuple[str, str]:
    if like == "duplicate" and one.found.where == "application":
        return "duplicate_open", _open_level(one, binding=binding)
    strict = {"duplicate": BLOCK, "homophone": REASON, "homophone_toneless": WARN, "reading": WARN, "specific": NOTE}
    mild = {"duplicate": WARN, "homophone": NOTE, "homophone_toneless": NOTE, "reading": NOTE, "specific": NOTE}
    return like, (strict if binding else mild)[like]


def _open_level(one: Known, *, binding: bool) -> str:
    """Who handed in first goes first; the other is kept out while the earlier one is open."""
    return BLOCK if binding and one.found.standing == "open_earlier" else WARN


def _likeness(wanted: Proposed, one: Known) -> str | None:
    if one.name == wanted.name:
        return "duplicate"
    if syllables_of(one.name) != syllables_of(wanted.name):
        return _same_specific(wanted, one)  # 西安 and 先 are written alike and sound different.
    toneless = folded(one.toned)
    if one.toned == wanted.toned:
        return "homophone"
    if toneless == wanted.folded:
        return "homophone_toneless"
    if toneless in wanted.readings:
        return "reading"
    return _same_specific(wanted, one)


def _same_specific(wanted: Proposed, one: Known) -> str | None:
    same = bool(one.specific) and syllables_of(one.specific) == syllables_of(wanted.specific)
    return "specific" if same and one.found.where == "register" and one.name != wanted.name else None


def _once(found: Sequence[Found]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(found))
