"""Guards of the house itself: floors, catalogues, vendored files, templates, documents."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from portal.kernel.i18n import catalogue
from portal.settings import CHECKOUT

TEMPLATES = sorted(path.relative_to(CHECKOUT / "templates") for path in (CHECKOUT / "templates").rglob("*.html"))
ROOMS = ("divisions", "places", "toponyms", "people", "disasters", "risk", "maps", "exchange")
OUTSIDE = re.compile(r"https?://(?!www\.w3\.org/|127\.0\.0\.1|localhost)[\w.-]+", re.IGNORECASE)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_imports_go_down_only() -> None:
    found = run(str(Path(sys.executable).parent / "lint-imports"))
    assert found.returncode == 0, found.stdout


def test_chinese_is_complete() -> None:
    assert list(catalogue.problems()) == []


def test_vendored_files_are_what_was_pinned() -> None:
    found = run(str(CHECKOUT / "bin" / "vendor"), "check")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_templates_are_sound_and_short(name: Path) -> None:
    text = (CHECKOUT / "templates" / name).read_text(encoding="utf-8")
    tree = environment().parse(text)
    assert not [found for found in tree.find_all(nodes.Filter) if found.name == "safe" and "map" not in text]
    limit = 40 if name.name.startswith("_") else 80
    assert len(text.splitlines()) <= (limit if name.parts[0] != "components" else 160), f"{name} is too long"


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_templates_name_nothing_outside(name: Path) -> None:
    text = (CHECKOUT / "templates" / name).read_text(encoding="utf-8")
    assert not OUTSIDE.search(text)
    assert not re.search(r"\son\w+=|\sstyle=|hx-on|hx-vals=.js:", text), f"inline code or style in {name}"


def test_our_scripts_never_parse_peoples_data_as_html() -> None:
    for path in (CHECKOUT / "static" / "js").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function", text
        ), path


@pytest.mark.parametrize(
    ("used", "home"),
    [
        (r"^\s*(?:import|from) pyproj\b", "kernel/geo/crs.py"),
        (r"^\s*(?:import|from) folium\b", "kernel/geo/folium_map.py"),
        (r"^\s*(?:import|from) matplotlib\b", "kernel/geo/figure/"),
        (r"^\s*(?:import|from) weasyprint\b", "kernel/formats/pdf_paper.py"),
        (r"^\s*(?:import|from) docxtpl\b", "kernel/formats/docx_paper/"),
        (r"os\.environ(?:\.get|\[)|os\.getenv", "settings.py"),
        (r"\.commit\(\)", "kernel/"),
    ],
)
def test_what_only_one_place_may_do(used: str, home: str) -> None:
    """The importers of pyproj and Folium, the reader of the environment, the commit."""
    found = [
        path.relative_to(CHECKOUT / "portal").as_posix()
        for path in (CHECKOUT / "portal").rglob("*.py")
        if re.search(used, path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found
    assert [name for name in found if not name.startswith(home)] == []


def test_every_dependency_says_why() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    named = tomllib.loads(text)["project"]["dependencies"]
    for requirement in named:
        before = text.split(f'"{requirement}"')[0].rstrip().splitlines()[-1].strip()
        assert before.startswith(("#", '"')), requirement


def test_locks_carry_hashes_and_no_index() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        assert "http" not in text
        pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        assert len(pinned) <= text.count("--hash=sha256:")


def test_architecture_names_the_rooms_that_stand() -> None:
    text = (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for room in ROOMS:
        assert (CHECKOUT / "portal" / room).is_dir()
        assert f"`{room}`" in text, f"ARCHITECTURE.md does not name {room}"


def test_readme_commands_exist() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for command in set(re.findall(r"(?<!\.venv/)\bbin/(\w+)", text)):
        assert (CHECKOUT / "bin" / command).exists(), command
    for verb in set(re.findall(r"^\s*(?:\.venv/bin/)?portal ([a-z]+)", text, re.MULTILINE)):
        found = run(str(CHECKOUT / ".venv" / "bin" / "portal"), verb, "--help")
        assert found.returncode == 0, verb


def environment() -> Environment:
    return Environment(loader=FileSystemLoader(CHECKOUT / "templates"), extensions=["jinja2.ext.i18n"], autoescape=True)
