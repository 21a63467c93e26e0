"""Numbers as offices write them: full-width digits, thousands separators, 万 and 亿, units behind them."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.values.written import compact, plain, problem, shown
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

Found = tuple[int | Decimal | None, Problem | None]

_LONGEST = 60
_MOST_DIGITS = 18
_FACTORS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_NUMBER = re.compile(r"([+-]?)\s*(\d[\d,]*(?:\.\d*)?|\.\d+)\s*(.*)", re.ASCII | re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_APPROXIMATE = re.compile(r"^(?:约|大约|大概|近|超|逾|不足|不到|至少|最多|≈|~|>|<|≥|≤|＞|＜)|(?:左右|上下|余|多|以上|以下|以内|±.*|[+])$")
_MORE_THAN = re.compile(r"^[\d.,]+[余多几]", re.ASCII)
_RANGE = re.compile(r"[\d.,]+\D{0,6}?(?:-+|~+|—+|–|至|到)\s*[\d.,]+\D{0,6}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?E[+-]?\d{1,3}", re.ASCII | re.IGNORECASE)
_SAME_UNITS = (
    frozenset({"m2", "平方米", "平米", "平方公尺", "sqm"}),
    frozenset({"km2", "平方公里", "平方千米"}),
    frozenset({"hm2", "ha", "公顷"}),
    frozenset({"m", "米"}),
    frozenset({"km", "公里", "千米"}),
)


def parse_number(field: Field, said: str) -> Found:
    """A `Decimal`, or an `int` for whole-number fields. Bounds are the field's; “1.2万” is taken with a note."""
    written = plain(said)
    if field.kind is Kind.INTEGER and written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS:
        return _within(field, Decimal(written), said, None)
    unsure = _unsure(written, said)
    found = _NUMBER.fullmatch(written) if len(written) <= _LONGEST else None
    if unsure or found is None:
        return problem(*(unsure or _no_number(said)))
    sign, digits, tail = found.groups()
    if "," in digits and not _GROUPED.fullmatch(digits):
        return problem("cell.thousands", text(_COMMA.msgid, value=shown(said)))
    factor, note = _factor(field, tail, said)
    if factor is None:
        return None, note
    return _within(field, Decimal(sign + digits.replace(",", "")) * factor, said, note)


def _unsure(written: str, said: str) -> tuple[str, object] | None:
    """Numbers that say of themselves that they are not exact."""
    if _RANGE.fullmatch(written):
        sentence = text("“%(value)s” is a range, not one number. Enter the number that counts.", value=shown(said))
        return "cell.range", sentence
    if _APPROXIMATE.search(written) or _MORE_THAN.match(written):
        sentence = text("“%(value)s” is only approximate. Enter the exact number.", value=shown(said))
        return "cell.approximate", sentence
    if _SCIENTIFIC.fullmatch(written):
        sentence = text("“%(value)s” is written with an exponent. Write the number out in full.", value=shown(said))
        return "cell.not_a_number", sentence
    return None


def _factor(field: Field, tail: str, said: str) -> tuple[Decimal | None, Problem | None]:
    """What the words behind the digits multiply by; None with a problem when they are no unit of the field."""
    unit, units = compact(tail), _units(field)
    if not unit or unit in units:
        return Decimal(1), None
    if unit in _FACTORS and any(known.startswith(unit) for known in units):
        return Decimal(1), None
    if unit[0] in _FACTORS and (unit[1:] in units or not unit[1:]):
        return _FACTORS[unit[0]], _multiplied(said, unit[0])
    return problem("cell.unit", _unknown_unit(field, tail, said))


def _units(field: Field) -> frozenset[str]:
    own = {compact(unit) for unit in field.units}
    return frozenset(own.union(*(same for same in _SAME_UNITS if same & own)))


def _within(field: Field, value: Decimal, said: str, note: Problem | None) -> Found:
    """The value in the field's kind, if it is whole where it must be and within bounds."""
    if field.kind is Kind.INTEGER and value != value.to_integral_value():
        return problem("cell.not_whole", text("“%(value)s” is not a whole number. Round it yourself.", value=shown(said)))
    if field.least is not None and value < Decimal(str(field.least)):
        low = text("“%(value)s” is too small; the least is %(least)s.", value=shown(said), least=_number(field.least))
        return problem("cell.too_small", low)
    if abs(value) >= Decimal(10) ** _MOST_DIGITS or (field.most is not None and value > Decimal(str(field.most))):
        most = field.most if field.most is not None else 10**_MOST_DIGITS
        high = text("“%(value)s” is too large; the most is %(most)s.", value=shown(said), most=_number(most))
        return problem("cell.too_large", high)
    return (int(value) if field.kind is Kind.INTEGER else value), _with_value(note, value)


def _number(value: float) -> str:
    return f"{value:,.15g}"


def _multiplied(said: str, sign: str) -> Problem:
    return Problem("cell.multiplied", text(_MULTIPLIED.msgid, value=shown(said)), level="note")


def _with_value(note: Problem | None, value: Decimal) -> Problem | None:
    if note is None:
        return None
    taken = f"{value.normalize():,f}"
    return Problem(note.code, text(note.text.msgid, **note.text.params, taken=taken), level="note")
