"""What the start says of the operator's base map."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli.base_map import tell, warnings
from portal.kernel.geo.basemap import declared
from portal.settings import Settings
from tests.factories.pmtiles import AROUND_PUTUO, archive

ZHONGLOU = (119.8, 31.6, 120.1, 31.9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "base.pmtiles"
    path.write_bytes(archive())
    return path


def base(given: object):
    found = declared(Settings(basemap=str(given), basemap_datum="wgs84"))
    assert found is not None
    return found


def test_a_base_map_on_the_district_needs_no_warning(file: Path) -> None:
    assert list(warnings(base(file), AROUND_PUTUO)) == []
    assert list(warnings(base(file), None)) == []


def test_a_base_map_of_another_place_is_said(file: Path) -> None:
    (said,) = warnings(base(file), ZHONGLOU)
    assert "lies elsewhere (121.3000, 31.1900, 121.4800, 31.3300)" in str(said)


def test_a_path_that_is_no_file_is_said_to_be_an_address() -> None:
    (said,) = warnings(base("/no-such-folder-here/base.pmtiles"), AROUND_PUTUO)
    assert "taken for an address of this site" in str(said)


def test_the_start_says_who_will_see_it(file: Path, settings: Settings, capsys) -> None:
    """On a real, empty database: no district, no warning."""
    tell(settings.model_copy(update={"basemap": str(file), "basemap_datum": "wgs84"}))
    tell(
        settings.model_copy(update={"basemap": str(file), "basemap_datum": "wgs84", "basemap_approval": "沪S(2026)1号"})
    )
    said = capsys.readouterr()
    assert len(said.out.strip().splitlines()) == 2
    assert "沪S(2026)1号" in said.out
    assert said.err == ""
