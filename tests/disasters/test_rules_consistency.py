"""Rules 1 to 6 of the form: each bites exactly where it should, in words that name the figures."""

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disasters.catalogue import Measure, RuleBook
from portal.disasters.rules.consistency import CHECKS, violations
from portal.disasters.rules.figures import Figure, Figures
from tests.factories.disasters import CATALOGUE, figure, figures

RULES = {rule.key: rule for rule in CATALOGUE.rules.rules}
PAIRED = RULES["realtime_within_cumulative"].parameters["indicators"]
PEOPLE = ("affected", "dead", "missing", "injured")
PARTS = [(pair["part"], pair["whole"]) for pair in RULES["part_within_whole"].parameters["pairs"]]

maybe = st.one_of(st.none(), st.integers(-3, 30).map(Decimal), st.decimals(-2, 30, places=2))
pairs = st.builds(Figure, maybe, maybe)


def broken(key, given_figures):
    return [(found.indicator, found.measure) for found in CHECKS[key](given_figures, RULES[key])]


def over(*keys):
    """Figures for some indicators, each with any two values."""
    return st.fixed_dictionaries(dict.fromkeys(keys, pairs)).map(lambda values: Figures(values, CATALOGUE.indicators))


@given(over("affected", "crop_affected", "relocated"))
def test_1_refuses_what_is_negative_and_broken_counts(found):
    said = broken("non_negative_integers", found)
    for key, whole in (("affected", True), ("crop_affected", False), ("relocated", True)):
        for measure in CATALOGUE.indicators.indicators[key].measures:
            value = found.of(key, measure)
            wrong = value is not None and (value < 0 or (whole and value != int(value)))
            assert ((key, measure) in said) == wrong


@given(over(*PEOPLE))
def test_2_counts_the_dead_the_missing_and_the_injured_among_the_affected(found):
    together = sum(found.of(key) or 0 for key in PEOPLE[1:])
    wrong = found.of("affected") is not None and together > found.of("affected")
    assert broken("casualties_within_affected", found) == ([("affected", "cumulative")] if wrong else [])


@given(st.sampled_from(PARTS).flatmap(lambda pair: st.tuples(st.just(pair), over(*pair))))
def test_3_keeps_a_part_within_its_whole(drawn):
    (part, whole), found = drawn
    expected = [
        (part, measure)
        for measure in Measure
        if None not in (found.of(part, measure), found.of(whole, measure))
        and found.of(part, measure) > found.of(whole, measure)
    ]
    assert broken("part_within_whole", found) == expected


@given(over("relocated", "relocated_central", "relocated_dispersed"))
def test_4_wants_the_sum_of_both_ways_to_shelter(found):
    expected = []
    for measure in Measure:
        together = sum(found.of(key, measure) or 0 for key in ("relocated_central", "relocated_dispersed"))
        if found.of("relocated", measure) is not None and found.of("relocated", measure) != together:
            expected.append(("relocated", measure))
    assert broken("relocated_is_sum", found) == expected


@given(over(*PAIRED))
def test_5_keeps_what_is_now_within_what_was(found):
    expected = [
        (key, "realtime")
        for key in PAIRED
        if None not in (found.of(key, "realtime"), found.of(key)) and found.of(key, "realtime") > found.of(key)
    ]
    assert broken("realtime_within_cumulative", found) == expected


@given(over("relocated_central", "central_sites"))
def test_6_wants_a_site_where_people_are_sheltered(found):
    expected = [
        ("central_sites", measure)
        for measure in Measure
        if (found.of("relocated_central", measure) or 0) > 0 and (found.of("central_sites", measure) or 0) < 1
    ]
    assert broken("central_needs_site", found) == expected


@given(over(*CATALOGUE.indicators.indicators))
def test_every_sentence_is_complete_in_both_languages(found):
    for violation in violations(found, CATALOGUE.rules):
        for language in ("zh", "en"):
            assert "{" not in violation.text.said(language)


def test_a_blank_is_not_zero():
    assert violations(figures(dead=1, missing=1), CATALOGUE.rules) == []
    assert broken("part_within_whole", figures(severely_injured=3)) == []


def test_the_sentence_names_the_figures_with_their_measure():
    said = CHECKS["relocated_is_sum"](
        figures(relocated=figure(5, 9), relocated_central=figure(5, 3)), RULES["relocated_is_sum"]
    )
    assert [found.text.said("zh").split("，")[0] for found in said] == ["“紧急转移安置人口（实时）”是 9 人"]
    assert "central and dispersed together make 3" in str(said[0].text)


def test_numbers_are_said_as_people_write_them():
    [found] = CHECKS["part_within_whole"](figures(loss_home=120.5, loss_total=100), RULES["part_within_whole"])
    assert "是 120.5，大于“直接经济损失”100。" in found.text.said("zh")


def test_severity_comes_from_the_data():
    softer = dataclasses.replace(RULES["casualties_within_affected"], severity="warning")
    book = RuleBook(2, CATALOGUE.rules.valid_from, None, (softer,))
    [found] = violations(figures(affected=1, dead=2), book)
    assert found.severity == "warning"


def test_a_rule_without_a_function_is_an_error_not_a_silence():
    unknown = dataclasses.replace(RULES["casualties_within_affected"], key="no_such_rule")
    with pytest.raises(KeyError):
        violations(figures(), RuleBook(2, CATALOGUE.rules.valid_from, None, (unknown,)))


def test_what_may_be_blank_is_data_too():
    strict = dataclasses.replace(RULES["casualties_within_affected"], blank_as_zero=frozenset())
    assert CHECKS[strict.key](figures(affected=1, dead=2), strict) == []
    assert len(CHECKS[strict.key](figures(affected=1, dead=2, missing=0, injured=0), strict)) == 1
