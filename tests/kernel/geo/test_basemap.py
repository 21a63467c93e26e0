"""The operator's base map: what a setting may say, and what a PMTiles file must be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.errors import BadInput, Misconfigured
from portal.kernel.geo.basemap import check_before_start, declared, is_elsewhere
from portal.kernel.geo.pmtiles import TileType, open_archive, read_header
from portal.kernel.pg.account import Account
from portal.settings import Settings
from tests.factories.pmtiles import AROUND_PUTUO, archive


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sound archive."""
    path = tmp_path / "base.pmtiles"
    path.write_bytes(archive())
    return path


def settings(given: object, datum: str | None = "cgcs2000", **more: object) -> Settings:
    return Settings(basemap=str(given), basemap_datum=datum, **more)


# --- the head of an archive --------------------------------------------------------------------------------------


def test_the_head_says_type_zooms_and_bounds() -> None:
    header = read_header(archive(), 527)
    assert (header.tile_type, header.min_zoom, header.max_zoom) == (TileType.MVT, 9, 16)
    assert header.bounds == pytest.approx(AROUND_PUTUO)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_vector_tiles_and_pictures_are_drawn(number: int) -> None:
    assert read_header(archive(type=number), 527).tile_type == number


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"magic": b"PK\x03\x04zip"}, "no PMTiles file"),
        ({"version": 2}, "version 2"),
        ({"type": 0}, "neither vector tiles"),
        ({"type": 5}, "neither vector tiles"),
        ({"internal": 3}, "compressed"),
        ({"compression": 4}, "compressed"),
        ({"zooms": (12, 9)}, "zooms 12 to 9"),
        ({"zooms": (0, 40)}, "zooms 0 to 40"),
        ({"bounds": (121.48, 31.19, 121.3, 31.33)}, "bounds"),
        ({"bounds": (-190.0, 31.19, 121.3, 31.33)}, "bounds"),
        ({"data_length": 10_000}, "cut off"),
        ({"leaves": 2**62, "leaves_length": 2**62}, "cut off"),
        ({"root": 0}, "directory"),
        ({"root_length": 0}, "directory"),
    ],
)
def test_a_head_with_something_wrong_is_refused_by_name(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        read_header(archive(**wrong), 527)


@pytest.mark.parametrize("length", [0, 6, 7, 126])
def test_a_file_that_is_cut_in_its_head_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        read_header(archive()[:length], length)


def test_the_directory_lies_in_the_first_16_kilobytes() -> None:
    with pytest.raises(BadInput, match="directory"):
        read_header(archive(root=16_300, root_length=200), 20_000)


def test_a_changed_file_has_another_name_and_the_same_file_the_same(file: Path) -> None:
    first = open_archive(file).token
    assert open_archive(file).token == first
    os.utime(file, (1, 1))
    assert open_archive(file).token != first


# --- what a setting may say --------------------------------------------------------------------------------------


def test_nothing_declared_is_no_base_map() -> None:
    assert declared(Settings()) is None
    assert declared(Settings(basemap="  ")) is None


def test_a_file_is_taken_with_its_datum_and_is_internal_without_an_approval_number(file: Path) -> None:
    base = declared(settings(file))
    assert base is not None
    assert (base.file, base.is_archive, base.public) == (file, True, False)


@pytest.mark.parametrize("written", ["沪S(2026)001号", "审图号：沪S(2026)001号", "审图号: 沪S(2026)001号"])
def test_an_approval_number_makes_it_public(file: Path, written: str) -> None:
    base = declared(settings(file, basemap_approval=written))
    assert base is not None
    assert (base.public, base.approval) == (True, "沪S(2026)001号")


@pytest.mark.parametrize("datum", ["cgcs2000", "CGCS 2000", "WGS84", "wgs-84", "EPSG:4490"])
def test_a_datum_without_a_shift_is_accepted(file: Path, datum: str) -> None:
    assert declared(settings(file, datum)) is not None


@pytest.mark.parametrize("datum", ["gcj02", "GCJ-02", "gcj_02", "bd09", "BD-09", "火星坐标", "百度坐标系"])
def test_a_shifted_datum_is_refused_with_the_reason(file: Path, datum: str) -> None:
    with pytest.raises(Misconfigured, match="some 500 m beside"):
        declared(settings(file, datum))


@pytest.mark.parametrize("datum", [None, "", "  "])
def test_a_missing_datum_is_asked_for_by_name(file: Path, datum: str | None) -> None:
    with pytest.raises(Misconfigured, match="PORTAL_BASEMAP_DATUM is missing"):
        declared(settings(file, datum))


@pytest.mark.parametrize("datum", ["beijing54", "xian80", "EPSG:3857", "whatever"])
def test_any_other_datum_is_refused(file: Path, datum: str) -> None:
    with pytest.raises(Misconfigured, match="is neither"):
        declared(settings(file, datum))


@pytest.mark.parametrize(
    "given",
    [
        "https://tiles.example.com/{z}/{x}/{y}.mvt",
        "http://127.0.0.1/base.pmtiles",
        "//tiles.example.com/base.pmtiles",
        "ftp://example.com/base.pmtiles",
    ],
)
def test_an_address_elsewhere_is_refused(given: str) -> None:
    with pytest.raises(Misconfigured, match="no outside service"):
        declared(settings(given))


@pytest.mark.parametrize(
    ("given", "archive_", "picture"),
    [
        ("/base/{z}/{x}/{y}.mvt", False, False),
        ("/base/{z}/{x}/{y}.pbf?v=3", False, False),
        ("/pictures/{z}/{x}/{y}.png", False, True),
        ("/no-such-folder-here/base.pmtiles", True, False),
    ],
)
def test_an_address_of_this_site_is_taken(given: str, archive_: bool, picture: bool) -> None:
    base = declared(settings(given))
    assert base is not None
    assert (base.file, base.address, base.is_archive, base.picture) == (None, given, archive_, picture)


@pytest.mark.parametrize(
    "given",
    [
        "/base/{z}/{x}.mvt",
        "/base/{z}/{x}/{y}.exe",
        "/base/{z}/{x}/{y}.mvt#there",
        "/../{z}/{x}/{y}.mvt",
        "/a b/{z}/{x}/{y}.mvt",
        "/\\elsewhere.example/{z}/{x}/{y}.mvt",
        "/no-such-folder-here/base.mbtiles",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(given: str) -> None:
    with pytest.raises(Misconfigured, match="A path of this site"):
        declared(settings(given))


def test_a_mistyped_file_is_not_taken_for_an_address(file: Path) -> None:
    with pytest.raises(Misconfigured, match="There is no such file"):
        declared(settings(file.with_name("bace.pmtiles")))


def test_a_file_that_is_something_else_is_refused(file: Path) -> None:
    file.write_bytes(b"\x89PNG not tiles")
    with pytest.raises(Misconfigured, match="no PMTiles file"):
        declared(settings(file))


def test_a_folder_and_another_kind_of_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.pmtiles").mkdir()
    (tmp_path / "base.mbtiles").write_bytes(b"SQLite format 3")
    for name in ("folder.pmtiles", "base.mbtiles"):
        with pytest.raises(Misconfigured):
            declared(settings(tmp_path / name))


@pytest.mark.parametrize("given", ["two\nlines", "x" * 201])
def test_what_is_shown_on_the_map_is_one_short_line(file: Path, given: str) -> None:
    with pytest.raises(Misconfigured, match="PORTAL_BASEMAP_ATTRIBUTION is one line"):
        declared(settings(file, basemap_attribution=given))


def test_a_file_that_the_server_cannot_read_is_refused_before_the_start(file: Path) -> None:
    file.parent.chmod(0o700)
    stranger = Account("nobody", 65534, 65534, changes=True)
    with pytest.raises(Misconfigured, match="cannot read the base map"):
        check_before_start(settings(file), stranger)


def test_a_file_that_goes_away_or_is_spoilt_is_no_base_map_any_more(file: Path) -> None:
    base = declared(settings(file))
    assert base is not None
    assert base.archive() is not None
    file.write_bytes(b"spoilt")
    assert base.archive() is None
    file.unlink()
    assert base.archive() is None


# --- where it lies -----------------------------------------------------------------------------------------------


def test_a_base_map_of_another_place_is_noticed() -> None:
    assert is_elsewhere((119.8, 31.6, 120.1, 31.9), AROUND_PUTUO)
    assert not is_elsewhere((121.4, 31.2, 122.0, 31.5), AROUND_PUTUO)


@pytest.mark.real_data
def test_the_real_base_map_is_sound_and_at_the_district(real_data: Path) -> None:
    header = open_archive(real_data / "putuo_base.pmtiles").header
    assert (header.tile_type, header.min_zoom, header.max_zoom) == (TileType.MVT, 9, 16)
    assert header.bounds == pytest.approx(AROUND_PUTUO)
