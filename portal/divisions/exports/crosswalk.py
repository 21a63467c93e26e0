"""A crosswalk and a re-based series as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portal.divisions.queries.crosswalk import CrossUnit, OnTheWay
from portal.divisions.rebasing import Between, Rebased
from portal.divisions.rules.crosswalk import CarriedPart, CarriedUnit, Pair, Reason
from portal.kernel.contracts.exporting import Column, ExportRow
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing import Outgoing
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

WEIGHT_DECIMALS = 10

OLD = (
    Column("from_code", text("Code on the first day"), Kind.CODE, 16),
    Column("from_name", text("Division on the first day"), width=22),
)
NEW = (
    Column("to_code", text("Code on the second day"), Kind.CODE, 16),
    Column("to_name", text("Division on the second day"), width=22),
)
WEIGHT = Column("weight", text("Weighting"), Kind.NUMBER, 14)
LAST = (
    Column("even", text("Supposes an even mix"), Kind.YES_NO, 12),
    Column("documents", text("Documents on the way"), width=40),
    Column("reasons", text("Why it cannot be told"), width=50),
)
PAIRS = (
    *OLD,
    *NEW,
    WEIGHT,
    Column("area_m2", text("Area in m²"), Kind.NUMBER, 14),
    Column("people", text("People"), Kind.NUMBER, 12),
    *LAST,
)
SERIES = (
    *NEW,
    Column("rebased", text("Re-based value"), Kind.NUMBER, 14),
    *OLD,
    Column("original", text("Original value"), Kind.NUMBER, 14),
    WEIGHT,
    Column("part", text("Part of the original value"), Kind.NUMBER, 14),
    *LAST,
)


def crosswalk_rows(found: Between, locale: str, *, everything: bool = True) -> Iterator[ExportRow]:
    """One row a pair, and one for what of a unit cannot be placed; without `everything` only what changed."""
    for source, pairs in found.crosswalk.pairs.items():
        shown = [pair for pair in pairs if everything or not unchanged(found, pair)]
        for pair in shown:
            yield ExportRow(_old(found.sources[source]) | _new(found.targets[pair.target]) | _pair(found, pair, locale))
        left = found.crosswalk.remainders.get(source)
        if left is not None and (left.part or not shown):
            values = {"weight": _number(left.part), "reasons": _said(found, left.reasons, locale)}
            yield ExportRow(_old(found.sources[source]) | {"to_name": translate(NOWHERE, locale)} | values)


def series_rows(done: Rebased, locale: str) -> Iterator[ExportRow]:
    """One row an old value in a new unit: re-based and original side by side; the unplaced ones at the end."""
    for row in done.rows:
        for part in row.parts:
            yield ExportRow(_carried(done, row, part, locale))
    for left in done.unplaced:
        said = _said(done.between, left.reasons, locale)
        values = {"original": done.original[left.unit.id], "part": left.value, "reasons": said}
        yield ExportRow({"to_name": translate(NOWHERE, locale)} | _old(left.unit) | values)


def outgoing(found: Between, columns: tuple[Column, ...], rows: Iterable[ExportRow], locale: str) -> Outgoing:
    """The table on its way into a file, with what was asked and the notes on its second sheet."""
    title = SERIES_TITLE if columns is SERIES else TITLE
    return Outgoing("crosswalk", translate(title, locale), columns, rows, locale, tuple(_about(found, locale)))


def unchanged(found: Between, pair: Pair) -> bool:
    """Whether nothing went into or out of a unit that stayed itself."""
    alone = len(found.crosswalk.by_target[pair.target]) == 1 and pair.target not in found.crosswalk.origins
    return pair.source == pair.target and pair.weight == 1 and alone


def document_text(one: OnTheWay) -> str:
    """A document in a line: day, number, authority, title, as far as they are known."""
    parts = (one.happened_on.isoformat(), one.number, one.authority, one.title)
    return " ".join(part for part in parts if part)


NOWHERE = text("(cannot be placed)")
TITLE = text("Crosswalk of divisions")
SERIES_TITLE = text("A series on new units")


def _carried(done: Rebased, row: CarriedUnit, part: CarriedPart, locale: str) -> dict[str, object]:
    found, pair = done.between, part.pair
    return {
        **_new(found.targets[row.unit]),
        **_old(found.sources[pair.source]),
        **_pair(found, pair, locale),
        "rebased": row.value,
        "original": part.original,
        "part": part.value,
        "reasons": _said(found, row.reasons, locale),
    }


def _pair(found: Between, pair: Pair, locale: str) -> dict[str, object]:
    area, people = found.amount(pair)
    return {
        "weight": None if pair.weight is None else _number(pair.weight),
        "area_m2": None if area is None else round(area, 1),
        "people": None if people is None else round(people, 1),
        "even": pair.even,
        "documents": "；".join(document_text(one) for one in found.documents_of(pair)),
        "reasons": _said(found, pair.reasons, locale),
    }


def _old(unit: CrossUnit) -> dict[str, object]:
    return {"from_code": unit.code, "from_name": unit.name}


def _new(unit: CrossUnit) -> dict[str, object]:
    return {"to_code": unit.code, "to_name": unit.name}


def _said(found: Between, reasons: Iterable[Reason], locale: str) -> str:
    return " ".join(translate(one, locale) for one in found.sentences(reasons))


def _number(weight: object) -> Decimal:
    return round(Decimal(str(float(weight))), WEIGHT_DECIMALS).normalize()  # type: ignore[arg-type]


def _about(found: Between, locale: str) -> Iterator[tuple[str, str]]:
    way = found.way
    asked: tuple[tuple[Text, object], ...] = (
        (text("Table"), TITLE),
        (text("First day"), way.from_date),
        (text("Second day"), way.to_date),
        *((text("Note"), note) for note in found.notes),
    )
    for heading, said in asked:
        yield translate(heading, locale), translate(said, locale)
