"""House rule of the day: links and forms carry it by construction, no template does it by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.settings import CHECKOUT

TEMPLATES = sorted(path.relative_to(CHECKOUT / "templates") for path in (CHECKOUT / "templates").rglob("*.html"))
BOX = Path("components/_date_box.html")

BY_HAND = re.compile(r"""request\.args(?:\.get\(|\[)\s*['"]at['"]|request\.args\.at\b|<input[^>]*name="at"|[?&]at=""")
GET_FORM = re.compile(r"<form\b[^>]*method=\"get\"[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)
KEEPS = re.compile(
    r"keep_day\(\)|keep_shown_day\(\)|shown_day\.kept|_kept\(args\)|request\.args\.items|forms\.date\(form\.at"
)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name != BOX], ids=str)
def test_no_template_passes_the_day_by_hand(name: Path) -> None:
    found = BY_HAND.search((CHECKOUT / "templates" / name).read_text(encoding="utf-8"))
    assert found is None, f"{name}: {found.group(0)}: url_for and keep_day() carry the day"


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_every_form_that_asks_by_get_keeps_the_day(name: Path) -> None:
    """The fields of such a form replace what stands in its address, the day too."""
    for form in GET_FORM.findall((CHECKOUT / "templates" / name).read_text(encoding="utf-8")):
        assert KEEPS.search(form), f"{name}: a form without {{{{ keep_day() }}}}: {form[:80]}"
