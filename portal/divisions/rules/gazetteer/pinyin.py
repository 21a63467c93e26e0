"""Names of divisions in Hanyu Pinyin, as a proposal: a person decides where a sign is read in several ways.

The specific and the generic part are written apart, each as one word with a capital (长征镇 → Changzheng Zhen), as the
spelling rules for Chinese place names do; syllables that begin with a, o or e are parted by an apostrophe.
"""

from __future__ import annotations

import re

from portal.kernel.i18n.readings import syllables

GENERICS = (
    *("居民委员会", "村民委员会", "街道办事处", "地区办事处", "居委会", "村委会"),
    *("街道", "社区", "农场", "林场", "园区", "镇", "乡", "区", "县", "市", "省"),
)
"""Generic parts, the longer before the shorter that ends them."""
HAN = re.compile("[\u3400-\u9fff]+")
VOWELS = "aoe"


def proposed_pinyin(name: str) -> str:
    """The name in Pinyin without tones; signs that are not Chinese stay as they are. "" for a name without any."""
    if not HAN.search(name):
        return ""
    return " ".join(_word(part) for part in _parts(name) if part.strip())


def _parts(name: str) -> tuple[str, ...]:
    generic = next((one for one in GENERICS if name.endswith(one) and name != one), "")
    if not generic:
        return (name,)
    words = (generic[:2], generic[2:]) if len(generic) == 5 else (generic,)
    return (name[: -len(generic)], *words)


def _word(part: str) -> str:
    said = ""
    for syllable in syllables(part, tones=False):
        said += "'" if said and said[-1].isalpha() and syllable[:1] in VOWELS else ""
        said += syllable
    return said[:1].upper() + said[1:]
