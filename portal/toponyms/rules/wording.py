"""The words of a name looked at by themselves: characters, listed words, form, Pinyin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.toponyms.catalogue import Kind, Wording
from portal.toponyms.rules.findings import BLOCK, NOTE, REASON, WARN, Finding
from portal.toponyms.rules.pinyin import is_han, proposed, toned

SHOWN = 6
USUAL = frozenset("〇·")
"""Usual in names although the lists of characters lack them."""


def look_at_words(specific: str, generic: str, pinyin: str, kind: Kind, wording: Wording) -> list[Finding]:
    """What can be found without the register; nothing here is decided by the machine but a missing specific part."""
    name = specific + generic
    return [
        *_characters(name, wording),
        *_listed(name, wording),
        *_form(specific, generic, kind.generics),
        *_reading(specific, generic, pinyin),
    ]


def rare_signs(name: str, codec: str) -> list[str]:
    """Chinese characters that a list of usual ones, given as a codec, does not hold."""
    return [sign for sign in dict.fromkeys(name) if is_han(sign) and not _encodes(sign, codec)]


def _encodes(sign: str, codec: str) -> bool:
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return sign in USUAL
    return True


def _characters(name: str, wording: Wording) -> Iterator[Finding]:
    rare = rare_signs(name, wording.codec)
    if rare:
        yield Finding("rare", REASON, {"signs": "、".join(rare), "list": wording.characters})
    strange = [sign for sign in dict.fromkeys(name) if not is_han(sign) and sign not in USUAL]
    if strange:
        yield Finding("foreign_signs", WARN, {"signs": " ".join(strange)})


def _listed(name: str, wording: Wording) -> Iterator[Finding]:
    for listed in wording.lists:
        for word in listed.words:
            if word in name:
                yield Finding("word", WARN, {"word": word, "list": listed.labels})


def _form(specific: str, generic: str, generics: Sequence[str]) -> Iterator[Finding]:
    if not generics:
        return
    if not specific or (not generic and specific in generics):
        yield Finding("only_generic", BLOCK, {})
    elif generic not in generics:
        yield Finding("no_generic", REASON, {"terms": "、".join(generics[:SHOWN])})


def _reading(specific: str, generic: str, pinyin: str) -> Iterator[Finding]:
    usual = proposed(specific, generic)
    if toned(usual) != toned(pinyin):
        yield Finding("pinyin", NOTE, {"proposed": usual})
