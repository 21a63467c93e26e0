"""Hanyu Pinyin of names: proposing it, writing it one way, and folding it for comparison.

Proposed by pypinyin with its table of phrases, the parts of a name apart as 中国地名汉语拼音字母拼写规则 writes them:
长征路 is Chángzhēng Lù. A person corrects it where a character is read another way here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from pypinyin import pinyin_dict
from pypinyin.contrib.tone_convert import to_normal, to_tone

from portal.kernel.i18n.readings import pypinyin, syllables

TONES = "\u0304\u0301\u030c\u0300"
"""Macron, acute, caron, grave: the four tones as combining marks."""

DIAERESIS = "\u0308"
NUMBERED = re.compile(r"(?<![^\W\d_])([A-Za-zÜü:]+)([1-5])(?!\d)")
VOWEL_FIRST = ("a", "o", "e")
MOST_READINGS = 24


def proposed(specific: str, generic: str) -> str:
    """The Pinyin of a name by its two parts, each with a capital, syllables joined, apostrophes where needed."""
    spoken = _syllables(specific + generic)
    cut = len(specific)
    return " ".join(part for part in (_joined(spoken[:cut]), _joined(spoken[cut:])) if part)


def written(given: str) -> str:
    """Pinyin as people type it, in one form: numbers become marks (chang2 → cháng), v and u: become ü, one blank."""
    plain = unicodedata.normalize("NFKC", given).replace("u:", "ü").replace("U:", "Ü")
    marked = NUMBERED.sub(lambda found: _marked(found[1], found[2]), plain)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", marked.replace("’", "'").replace("`", "'"))).strip()


def folded(given: str) -> str:
    """Pinyin without tones, capitals, blanks and apostrophes; ü is v, so that lü and lu stay two."""
    return unicodedata.normalize("NFC", re.sub(f"[{TONES}]", "", unicodedata.normalize("NFD", toned(given))))


def toned(given: str) -> str:
    """Pinyin with its tones and nothing else that does not sound; ü is v."""
    kept = "".join(sign for sign in unicodedata.normalize("NFD", written(given).lower()) if _sounds(sign))
    umlauts = re.sub(f"[uv]([{TONES}]?){DIAERESIS}([{TONES}]?)", r"v\1\2", kept)
    return unicodedata.normalize("NFC", umlauts.replace(DIAERESIS, ""))


def said(name: str) -> str:
    """The toned form of a name that has no Pinyin of its own, such as that of a division."""
    return toned(proposed(name, ""))


def syllables_of(name: str) -> int:
    """How many syllables a Chinese name has: one a character."""
    return sum(1 for sign in name if is_han(sign))


def is_han(sign: str) -> bool:
    """Whether a character is a Chinese one, rare ones and 〇 included."""
    return sign == "〇" or unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH")


@lru_cache(maxsize=4096)
def other_readings(name: str, taken: str) -> tuple[str, ...]:
    """Further toneless forms that a name may be read as, besides the one `taken`, a few at most."""
    columns = [[_toneless(one) for one in column] for column in _columns(name)]
    if not columns or _count(columns) > MOST_READINGS:
        return ()
    found = {"".join(reading) for reading in product(*map(dict.fromkeys, columns))}
    return tuple(sorted(found - {taken}))


def _columns(name: str) -> list[list[str]]:
    if not name:
        return []
    library = pypinyin()
    found: list[list[str]] = library.pinyin(name, style=library.Style.TONE, heteronym=True, errors=_each, v_to_u=True)
    return found


def _count(columns: Sequence[Sequence[str]]) -> int:
    total = 1
    for column in columns:
        total *= len(set(column))
    return total


def _toneless(syllable: str) -> str:
    return folded(syllable)


def _syllables(name: str) -> list[str]:
    """One for each character; what is not Chinese stays as it is."""
    return syllables(name, tones=True, errors=_each) if name else []


def _each(signs: str) -> Any:
    """What is not Chinese, sign by sign; the library takes a list although its types say a text."""
    return list(signs)


def _joined(spoken: Sequence[str]) -> str:
    word = ""
    for one in spoken:
        begins = unicodedata.normalize("NFD", one[:1]).startswith(VOWEL_FIRST)
        word += "'" + one if word and word[-1].isalpha() and begins else one
    return word[:1].upper() + word[1:]


def _marked(letters: str, number: str) -> str:
    plain = letters.lower().replace("v", "ü")
    if plain.replace("ü", "v") not in _known():
        return letters + number
    marked = to_tone(plain.replace("ü", "v") + number if number != "5" else plain)
    return marked[:1].upper() + marked[1:] if letters[0].isupper() else marked


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every syllable that some character is read as, without tones, ü as v."""
    readings = {one for listed in pinyin_dict.pinyin_dict.values() for one in listed.split(",")}
    plain = {to_normal(one).replace("ü", "v") for one in readings}
    return frozenset(one for one in plain if one.isascii() and re.search("[aeiouv]", one))


def _sounds(sign: str) -> bool:
    return sign in TONES or sign == DIAERESIS or sign.isalnum()
