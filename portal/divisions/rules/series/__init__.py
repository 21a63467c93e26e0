"""Series of published lists: from rows to units through time, asking what rows cannot say."""

from portal.divisions.rules.series.decisions import Decisions, as_decision, read_decisions
from portal.divisions.rules.series.lives import Edge, Life, Series, derive
from portal.divisions.rules.series.preparing import Gap
from portal.divisions.rules.series.questions import Answer, Proposal, Question, Settled
from portal.divisions.rules.series.rows import PublishedList, Row, content_hash

__all__ = [
    "Answer",
    "Decisions",
    "Edge",
    "Gap",
    "Life",
    "Proposal",
    "PublishedList",
    "Question",
    "Row",
    "Series",
    "Settled",
    "as_decision",
    "content_hash",
    "derive",
    "read_decisions",
]
