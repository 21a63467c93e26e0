"""Figures of a report: how they are typed, and how rules read them. A blank is "not known yet", never 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.disasters.catalogue import IndicatorList, Labels, Measure
from portal.errors import BadInput
from portal.kernel.i18n.text import text

LARGEST = Decimal("9999999999.99")
MOST_DECIMALS = 2
TYPED_LENGTH = 40

# Only these are read as they mean; NFKC would also turn ² into 2 and ½ into 1⁄2.
WIDE = str.maketrans("０１２３４５６７８９．，－＋−‐–﹣", "0123456789.,-+----")
BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u3000]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|[+-]?\.[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Figure:
    """The one or two values of an indicator."""

    cumulative: Decimal | None = None
    realtime: Decimal | None = None

    def of(self, measure: str) -> Decimal | None:
        """The value of a measure."""
        return self.realtime if measure == Measure.REALTIME else self.cumulative

    def known(self) -> bool:
        """Whether there is any value."""
        return self.cumulative is not None or self.realtime is not None


@dataclass(frozen=True)
class Figures:
    """The figures of one report with the catalogue that names them."""

    values: Mapping[str, Figure]
    indicators: IndicatorList

    def of(self, key: str, measure: str = Measure.CUMULATIVE) -> Decimal | None:
        """One value, None while it is not known."""
        figure = self.values.get(key)
        return figure.of(measure) if figure else None

    def name(self, key: str, measure: str = Measure.CUMULATIVE) -> Labels:
        """What the value is called."""
        return self.indicators.name(key, measure)


def field_name(key: str, measure: str = Measure.CUMULATIVE) -> str:
    """The form field of a value, so that messages find their way back to it."""
    return f"figure_{key}_now" if measure == Measure.REALTIME else f"figure_{key}"


def parse_figure(typed: str) -> Decimal | None:
    """What somebody typed as a number, None for a blank; full-width digits and separators at thousands are read.

    Raises `BadInput`. Signs and fractions pass: whether a value may be negative or broken is a rule's question.
    """
    tidy = BLANKS.sub("", typed.translate(WIDE))
    if not tidy:
        return None
    if not NUMBER.fullmatch(tidy):
        raise BadInput(
            text("“%(typed)s” is not a number. Please use digits only, such as 120 or 3.5.", typed=typed[:20])
        )
    value = Decimal(tidy.replace(",", ""))
    if abs(value) > LARGEST:
        raise BadInput(text("This number is too large. The largest possible is 9,999,999,999.99."))
    if value != round(value, MOST_DECIMALS):
        raise BadInput(text("At most two digits may stand after the point."))
    return value
