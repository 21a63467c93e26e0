"""The kind of a row: as written, else from its name, else from the digits of its code."""

from __future__ import annotations

from portal.divisions.catalogue import kinds
from portal.divisions.rules.codes import kind_of_code
from portal.divisions.rules.series.rows import Row

OTHER = "other"
NAMES = {
    1: (("特别行政区", "special_region"), ("自治区", "autonomous_region"), ("市", "municipality"), ("省", "province")),
    2: (
        ("自治州", "autonomous_prefecture"),
        ("地区", "prefecture_area"),
        ("盟", "league"),
        ("市", "prefecture"),
    ),
    3: (
        ("自治县", "autonomous_county"),
        ("自治旗", "autonomous_banner"),
        ("旗", "banner"),
        ("神农架林区", OTHER),
        ("特区", OTHER),
        ("区", "district"),
        ("县", "county"),
        ("市", "county_city"),
    ),
    4: (("街道", "street"), ("镇", "town"), ("乡", "township")),
    5: (("村委会", "villagers_committee"), ("居委会", "residents_committee")),
}
"""By level: how a name ends, and what the unit is then; the first that fits."""


def kind_of(row: Row, level: int) -> str:
    """A key of `division_kinds.yaml`."""
    return _written(row.kind, level) or _named(row.name, level) or _coded(row.code, level) or OTHER


def _written(word: str | None, level: int) -> str | None:
    if not word:
        return None
    found = (kind.key for kind in kinds().values() if word.lower() in kind.names and kind.level in (None, level))
    return next(found, None)


def _named(name: str, level: int) -> str | None:
    plain = name.replace("居民委员会", "居委会").replace("村民委员会", "村委会")
    return next((kind for ending, kind in NAMES[level] if plain.endswith(ending)), None)


def _coded(code: str, level: int) -> str | None:
    kind = kind_of_code(code, kinds().values())
    return kind.key if kind is not None and kind.level in (None, level) else None
