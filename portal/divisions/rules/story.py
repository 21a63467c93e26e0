"""The story of a unit: what differs between two states, how long it bore each code, what a correction put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from portal.divisions.rules.intervals import Span

COMPARED = ("name", "name_en", "kind", "parent", "seat", "postcode", "phone", "population")
LINE = ("area_m2", "quality", "shape_source")
"""A line is another one when its area, its worth or its source is."""


@dataclass(frozen=True)
class Difference:
    """One thing that a new state has otherwise; `key` is the code system for `code`."""

    what: str
    before: object
    after: object
    key: str = ""


@dataclass(frozen=True)
class CodeSpan:
    """A code of a system, borne for a span."""

    system: str
    code: str
    span: Span


class Coded(Protocol):
    """A state with its codes as pairs of system and code."""

    @property
    def span(self) -> Span:
        """The days it holds."""

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Pairs of system and code."""


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Difference, ...]:
    """What differs between the published facts of two states that follow each other."""
    plain = [
        Difference(what, before.get(what), after.get(what)) for what in COMPARED if before.get(what) != after.get(what)
    ]
    moved = any(before.get(key) != after.get(key) for key in LINE)
    line = [Difference("line", before.get("area_m2"), after.get("area_m2"))] if moved else []
    return (*plain, *_recoded(_codes(before), _codes(after)), *line)


def code_spans(states: Iterable[Coded]) -> list[CodeSpan]:
    """How long a unit bore each code, from its states in their order; states that follow each other are one span."""
    found: list[CodeSpan] = []
    for state in states:
        for system, code in state.codes:
            last = next((one for one in reversed(found) if one.system == system), None)
            if last is not None and last.code == code and last.span.end == state.span.start:
                found[found.index(last)] = replace(last, span=Span(last.span.start, state.span.end))
            else:
                found.append(CodeSpan(system, code, state.span))
    return found


def put_right(before: object, after: object) -> tuple[Difference, ...]:
    """What a correction replaced: each value that differs, by its path in what was kept of both."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = dict.fromkeys([*old, *new])
    return tuple(_corrected(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))


def _corrected(path: str, before: object, after: object) -> Difference:
    """A correction keeps codes as `code_mca`."""
    if path.startswith("code_"):
        return Difference("code", before, after, path.removeprefix("code_"))
    return Difference(path, before, after, path)


def _recoded(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    systems = dict.fromkeys([*before, *after])
    return [
        Difference("code", before.get(system), after.get(system), system)
        for system in systems
        if before.get(system) != after.get(system)
    ]


def _codes(facts: Mapping[str, object]) -> dict[str, str]:
    listed = facts.get("codes")
    return {str(entry["system"]): str(entry["code"]) for entry in listed} if isinstance(listed, list) else {}


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}.{index}" if path else str(index))
    else:
        yield path, value
