"""What the system finds about a proposed name: facts, kept as plain JSON, and the sentences that say them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from portal.kernel.i18n.text import Text, text

BLOCK, REASON, WARN, NOTE = "block", "reason", "warn", "note"
"""Keeps the name out; needs a reason; to be looked at; for information."""

LEVELS = (BLOCK, REASON, WARN, NOTE)


Word: TypeAlias = str | Mapping[str, str]
"""A plain word, or the names of a catalogue row, `{"zh": …, "en": …}`."""


@dataclass(frozen=True)
class Found:
    """A name that is like the proposed one: where it is on record (`register`, `division`, `application`) and how it
    stands there (`in_use`, `earlier`, `former`, `cancelled`, `open`)."""

    name: str
    pinyin: str
    where: str
    standing: str
    unit: str
    kind: str
    id: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to know; `words` fill its sentence, `found` are the names it speaks of."""

    code: str
    level: str
    words: Mapping[str, Word]
    found: tuple[Found, ...] = ()

    @property
    def mark(self) -> str:
        """The same for the same thing found again, so that a reason given once holds for it and for nothing else."""
        told = json.dumps({key: _plain(word) for key, word in self.words.items()}, ensure_ascii=False, sort_keys=True)
        return "|".join([self.code, told, *sorted(one.id or one.name for one in self.found)])


SENTENCES: Mapping[str, Text] = {
    "duplicate": text("The same name exists within the legal range: %(range)s."),
    "duplicate_open": text("Another application, handed in earlier, asks for the same name within %(range)s."),
    "homophone": text("A name sounds the same, tones included, within the legal range: %(range)s."),
    "homophone_toneless": text("A name sounds the same but for its tones, within the legal range: %(range)s."),
    "reading": text("A character can be read in another way, and then a name within %(range)s sounds the same."),
    "specific": text("The specific part sounds the same as that of another name within %(range)s."),
    "alike": text("A name of another kind within %(range)s is the same or sounds the same."),
    "former": text("A name within %(range)s was called so before."),
    "cancelled": text(
        "A cancelled name within %(range)s was the same or sounds the same; it is generally not used again."
    ),
    "range_cut": text(
        "The register does not reach the whole legal range, %(range)s; it was searched within %(searched)s."
    ),
    "rare": text(
        "Characters outside the list of usual ones (%(list)s): %(signs)s. The ordinance forbids rare characters."
    ),
    "foreign_signs": text("The name has signs that are not Chinese characters: %(signs)s."),
    "word": text("The name contains “%(word)s” (%(list)s)."),
    "no_generic": text("The name does not end with a generic term of its kind (such as %(terms)s)."),
    "only_generic": text("The name is a generic term only; the specific part is missing."),
    "pinyin": text("The Pinyin differs from the usual reading, %(proposed)s."),
}
"""By code; house words with their places for values."""


def sentence(finding: Finding, pick: Callable[[object], str]) -> Text:
    """A finding in words; `pick` chooses the language of catalogue names."""
    known = SENTENCES.get(finding.code)
    words = {key: word if isinstance(word, str) else pick(dict(word)) for key, word in finding.words.items()}
    return Text(known.msgid, words) if known else Text(finding.code)


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as they are kept with an application."""
    return [asdict(finding) | {"words": _plain(finding.words), "found": [asdict(one) for one in finding.found]}
            for finding in findings]  # fmt: skip


def from_json(kept: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were kept."""
    return [
        Finding(row["code"], row["level"], row["words"], tuple(Found(**one) for one in row["found"])) for row in kept
    ]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """In the order in which they matter."""
    return sorted(findings, key=lambda one: LEVELS.index(one.level))


def _plain(word: object) -> object:
    return {str(key): _plain(inner) for key, inner in word.items()} if isinstance(word, Mapping) else word
