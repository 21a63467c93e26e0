"""The message catalogue: collecting what the code and templates say, and checking that Chinese is complete.

`python -m portal.kernel.i18n.catalogue check` fails on a message without a finished translation or a translation whose
placeholders differ; `update [--fill FILE.json]` brings the catalogue up to date with the code.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.kernel.i18n.translate import CATALOGUES, DEFAULT
from portal.settings import CHECKOUT

PO = CATALOGUES / DEFAULT / "LC_MESSAGES" / "messages.po"
METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false", "extensions": "jinja2.ext.do", "trimmed": "true"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "text": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[sdf]|\{\w+\}")


def extracted() -> Catalog:
    """Every message of the code and the templates, sorted by its first place."""
    found = Catalog(domain="messages")
    for folder in ("portal", "templates"):
        methods = [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in METHODS if pattern.startswith(folder)]
        options = {key.removeprefix(f"{folder}/"): value for key, value in OPTIONS.items()}
        for name, _line, message, comments, context in extract_from_dir(
            str(CHECKOUT / folder), methods, options, KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def finished() -> Catalog:
    """The Chinese catalogue as it stands in the checkout."""
    if not PO.exists():
        return Catalog(locale=DEFAULT, domain="messages")
    with PO.open("rb") as handle:
        return read_po(handle, locale=DEFAULT)


def problems() -> Iterator[str]:
    """A line for every message that is missing, unfinished or has other placeholders in Chinese."""
    chinese = finished()
    for message in extracted():
        if not message.id:
            continue
        found = chinese.get(_key(message), context=message.context)
        if found is None or not _is_full(found):
            yield f"not translated: {_key(message)!r} ({message.locations[0][0]})"
        elif found.fuzzy:
            yield f"unsure (fuzzy): {_key(message)!r}"
        elif _placeholders(found.string) - _placeholders(message.id):
            yield f"placeholders differ: {_key(message)!r}"


def update(fill: dict[str, str]) -> int:
    """Takes new messages in, drops the unused and fills in translations; returns how many are still open."""
    catalogue = finished()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    for message in catalogue:
        if message.id and not _is_full(message) and _key(message) in fill:
            translated = fill[_key(message)]
            message.string = (translated,) if message.pluralizable else translated
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, catalogue, omit_header=False, no_location=False, include_lineno=False, sort_output=True)
    return sum(1 for _ in problems())


def main(arguments: list[str] | None = None) -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="catalogue", description=__doc__)
    parser.add_argument("verb", choices=["check", "update"])
    parser.add_argument("--fill", type=Path, action="append", default=[], help="JSON of English to Chinese")
    given = parser.parse_args(arguments)
    if given.verb == "update":
        fill: dict[str, str] = {}
        for path in given.fill:
            fill |= json.loads(path.read_text(encoding="utf-8"))
        update(fill)
    found = list(problems())
    for line in found:
        sys.stderr.write(line + "\n")
    sys.stdout.write(f"catalogue: {len(found)} problems\n")
    return 1 if found else 0


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_full(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return bool(strings) and all(strings)


def _placeholders(value: object) -> set[str]:
    strings = value if isinstance(value, list | tuple) else (str(value or ""),)
    return set(PLACEHOLDER.findall(" ".join(str(string) for string in strings)))


if __name__ == "__main__":
    raise SystemExit(main())
