"""What every page must be, checked on each one that any test fetches."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

OUTSIDE = re.compile(r"""(?:src|href|action|content)=["'](?:https?:)?//""", re.IGNORECASE)
XHTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def check_page(response) -> None:
    """Valid HTML, title = h1, unique ids, labels, nonces, nothing from outside, no inline style or handler."""
    if response.mimetype != "text/html" or not response.data:
        return
    text = response.get_data(as_text=True)
    if "<!doctype html>" not in text.lower():
        check_tree(html5lib.HTMLParser(strict=True).parseFragment(text), text)
        return
    tree = html5lib.HTMLParser(strict=True).parse(text)
    check_tree(tree, text)
    check_head(tree)
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    for script in tree.iter(f"{XHTML}script"):
        assert script.get("nonce") == nonce or script.get("src"), "a script without the page's nonce"


def check_head(tree: Element) -> None:
    """One h1, and the title begins with it."""
    headings = ["".join(found.itertext()).strip() for found in tree.iter(f"{XHTML}h1")]
    assert len(headings) == 1, f"{len(headings)} h1 on the page: {headings}"
    title = "".join(next(tree.iter(f"{XHTML}title")).itertext()).strip()
    assert title.startswith(headings[0]), f"title {title!r} does not begin with h1 {headings[0]!r}"


def check_tree(tree: Element, text: str) -> None:
    """What holds for pages and fragments alike."""
    assert not OUTSIDE.search(text), f"an outside address: {OUTSIDE.search(text).group(0)}"
    ids = Counter(found.get("id") for found in tree.iter() if found.get("id"))
    twice = [name for name, count in ids.items() if count > 1]
    assert not twice, f"ids used twice: {twice}"
    for found in tree.iter():
        inline = [name for name in found if name == "style" or str(name).startswith("on")]
        assert not inline, f"inline {inline} on {found.tag}"
    check_labels(tree)


def check_labels(tree: Element) -> None:
    """Every control has a label that names it."""
    labelled = {found.get("for") for found in tree.iter(f"{XHTML}label")}
    for kind in ("input", "select", "textarea"):
        for found in tree.iter(f"{XHTML}{kind}"):
            if found.get("type") in UNLABELLED or found.get("aria-label") or found.get("aria-labelledby"):
                continue
            assert found.get("id") in labelled, f"no label for {kind} {found.get('name')!r}"
