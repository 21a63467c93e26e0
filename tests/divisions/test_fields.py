"""The division picker in a form of an upper room."""

from __future__ import annotations

import pytest
from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired

from portal.divisions.fields import UnitField
from portal.divisions.permissions import IMPORT_UNITS
from portal.kernel.access.actor import Actor
from tests.factories.divisions import make_district, make_unit


class PlaceForm(Form):
    unit = UnitField("Division", [InputRequired("Choose one.")], permission=IMPORT_UNITS)


class TownForm(Form):
    unit = UnitField("Town", [InputRequired("Choose one.")], permission=IMPORT_UNITS, levels=(4,))


@pytest.fixture
def putuo(app, session):
    district = make_district(session)
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"})
    other = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    committee = make_unit(session, town, "海棠苑居委会", level=5)
    with app.test_request_context():
        g.actor = Actor(1, "张三", scopes={IMPORT_UNITS.key: frozenset({district.id})})
        yield {"district": district, "town": town, "other": other, "committee": committee}


def posted(form, **data):
    return form(MultiDict(data))


def test_offered_by_town_with_an_empty_choice_first(putuo):
    field = PlaceForm().unit
    empty, *offered = field.iter_choices()
    assert empty.value == ""
    assert [choice.label for choice in offered] == [
        "普陀区",
        "长征镇",
        "长征镇 海棠苑居委会",
        "桃浦镇",
    ]
    assert [name for name, _ in field.iter_groups()] == [None, "长征镇", "桃浦镇"]
    assert '<optgroup label="长征镇">' in str(field())


def test_a_choice_gives_the_unit_with_its_internal_id(putuo):
    form = posted(PlaceForm, unit=str(putuo["committee"].public_id))
    assert form.validate()
    assert (form.unit.unit.id, form.unit.unit.name) == (putuo["committee"].id, "海棠苑居委会")


def test_nothing_chosen_is_the_validators_business(putuo):
    form = posted(PlaceForm, unit="")
    assert not form.validate()
    assert form.unit.errors == ["Choose one."]
    assert form.unit.unit is None


@pytest.mark.parametrize("foreign", ["00000000-0000-0000-0000-000000000000", "<script>", "1"])
def test_a_foreign_id_is_refused_at_the_field(putuo, foreign):
    form = posted(PlaceForm, unit=foreign)
    assert not form.validate()
    assert len(form.unit.errors) == 1


def test_a_unit_outside_the_scope_is_refused(putuo):
    g.actor = Actor(1, "张三", scopes={IMPORT_UNITS.key: frozenset({putuo["town"].id})})
    assert not posted(PlaceForm, unit=str(putuo["other"].public_id)).validate()
    assert posted(PlaceForm, unit=str(putuo["committee"].public_id)).validate()


def test_the_only_unit_is_chosen_at_once(putuo):
    g.actor = Actor(1, "张三", scopes={IMPORT_UNITS.key: frozenset({putuo["other"].id})})
    field = TownForm().unit
    assert field.data == str(putuo["other"].public_id)
    assert len(list(field.iter_choices())) == 1


def test_a_form_that_edits_may_give_either_id(putuo):
    town = putuo["town"]
    assert PlaceForm(data={"unit": town.id}).unit.data == str(town.public_id)
    assert PlaceForm(data={"unit": town.public_id}).unit.unit.id == town.id
