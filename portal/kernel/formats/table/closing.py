"""What stands below the rows of a table: totals, notes, who filled it in. It is left out, and said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.kernel.formats.table.records import Record
from portal.kernel.i18n.text import Text, text

_TOTAL = re.compile(r"(?:[\w（(]{0,6})?(?:合计|总计|小计|共计|总和)[)）]?|(?:grand|sub)?-?totals?|sum", re.IGNORECASE)
_BLANKS_AND_MARKS = re.compile(r"[\s:：()（）]+")
_FOOTER = re.compile(
    r"\s*(?:备?注|说明|填[表报](?:人|单位|日期|时间|说明)?|制表人?|审[核批](?:人)?|复核人?|(?:单位)?负责人|联系(?:人|电话)|日期|notes?)"
    r"\s*\d*\s*[:：]",
    re.IGNORECASE,
)
_MOST_HELD = 30


def without_closing(records: Iterable[Record], width: int, told: list[Text]) -> Iterator[Record]:
    """The rows without the totals and remarks that end the table; what was left out is told when the end is reached.

    A subtotal between rows is a row like any other: only a person can say what it means.
    """
    held: list[Record] = []
    for record in records:
        if len(held) < _MOST_HELD and _closes(record, width):
            held.append(record)
            continue
        yield from held
        held.clear()
        yield record
    told.extend(_left_out(record) for record in held)


def is_total(record: Record) -> bool:
    """Whether one of the first two texts of a row says that it is a sum."""
    said = [cell for cell in record.cells if cell][:2]
    return any(_TOTAL.fullmatch(_BLANKS_AND_MARKS.sub("", cell)) for cell in said)


def is_footer(record: Record, width: int) -> bool:
    """Whether a row says who filled the table in or what to note, and little else."""
    said = [cell for cell in record.cells if cell]
    return width > 2 and len(said) <= max(1, width // 2) and all(_FOOTER.match(cell) for cell in said)


def _closes(record: Record, width: int) -> bool:
    return (width > 1 and is_total(record)) or is_footer(record, width)


def _left_out(record: Record) -> Text:
    said = " ".join(cell for cell in record.cells if cell)[:60]
    if is_total(record):
        return text("Line %(line)d is a totals row and is not read: “%(said)s”.", line=record.line, said=said)
    return text("Line %(line)d below the table is not read: “%(said)s”.", line=record.line, said=said)
