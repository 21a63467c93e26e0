"""The words in which files say kinds, code systems, precisions and what a line is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from portal.divisions.catalogue import CodeSystem, code_systems, kinds
from portal.divisions.exchange.exports import QUALITIES
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

Names = Mapping[str, Text | str | Mapping[str, str]]

SHORT_QUALITIES = {"legal": "法定", "surveyed": "实测", "digitised": "数字化", "schematic": "示意"}
PRECISIONS = {"day": text("to the day"), "month": text("to the month"), "year": text("to the year")}


def kind_names(_on: dt.date) -> Names:
    """Kinds by key, with every word that means them in files."""
    return {key: {**kind.labels, **{word: word for word in sorted(kind.names)}} for key, kind in kinds().items()}


def system_names(_on: dt.date) -> Names:
    """Code systems by key, by their names and their short names."""
    return {key: _names_of(system) for key, system in code_systems().items()}


def precision_names(_on: dt.date) -> Names:
    """How exactly a day may be known."""
    return PRECISIONS


def quality_names(_on: dt.date) -> Names:
    """Qualities by key, with their names as exports write them and the short words of survey offices."""
    return {
        key: {
            "zh": translate(title, "zh_Hans_CN"),
            "en": translate(title, "en"),
            "short": SHORT_QUALITIES[key],
        }
        for key, title in QUALITIES.items()
    }


def _names_of(system: CodeSystem) -> Mapping[str, str]:
    return {**system.labels, **{f"short_{language}": name for language, name in system.short.items()}}
