"""Spoiled files through the readers: rows within limits or a refusal in words, never another exception."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.fuzz.corpus import KINDS, Spoil, seeds, spoiled
from tests.exchange.fuzz.reading import BROKEN, WISHES, read_apart, read_here

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
"""Multiplies the number of examples, for longer runs by hand."""
FIXTURE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)

changes = st.lists(
    st.builds(Spoil, st.sampled_from(KINDS), st.floats(0, 1, exclude_max=True), st.integers(0, 400)), max_size=6
)


@pytest.mark.parametrize("kind", ["csv", "geojson", "kml", "kmz", "xlsx"])
def test_readers_of_our_own(tmp_path: Path, kind: str) -> None:
    path, tried = tmp_path / "given", []

    @settings(max_examples=300 * TIMES, deadline=None, suppress_health_check=FIXTURE)
    @given(st.integers(0, 9), changes, st.integers(0, 12), st.sampled_from(WISHES))
    def run(which, spoils, member, wish) -> None:
        path.write_bytes(spoiled(kind, which, spoils, member))
        refused = read_here(path, f"given.{kind}", wish)
        tried.append(refused is None)

    run()
    assert any(tried)
    assert not all(tried)


@pytest.mark.parametrize("kind", ["gpkg", "shapefile", "xlsx", "csv"])
def test_readers_in_their_own_process(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "given"

    @settings(max_examples=8 * TIMES, deadline=None, suppress_health_check=FIXTURE)
    @given(st.integers(0, 9), changes, st.integers(0, 12))
    def run(which, spoils, member) -> None:
        path.write_bytes(spoiled(kind, which, spoils, member))
        refused = read_apart(path, "given")
        assert refused is None or kind == "gpkg" or refused.code not in BROKEN

    run()


@pytest.mark.parametrize("kind", ["csv", "geojson", "kml", "kmz", "xlsx"])
def test_the_seeds_are_read(tmp_path: Path, kind: str) -> None:
    for data in seeds(kind):
        (tmp_path / "given").write_bytes(data)
        assert read_here(tmp_path / "given", f"given.{kind}", WISHES[0]) is None


@settings(max_examples=300 * TIMES, deadline=None, suppress_health_check=FIXTURE)
@given(st.binary(max_size=300), st.sampled_from(["csv", "geojson", "kml", "xlsx", "zip", "txt", "json"]))
def test_any_bytes_under_any_name(tmp_path_factory, data: bytes, ending: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    read_here(path, f"given.{ending}", WISHES[0])
