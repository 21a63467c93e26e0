"""What a list cannot say by itself, what is proposed, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass

from portal.kernel.i18n.text import Text, text

ARRIVED, LEFT = "arrived", "left"
"""A row that the list before does not have, and one that the list does not have any more."""

SAME_UNIT = ("renamed", "recoded", "returned")
"""The unit stays itself; `returned`: lists left it out for a while."""
FROM_ONE = (*SAME_UNIT, "type_changed")
"""Ways of arriving that take the place of one unit before."""
OF_ARRIVED = {
    "renamed": text("the same unit under a new name"),
    "recoded": text("the same unit under a new code"),
    "returned": text("the same unit again, which lists had left out"),
    "type_changed": text("a new unit in the place of one of another kind"),
    "split_into": text("a new unit on the ground of one that ended"),
    "split_off": text("a new unit on the ground of one that goes on"),
    "set_up": text("a new unit whose ground is not known"),
}
OF_LEFT = {
    "merged_into": text("ended, its ground went to others"),
    "abolished": text("ended, and where its ground went is not known"),
}


@dataclass(frozen=True)
class Answer:
    """An edge of the lineage and the codes at its other end: of the list before for what arrived, else of this one."""

    edge: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """An answer with the reason and how sure it is, from 0 to 1."""

    answer: Answer
    sure: float
    reason: Text


@dataclass(frozen=True)
class Question:
    """One row of one list that somebody has to decide."""

    list_key: str
    side: str
    code: str
    name: str
    proposal: Proposal
    was: str | None = None
    """The name under this code in the list before, where that row is not certain to be the same unit."""

    @property
    def warning(self) -> Text | None:
        """That the code was that of a unit that the proposal does not take this one for."""
        return self.warning_for(self.proposal.answer)

    def warning_for(self, answer: Answer) -> Text | None:
        """The same for an answer."""
        if self.was is None or self.code in answer.others:
            return None
        return text("The code was that of %(name)s before.", name=self.was)

    @property
    def key(self) -> tuple[str, str, str]:
        """By which a decision names it."""
        return (self.list_key, self.side, self.code)


@dataclass(frozen=True)
class Settled:
    """What counts for a question; `decided` is None while only its proposal stands."""

    question: Question
    answer: Answer
    decided: str | None
    """`decision`, `rule` or `proposal`: by whom."""

    @property
    def warning(self) -> Text | None:
        """That the code went to another unit."""
        return self.question.warning_for(self.answer)
