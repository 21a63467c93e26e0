"""Finding PostgreSQL with PostGIS among what a machine has."""

from pathlib import Path

import pytest

from portal.errors import Misconfigured
from portal.kernel.pg import binaries


def make(root: Path, major: int, *, postgis: bool = True) -> Path:
    folder = root / str(major) / "bin"
    folder.mkdir(parents=True)
    for program in ("postgres", "initdb"):
        (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.3'\n")
        (folder / program).chmod(0o755)
    if postgis:
        share = root / str(major) / "share" / "extension"
        share.mkdir(parents=True)
        (share / "postgis.control").touch()
    return folder


def test_newest_comes_first(tmp_path):
    for major in (97, 99, 98):
        make(tmp_path, major)
    found = binaries.installed([tmp_path], search_path="")
    assert [b.major for b in found] == [99, 98, 97]
    assert binaries.find(roots=[tmp_path], search_path="").folder == tmp_path / "99" / "bin"


def test_too_old_or_without_postgis_does_not_count(tmp_path):
    make(tmp_path, 14)
    make(tmp_path, 99, postgis=False)
    assert binaries.installed([tmp_path], search_path="") == []


def test_one_on_the_path_counts(tmp_path):
    folder = make(tmp_path, 98)
    assert [b.major for b in binaries.installed([], search_path=str(folder))] == [98]


def test_none_at_all_names_the_packages(tmp_path):
    with pytest.raises(Misconfigured, match="apt-get install postgresql-15-postgis-3"):
        binaries.find(roots=[tmp_path], search_path="")


def test_missing_major_names_its_package(tmp_path):
    make(tmp_path, 98)
    with pytest.raises(Misconfigured, match="apt-get install postgresql-97 postgresql-97-postgis-3"):
        binaries.find(97, roots=[tmp_path], search_path="")


def test_this_machine_has_one():
    found = binaries.find()
    assert found.major >= binaries.OLDEST_MAJOR
    assert found["pg_dump"].exists()
