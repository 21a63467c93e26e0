"""Choices by key or name, and yes and no in all the ways they are ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from portal.kernel.contracts.fields import Choices
from portal.kernel.formats.values.written import CellWrong, compact, is_nothing, shown
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import LOCALES, translate

MOST_NAMED = 12
"""So many choices a sentence lists."""

Name = Text | str | Mapping[str, str]

_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "1", "1.0", "true", "t", "真"})
_NO = frozenset({"否", "无", "没有", "不是", "错", "×", "✗", "✘", "x", "n", "no", "0", "0.0", "false", "f", "假"})


def parse_choice(choices: Choices | None, said: str, on: dt.date) -> str | None:
    """The key of a choice as it holds on a day, by key or name, without case, blanks or widths. Nothing near counts.

    None where a sign for nothing stands that is no choice. Raises `CellWrong` (cell.choice).
    """
    if choices is None:
        return said
    keys, listed = _table(choices, on)
    found = keys.get(compact(said))
    if found:
        return found
    if is_nothing(said):
        return None
    sentence = text("“%(value)s” is none of the choices: %(choices)s.", value=shown(said), choices=listed)
    raise CellWrong("cell.choice", sentence)


def parse_yes_no(said: str) -> bool | None:
    """True, False, or None for a sign for nothing. Raises `CellWrong` (cell.yes_no)."""
    word = compact(said)
    if word in _YES or word in _NO:
        return word in _YES
    if is_nothing(said):
        return None
    raise CellWrong("cell.yes_no", text("“%(value)s” is neither yes nor no. Write 是 or 否.", value=shown(said)))


@lru_cache(maxsize=256)
def _table(choices: Choices, on: dt.date) -> tuple[Mapping[str, str], Text]:
    """Keys by all their spellings, and the sentence part that lists the names.

    A name that two choices share means neither; a key always means itself.
    """
    offered = choices(on)
    spelt: dict[str, set[str]] = {}
    for key, name in offered.items():
        for spelling in _spellings(name):
            spelt.setdefault(compact(spelling), set()).add(key)
    names = {spelling: next(iter(keys)) for spelling, keys in spelt.items() if len(keys) == 1}
    return names | {compact(key): key for key in offered}, _listed(offered.values())


def _spellings(name: Name) -> Iterator[str]:
    if isinstance(name, Mapping):
        yield from (said for said in name.values() if said)
    elif isinstance(name, Text):
        yield str(name)
        yield from (translate(name, locale) for locale in LOCALES.values())
    else:
        yield name


def _listed(names: Iterable[Name]) -> Text:
    """A `Text` of the first names: those that can be translated are translated with the sentence around them."""
    shortened = list(names)
    parts: dict[str, object] = {f"n{at}": _one(name) for at, name in enumerate(shortened[:MOST_NAMED])}
    more = ", …" if len(shortened) > MOST_NAMED else ""
    return Text(", ".join(f"%({key})s" for key in parts) + more, parts)


def _one(name: Name) -> object:
    if isinstance(name, Mapping):
        return name.get("zh") or name.get("en") or ""
    return name
