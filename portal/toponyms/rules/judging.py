"""What a person answers about a proposed name, and whether findings keep it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.errors import FormInvalid, RuleBroken
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import Item
from portal.toponyms.rules.findings import BLOCK, REASON, Finding

LONGEST_REASON = 1000
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Answer:
    """One answer: whether the name keeps the rule, and a note."""

    fine: bool
    note: str


Answers = Mapping[str, Answer]


def as_json(answers: Answers) -> dict[str, object]:
    """Answers as they are kept."""
    return {key: {"fine": one.fine, "note": one.note} for key, one in answers.items()}


def check_answers(answers: Answers, asked: Sequence[Item]) -> None:
    """Every question is answered with a note; a broken rule needs room in the law. Raises `FormInvalid`."""
    messages: dict[str, list[object]] = {}
    for item in asked:
        answer = answers.get(item.key)
        if answer is None:
            messages[item.key] = [text("Say whether the name keeps this rule.")]
        elif not answer.note.strip():
            messages[item.key] = [text("Note what you looked at.")]
        elif len(answer.note) > LONGEST_NOTE:
            messages[item.key] = [text("Use at most %(max)d characters.", max=LONGEST_NOTE)]
        elif not answer.fine and not item.flag:
            messages[item.key] = [text("The ordinance allows no exception to this rule; refuse the application.")]
    if messages:
        raise FormInvalid(messages)


def check_findings(findings: Iterable[Finding], reason: str) -> None:
    """Raises `RuleBroken` for what keeps the name out, `FormInvalid` when a reason is missing."""
    found = list(findings)
    if any(one.level == BLOCK for one in found):
        raise RuleBroken(text("A finding keeps this name out. Change the name, or refuse the application."))
    if any(one.level == REASON for one in found) and not reason.strip():
        raise FormInvalid({"reason": [text("Say why the name may be used although something was found.")]})
    if len(reason) > LONGEST_REASON:
        raise FormInvalid({"reason": [text("Use at most %(max)d characters.", max=LONGEST_REASON)]})


def check_still(now: Iterable[Finding], then: Iterable[Finding]) -> None:
    """Raises `RuleBroken` when something that matters was found since a person looked."""
    seen = {one.mark for one in then}
    fresh = [one for one in now if one.level == BLOCK or (one.level == REASON and one.mark not in seen)]
    if fresh:
        names = "、".join(dict.fromkeys(found.name for one in fresh for found in one.found)) or "–"
        raise RuleBroken(
            text("Since the checks the register has changed; they must run again. Found: %(names)s.", names=names)
        )
