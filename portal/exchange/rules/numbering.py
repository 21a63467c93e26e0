"""How a running number is written. The office decides; what is here at first is plainly ours and no official form."""

from __future__ import annotations

import re

from portal.errors import FormInvalid
from portal.kernel.i18n.text import text

DEFAULT_PATTERN = "{unit}-{year}-{number:4}"
LONGEST = 80
PLACE = re.compile(r"\{(unit|year|number)(?::([1-9]))?\}")


def check_pattern(pattern: str) -> None:
    """Raises `FormInvalid` at `pattern` unless every number of a series would be written differently."""
    names = [name for name, _ in PLACE.findall(pattern)]
    rest = PLACE.sub("", pattern)
    if not 1 <= len(pattern) <= LONGEST:
        said = text("A pattern has between 1 and %(most)d signs.", most=LONGEST)
    elif "{" in rest or "}" in rest:
        said = text("In braces only {unit}, {year} and {number} are known; {number:4} writes at least four digits.")
    elif "number" not in names or "year" not in names:
        said = text("The pattern needs {year} and {number}, so that no two papers bear the same number.")
    elif not rest.isprintable():
        said = text("The pattern holds a sign that cannot be printed.")
    else:
        return
    raise FormInvalid({"pattern": [said]})


def written_number(pattern: str, unit: str, year: int, number: int) -> str:
    """The number as it stands on the paper."""
    values = {"unit": unit, "year": str(year), "number": str(number)}
    return PLACE.sub(lambda found: values[found.group(1)].zfill(int(found.group(2) or 0)), pattern)
