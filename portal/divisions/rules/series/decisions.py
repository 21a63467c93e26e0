"""The decision file: what somebody decided of single rows, rules for many, and how to read a list that is wrong.

```yaml
version: 1
skip:                                  # rows that are no units; the lists keep them
  - {names: [市辖区, 县], reason: 汇总码}
direct: ["??90", "1101"]               # four digits that stand for "directly below the province"
echo: [mca-2011-10-31]                 # lists of another maker: what both neighbours say otherwise is not taken
read_as:                               # misprints
  - {list: mca-1987-12-31, code: "339007", as: "340000", reason: …}
rules:                                 # proposals that are taken without being asked
  - {side: arrived, edges: [recoded, renamed], least: 0.75}
decisions:
  - {list: nbs-2021-12-31-310107, side: arrived, code: "310107020028", edge: split_into, others: ["310107020001"]}
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from portal.divisions.rules.series.questions import ARRIVED, LEFT, OF_ARRIVED, OF_LEFT, Answer, Question, Settled
from portal.errors import BadInput
from portal.kernel.i18n.text import text

PARTS = frozenset({"version", "source", "skip", "direct", "echo", "read_as", "rules", "decisions"})
EDGES = {ARRIVED: frozenset(OF_ARRIVED), LEFT: frozenset(OF_LEFT)}
NEEDED = {"renamed": 1, "recoded": 1, "type_changed": 1, "split_into": 1, "split_off": 1, "merged_into": 1}
"""How many other codes an edge must name at least."""


@dataclass(frozen=True)
class Rule:
    """Proposals of these edges are taken, `least` <= sure < `below`, in lists and for codes that fit the patterns."""

    side: str
    edges: frozenset[str]
    least: float
    below: float
    lists: tuple[str, ...]
    codes: tuple[str, ...]
    answer: Answer | None
    """Instead of the proposal; one that names no other unit."""

    def takes(self, question: Question) -> bool:
        """Whether a question is decided by it."""
        return (
            question.side == self.side
            and question.proposal.answer.edge in self.edges
            and self.least <= question.proposal.sure < self.below
            and _fits(question.list_key, self.lists)
            and _fits(question.code, self.codes)
        )


@dataclass(frozen=True)
class Skip:
    """Rows that are no units; in some lists only where `lists` says so."""

    names: frozenset[str]
    lists: tuple[str, ...]

    def holds(self, list_key: str, name: str) -> bool:
        """Whether a row of a list is left out."""
        return name in self.names and _fits(list_key, self.lists)


@dataclass
class Decisions:
    """What is decided; `answers` by list, side and code."""

    answers: Mapping[tuple[str, str, str], Answer] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    skip: Sequence[Skip] = ()
    direct: tuple[str, ...] = ()
    echo: frozenset[str] = frozenset()
    read_as: Mapping[tuple[str, str], str] = field(default_factory=dict)
    accept_proposals: bool = False

    def settle(self, question: Question) -> Settled:
        """The decision that counts, or the proposal as what is still open."""
        if question.key in self.answers:
            return Settled(question, self.answers[question.key], "decision")
        rule = next((rule for rule in self.rules if rule.takes(question)), None)
        if rule is not None:
            return Settled(question, rule.answer or question.proposal.answer, "rule")
        return Settled(question, question.proposal.answer, "proposal" if self.accept_proposals else None)

    def skips(self, list_key: str, name: str) -> bool:
        """Whether a row is no unit."""
        return any(one.holds(list_key, name) for one in self.skip)

    def is_direct(self, code: str) -> bool:
        """Whether the parent that a code's digits name stands for the province itself."""
        return any(fnmatchcase(code[:4], pattern) for pattern in self.direct)


def read_decisions(content: object, *, accept_proposals: bool = False) -> Decisions:
    """From a decision file as YAML gave it; raises `BadInput` with the entry that cannot be read."""
    said = {} if content is None else content
    if not isinstance(said, dict) or not set(said) <= PARTS:
        unknown = ", ".join(sorted(map(str, set(said) - PARTS))) if isinstance(said, dict) else "–"
        raise BadInput(text("This is no decision file: %(parts)s is not a part of one.", parts=unknown))
    return Decisions(
        dict(_decision(one) for one in _entries(said, "decisions")),
        [_rule(one) for one in _entries(said, "rules")],
        [Skip(frozenset(map(str, one.get("names", ()))), _texts(one, "lists")) for one in _entries(said, "skip")],
        tuple(map(str, said.get("direct") or ())),
        frozenset(map(str, said.get("echo") or ())),
        {(str(one["list"]), str(one["code"])): str(one["as"]) for one in _entries(said, "read_as")},
        accept_proposals,
    )


def as_decision(question: Question, reason: str, warning: str = "") -> dict[str, object]:
    """An open question as the entry that a person edits; what is only to read comes last."""
    answer = question.proposal.answer
    entry: dict[str, object] = {"list": question.list_key, "side": question.side, "code": question.code}
    entry |= {"name": question.name, "edge": answer.edge, "others": list(answer.others)}
    entry |= {"sure": question.proposal.sure, "reason": reason}
    return entry | ({"warning": warning} if warning else {})


def _decision(entry: Mapping[str, Any]) -> tuple[tuple[str, str, str], Answer]:
    side, edge = str(entry.get("side", ARRIVED)), str(entry.get("edge"))
    others = tuple(map(str, entry.get("others") or ()))
    if "list" not in entry or "code" not in entry or edge not in EDGES.get(side, ()):
        raise _unreadable(entry)
    if len(others) < NEEDED.get(edge, 0):
        raise _unreadable(entry)
    return (str(entry["list"]), side, str(entry["code"])), Answer(edge, others)


def _rule(entry: Mapping[str, Any]) -> Rule:
    side, edges = str(entry.get("side", ARRIVED)), frozenset(map(str, entry.get("edges") or ()))
    if not edges or not edges <= EDGES.get(side, frozenset()):
        raise _unreadable(entry)
    instead = entry.get("answer")
    if instead is not None and (instead not in EDGES[side] or instead in NEEDED):
        raise _unreadable(entry)
    return Rule(
        side,
        edges,
        float(entry.get("least", 0)),
        float(entry.get("below", 2)),
        _texts(entry, "lists"),
        _texts(entry, "codes"),
        Answer(str(instead)) if instead else None,
    )


def _entries(said: Mapping[str, Any], part: str) -> Sequence[Mapping[str, Any]]:
    entries = said.get(part) or []
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BadInput(text("“%(part)s” of the decision file is not a list of entries.", part=part))
    return entries


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(str, entry.get(name) or ()))


def _fits(value: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(value, pattern) for pattern in patterns)


def _unreadable(entry: Mapping[str, Any]) -> BadInput:
    return BadInput(text("This entry of the decision file cannot be used: %(entry)s", entry=dict(entry)))
