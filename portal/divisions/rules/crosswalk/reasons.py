"""Why a part cannot be told, in a form that can be counted and in a sentence."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from portal.kernel.i18n.text import Text, text


class Why(enum.StrEnum):
    """What is missing."""

    SHARE_UNKNOWN = "share_unknown"
    SHARES_EXCEED = "shares_exceed"
    NOT_ALL_GIVEN = "not_all_given"
    NO_SUCCESSOR = "no_successor"
    NO_ORIGIN = "no_origin"
    NEW_GROUND = "new_ground"
    SIZE_UNKNOWN = "size_unknown"
    NO_SHAPE = "no_shape"
    SHAPE_SAME = "shape_same"
    NOT_COVERED = "not_covered"
    VALUE_MISSING = "value_missing"


@dataclass(frozen=True, order=True)
class Reason:
    """What is missing, of which unit, by which edge of lineage where there is one."""

    why: Why
    unit: int
    edge: int | None = None


SENTENCES: Mapping[Why, Text] = {
    Why.SHARE_UNKNOWN: text("It is not recorded what share of %(unit)s went where."),
    Why.SHARES_EXCEED: text("The recorded shares of %(unit)s come to more than the whole; none of them is used."),
    Why.NOT_ALL_GIVEN: text("%(unit)s ended, but not all of it is recorded to have gone somewhere."),
    Why.NO_SUCCESSOR: text("%(unit)s ended, and no successor is recorded."),
    Why.NO_ORIGIN: text("%(unit)s is new, and it is not recorded where its ground came from."),
    Why.NEW_GROUND: text("%(unit)s was set up on ground of no other unit."),
    Why.SIZE_UNKNOWN: text("The size of %(unit)s on the earlier day is not known."),
    Why.NO_SHAPE: text("There is no outline of %(unit)s to measure."),
    Why.SHAPE_SAME: text("The outline of %(unit)s is the same on both days: what changed was never drawn."),
    Why.NOT_COVERED: text("Part of the outline of %(unit)s lies in no outline of the other day."),
    Why.VALUE_MISSING: text("The series has no value for %(unit)s."),
}


def reason_text(reason: Reason, names: Mapping[int, str]) -> Text:
    """The sentence of a reason; `names` by internal id."""
    return text(SENTENCES[reason.why].msgid, unit=names.get(reason.unit, f"#{reason.unit}"))
