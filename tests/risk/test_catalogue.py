"""The catalogue of hazard types and levels."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from portal.errors import Misconfigured
from portal.risk.catalogue import FOLDER, in_force
from portal.risk.rules import KINDS, LEVELS

DAY = dt.date(2026, 7, 1)


def test_levels_are_those_of_the_rules_and_the_table() -> None:
    assert tuple(in_force(DAY).levels) == LEVELS
    assert [level.order for level in in_force(DAY).levels.values()] == [1, 2, 3, 4]


def test_types_have_a_family_a_way_to_draw_and_advice_in_both_languages() -> None:
    catalogue = in_force(DAY)
    for kind in catalogue.types.values():
        assert kind.family in catalogue.families
        assert set(kind.kinds) <= set(KINDS)
        assert all(kind.advice[language] and kind.labels[language] for language in ("zh", "en"))


def test_a_type_that_is_gone_is_shown_by_its_key() -> None:
    assert in_force(DAY).type_name("volcano") == {"zh": "volcano", "en": "volcano"}
    assert in_force(DAY).advice("volcano") == {"zh": "", "en": ""}


def test_a_later_version_stands_beside_the_old_one(tmp_path: Path) -> None:
    for name in ("hazard_types", "risk_levels"):
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    old = (FOLDER / "hazard_types.yaml").read_text(encoding="utf-8")
    ended = old.replace("valid_to: null", "valid_to: 2027-01-01")
    (tmp_path / "hazard_types.yaml").write_text(ended, encoding="utf-8")
    new = old.replace("version: 1", "version: 2").replace("valid_from: 2020-01-01", "valid_from: 2027-01-01")
    (tmp_path / "hazard_types_2.yaml").write_text(new.replace("zh: 积水点", "zh: 易积水处"), encoding="utf-8")
    assert in_force(DAY, tmp_path).type_name("waterlogging_spot")["zh"] == "积水点"
    assert in_force(dt.date(2027, 1, 1), tmp_path).type_name("waterlogging_spot")["zh"] == "易积水处"


def test_a_day_without_a_catalogue_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="1999-01-01"):
        in_force(dt.date(1999, 1, 1))
    with pytest.raises(Misconfigured, match=r"hazard_types\.yaml is missing"):
        in_force(DAY, tmp_path)
