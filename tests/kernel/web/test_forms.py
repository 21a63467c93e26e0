"""Messages come back to their fields, and nothing typed is lost."""

from __future__ import annotations

import re


def test_a_new_form_has_a_new_id_each_time(reader):
    ids = {re.search(r'name="client_id"[^>]*value="([^"]+)"', reader.get("/form").text).group(1) for _ in range(3)}
    assert len(ids) == 3


def test_a_missing_value_is_422_at_its_field(reader):
    answer = reader.send("/form", {"name": ""})
    assert answer.status_code == 422
    assert "name: Enter a name." in answer.text


def test_what_a_service_finds_lands_on_its_field_or_on_the_form(reader):
    answer = reader.send("/form", {"name": "lamp", "how": "field"})
    assert answer.status_code == 422
    assert "name: Not this name." in answer.text
    assert "form: Nor that." in answer.text
    assert 'value="lamp"' in answer.text


def test_a_rule_is_409_in_words(reader):
    answer = reader.send("/form", {"name": "lamp", "how": "rule"})
    assert answer.status_code == 409
    assert "form: The store is shut up." in answer.text


def test_a_stale_save_is_409_with_the_difference(reader):
    answer = reader.send("/form", {"name": "lamp", "how": "stale"})
    assert answer.status_code == 409
    assert "name theirs yours" in answer.text


def test_a_wait_is_429_with_the_form(reader):
    answer = reader.send("/form", {"name": "lamp", "how": "wait"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert 'value="lamp"' in answer.text


def test_what_was_typed_is_escaped(reader):
    answer = reader.send("/form", {"name": "<img src=x onerror=1>", "how": "rule"})
    assert "<img src=x" not in answer.text


def test_a_resent_form_keeps_its_id(reader):
    answer = reader.send("/form", {"name": "", "client_id": "0197-mine"})
    assert 'value="0197-mine"' in answer.text
