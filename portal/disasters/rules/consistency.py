"""The consistency rules, each a named function under its key in `report_rules.yaml`.

A function knows how a rule works; on which indicators, how severe, in which words and since when is data. A rule is
applied only where the values it needs are there; `blank_as_zero` names the roles that may be blank and then count as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.disasters.catalogue import Measure, Rule, RuleBook
from portal.disasters.rules.figures import Figures
from portal.disasters.rules.wording import Wording

ERROR = "error"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Violation:
    """A rule says no: at which value, in which words; an error blocks, a warning wants a written note."""

    indicator: str
    measure: str
    text: Wording
    severity: str = ERROR


Check = Callable[[Figures, Rule], list[Violation]]
CHECKS: dict[str, Check] = {}


def violations(figures: Figures, book: RuleBook) -> list[Violation]:
    """What the rules in force have to say, in their order. A rule without a function raises `KeyError`."""
    return [found for rule in book.rules for found in CHECKS[rule.key](figures, rule)]


def named(check: Check) -> Check:
    """Registers a rule under its function's name."""
    CHECKS[check.__name__] = check
    return check


@named
def non_negative_integers(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 1: no value is below 0; people, rooms, households and counts are whole numbers."""
    return [
        _violation(rule, key, measure, indicator=figures.name(key, measure), value=value)
        for key, indicator in figures.indicators.indicators.items()
        for measure in indicator.measures
        if (value := figures.of(key, measure)) is not None and (value < 0 or (indicator.integer and value % 1))
    ]


@named
def casualties_within_affected(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 2: the dead, the missing and the injured are different people, and all of them affected."""
    whole = rule.parameters["whole"]
    most, total = figures.of(whole), _sum(figures, rule, Measure.CUMULATIVE)
    if most is None or total is None or total <= most:
        return []
    return [_violation(rule, whole, Measure.CUMULATIVE, sum=total, whole_value=most)]


@named
def part_within_whole(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 3: a 其中 item is not larger than its total."""
    return [
        _violation(rule, part, measure, part=part, part_value=some, whole=whole, whole_value=most, names=figures)
        for pair in rule.parameters["pairs"]
        for part, whole in [(pair["part"], pair["whole"])]
        for measure in Measure
        if (some := figures.of(part, measure)) is not None
        and (most := figures.of(whole, measure)) is not None
        and some > most
    ]


@named
def relocated_is_sum(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 4: a total is the sum of its parts, for each measure."""
    whole, found = rule.parameters["whole"], []
    for measure in rule.parameters["measures"]:
        value, total = figures.of(whole, measure), _sum(figures, rule, measure)
        if value is not None and total is not None and total != value:
            found.append(_violation(rule, whole, measure, whole=whole, whole_value=value, sum=total, names=figures))
    return found


@named
def realtime_within_cumulative(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 5: what is so at this moment is part of all that was."""
    return [
        _violation(
            rule, key, Measure.REALTIME, indicator=_bare(figures, key), realtime_value=at_present, cumulative_value=ever
        )
        for key in rule.parameters["indicators"]
        if (at_present := figures.of(key, Measure.REALTIME)) is not None
        and (ever := figures.of(key, Measure.CUMULATIVE)) is not None
        and at_present > ever
    ]


@named
def central_needs_site(figures: Figures, rule: Rule) -> list[Violation]:
    """Rule 6: where people are sheltered centrally there is at least one site."""
    people, sites, found = rule.parameters["people"], rule.parameters["sites"], []
    for measure in rule.parameters["measures"]:
        sheltered, places = figures.of(people, measure), _value(figures, rule, "sites", sites, measure)
        if sheltered is not None and sheltered > 0 and places is not None and places < 1:
            found.append(
                _violation(rule, sites, measure, people=people, people_value=sheltered, sites=sites, names=figures)
            )
    return found


def _violation(rule: Rule, key: str, measure: str, *, names: Figures | None = None, **values: object) -> Violation:
    """With `names`, values that are indicator keys are said by their names."""
    if names is not None:
        keys = {name: value for name, value in values.items() if isinstance(value, str)}
        values |= {name: names.name(key, measure) for name, key in keys.items()}
    return Violation(key, measure, Wording(rule.words, values), rule.severity)


def _bare(figures: Figures, key: str) -> dict[str, str]:
    """The name without its measure, for sentences that speak of both."""
    return figures.indicators.indicators[key].labels


def _sum(figures: Figures, rule: Rule, measure: str) -> Decimal | None:
    """The parts added up; None while one that may not be blank is."""
    return _added(_value(figures, rule, "parts", key, measure) for key in rule.parameters["parts"])


def _value(figures: Figures, rule: Rule, role: str, key: str, measure: str) -> Decimal | None:
    value = figures.of(key, measure)
    return ZERO if value is None and role in rule.blank_as_zero else value


def _added(values: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total
