"""Every benchmark runs at its smallest size, so that none of them rots; figures are not judged here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal.settings import CHECKOUT
from tests.bench.throwaway import PLACE, PREFIX

PATIENCE_S = 240


def run(name: str, *options: str) -> str:
    """What a benchmark prints; it must end well and leave nothing behind."""
    command = [sys.executable, "-m", f"tests.bench.{name}", "--repeat", "1", *options]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said, complaints = process.communicate(timeout=PATIENCE_S)
    finally:
        process.terminate()  # Nothing happens to one that has ended; a stuck one still clears up behind itself.
    assert process.returncode == 0, complaints[-4000:]
    assert "PostGIS" in said.splitlines()[0]
    assert not list(PLACE.glob(f"{PREFIX}{process.pid}-*"))
    return said


@pytest.mark.slow
def test_tiles() -> None:
    said = run("tiles", "--sizes", "60,120", "--seconds", "0.05", "--explain")
    assert all(way in said for way in ("a plain", "b draw_tile", "c Flask route", "d tile memory", "e granian"))
    assert "EXPLAIN of a tile at z14, generic plan" in said
    assert "n^" in said


@pytest.mark.slow
def test_subtree() -> None:
    said = run("subtree", "--sizes", "60,120", "--seconds", "0.05", "--explain")
    assert "rebuild_ancestry" in said
    assert said.count("recursive") >= 8
    assert "ix_ancestry_" in said


@pytest.mark.slow
def test_crosswalk() -> None:
    said = run("crosswalk", "--sizes", "60,120")
    assert all(way in said for way in ("forward", "back", "series"))


@pytest.mark.slow
def test_imports() -> None:
    said = run("imports", "--sizes", "50,100")
    assert all(way in said for way in ("read, checked, previewed", "planned again, written", "the same workbook back"))
    assert "peak memory" in said


@pytest.mark.slow
def test_divisions_series() -> None:
    said = run("divisions_series", "--sizes", "2,3", "--seconds", "0.05", "--explain")
    assert all(
        way in said for way in ("derived and entered", "the same again", "each list given back", "河北 1982-06-01")
    )
    assert "EXPLAIN of a subtree" in said


@pytest.mark.slow
@pytest.mark.browser
def test_pages() -> None:
    said = run("pages", "--sizes", "360")
    assert all(page in said for page in ("home", "table", "division", "report form"))
    assert "map (first shape on a canvas)" in said
