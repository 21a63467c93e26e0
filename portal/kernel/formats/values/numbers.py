"""Numbers as offices write them: full-width digits, thousands separators, 万 and 亿, units behind them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.values.written import CellWrong, compact, note, plain, shown
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

_LONGEST = 60
_MOST_DIGITS = 18
_FACTORS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_NUMBER = re.compile(r"([+-]?)\s*(\d[\d,]*(?:\.\d*)?|\.\d+)\s*(.*)", re.ASCII | re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_ABOUT = re.compile(r"(?:约|大约|大概|将近|近|超过?|逾|不足|不到|至少|最多|≈|~|>|<|≥|≤)\s*\d.*", re.DOTALL)
_OR_SO = re.compile(r".*\d\D{0,4}(?:左右|上下|[余多几]\D{0,4}|以上|以下|以内|\+|±.*)", re.DOTALL)
_RANGE = re.compile(r"[\d.,]+[^\d.,]{0,6}?(?:-+|~+|[—–至到])\s*[\d.,]+[^\d.,]{0,6}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?E[+-]?\d{1,3}", re.ASCII | re.IGNORECASE)
_SAME_UNITS = (
    frozenset({"m2", "平方米", "平米", "sqm"}),
    frozenset({"km2", "平方公里", "平方千米"}),
    frozenset({"hm2", "ha", "公顷"}),
    frozenset({"m", "米"}),
    frozenset({"km", "公里", "千米"}),
)


def parse_number(field: Field, said: str) -> tuple[int | Decimal, Problem | None]:
    """A `Decimal`, or an `int` for whole numbers, within the field's bounds; “1.2万” is taken with a note.

    Raises `CellWrong` (cell.not_a_number, .approximate, .range, .thousands, .unit, .not_whole, .too_small, .too_large).
    """
    written = plain(said)
    if _PLAIN.fullmatch(written):
        return _checked(field, Decimal(written), said), None
    _refuse_unsure(written, said)
    found = _NUMBER.fullmatch(written) if len(written) <= _LONGEST else None
    if found is None:
        raise CellWrong(
            "cell.not_a_number",
            text("“%(value)s” is not a number. Write it in digits, such as 1234.", value=shown(said)),
        )
    sign, digits, tail = found.groups()
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise CellWrong("cell.thousands", _odd_comma(said))
    factor = _factor(field.units, tail)
    if factor is None:
        raise _unknown_unit(field, tail, said)
    value = _checked(field, Decimal(sign + digits.replace(",", "")) * factor, said)
    return value, None if factor == 1 else _multiplied(said, value)


def _refuse_unsure(written: str, said: str) -> None:
    """Numbers that say of themselves that they are not exact."""
    if _RANGE.fullmatch(written):
        sentence = text("“%(value)s” is a range, not one number. Enter the number that counts.", value=shown(said))
        raise CellWrong("cell.range", sentence)
    if _ABOUT.fullmatch(written) or _OR_SO.fullmatch(written):
        sentence = text("“%(value)s” is only approximate. Enter the exact number.", value=shown(said))
        raise CellWrong("cell.approximate", sentence)
    if _SCIENTIFIC.fullmatch(written):
        sentence = text("“%(value)s” is written with an exponent. Write the number out in full.", value=shown(said))
        raise CellWrong("cell.not_a_number", sentence)


def _factor(units: tuple[str, ...], tail: str) -> Decimal | None:
    """What the words behind the digits multiply by; None when they are no unit of the field."""
    unit = compact(tail)
    known = _known_units(units)
    if not unit or unit in known:
        return Decimal(1)
    factor = _FACTORS.get(unit[0])
    if factor is None or (unit[1:] and unit[1:] not in known):
        return None
    in_unit = not unit[1:] and any(one.startswith(unit) for one in known)
    return Decimal(1) if in_unit else factor


@lru_cache(maxsize=512)
def _known_units(units: tuple[str, ...]) -> frozenset[str]:
    own = {compact(unit) for unit in units}
    return frozenset(own.union(*(same for same in _SAME_UNITS if same & own)))


def _checked(field: Field, value: Decimal, said: str) -> int | Decimal:
    if field.kind is Kind.INTEGER and value != value.to_integral_value():
        raise CellWrong("cell.not_whole", text("“%(value)s” is not whole. Enter a whole number.", value=shown(said)))
    if field.least is not None and value < Decimal(str(field.least)):
        low = text("“%(value)s” is too small; the least is %(least)s.", value=shown(said), least=_digits(field.least))
        raise CellWrong("cell.too_small", low)
    most = 10**_MOST_DIGITS if field.most is None else field.most
    if abs(value) > Decimal(str(most)):
        high = text("“%(value)s” is too large; the most is %(most)s.", value=shown(said), most=_digits(most))
        raise CellWrong("cell.too_large", high)
    return int(value) if field.kind is Kind.INTEGER else value


def _odd_comma(said: str) -> Text:
    return text("The comma in “%(value)s” stands in an odd place. Write the number without commas.", value=shown(said))


def _unknown_unit(field: Field, tail: str, said: str) -> CellWrong:
    """Digits with other words behind them: a unit that the field does not know, or no number at all."""
    if any(sign.isdigit() for sign in plain(tail).replace("m2", "").replace("m3", "")):
        return CellWrong(
            "cell.not_a_number",
            text("“%(value)s” is not a number. Write it in digits, such as 1234.", value=shown(said)),
        )
    units = ", ".join(field.units)
    if units:
        known = text(
            "“%(value)s” ends in “%(unit)s”; the units of this field are: %(units)s. Write the number alone.",
            value=shown(said),
            unit=shown(tail),
            units=units,
        )
        return CellWrong("cell.unit", known)
    alone = text("“%(value)s” ends in “%(unit)s”. Write the number alone.", value=shown(said), unit=shown(tail))
    return CellWrong("cell.unit", alone)


def _multiplied(said: str, value: int | Decimal) -> Problem:
    return note("cell.multiplied", text("“%(value)s” is taken as %(taken)s.", value=shown(said), taken=_digits(value)))


def _digits(value: float | Decimal) -> str:
    number = Decimal(str(value))
    return f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize():,f}"
