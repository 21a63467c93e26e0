"""Who approves a change: what the dated rule table proposes, and what a deviation needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portal.divisions.catalogue import AuthorityRule, authorities, authority_rules
from portal.divisions.rules.changes.content import Action, Content, UnitEntry
from portal.errors import FormInvalid
from portal.kernel.i18n.text import text

Subject = tuple[int, str]
"""Level and kind of the unit that a file is about."""


@dataclass(frozen=True)
class Proposal:
    """The authority that is proposed (None where no rule fits), with the rule it follows from."""

    authority: str | None
    rule: AuthorityRule | None = None

    def accepts(self, chosen: str) -> bool:
        """Whether choosing it needs no reason: it is proposed, or left to a person's judgement, or nothing is."""
        alternatives = self.rule.alternatives if self.rule else ()
        return self.authority is None or chosen == self.authority or chosen in alternatives


NOTHING = Proposal(None)


def propose_authority(kind: str, level: int, unit_kind: str, on: dt.date) -> Proposal:
    """Proposes by the first rule of the table that fits the kind of change, the unit and the day of the decision."""
    fitting = (rule for rule in authority_rules() if _fits(rule, kind, level, unit_kind) and _in_force(rule, on))
    rule = next(fitting, None)
    return Proposal(rule.authority, rule) if rule else NOTHING


def propose_for(kind: str, subject: Subject | None, on: dt.date) -> Proposal:
    """Proposes for what a file is about; nothing while it does not say that yet."""
    return propose_authority(kind, *subject, on) if subject else NOTHING


def check_authority(proposal: Proposal, chosen: str | None, reason: str) -> None:
    """Raises `FormInvalid` when no authority is named, an unknown one, or another than proposed without a reason."""
    if not chosen:
        raise FormInvalid({"authority": [text("Say who approves the change.")]})
    if chosen not in authorities():
        raise FormInvalid({"authority": [text("Choose one of the authorities.")]})
    if not proposal.accepts(chosen) and not reason.strip():
        why = text("Another authority is proposed by the rules; give the reason for choosing this one.")
        raise FormInvalid({"authority_reason": [why]})


def subject_of(content: Content, units: Mapping[str, Subject]) -> Subject | None:
    """What a file is about: the highest of the units that are born or end, else of those whose ground moves, else of
    those that are amended. `units` gives level and kind of units by key, those that are born included."""
    born = [one.unit for one in content.units if one.action is Action.NEW]
    ending = [one.unit for one in content.units if one.action is Action.ABOLISH]
    moved = [end for move in content.moves for end in (move.source, move.target)]
    for group in ([*born, *ending], moved, [one.unit for one in content.units if _is_amended(one)]):
        known = [units[key] for key in group if key in units and units[key][0] > 0]
        if known:
            return min(known, key=lambda subject: subject[0])
    return None


def _is_amended(entry: UnitEntry) -> bool:
    return entry.action is Action.AMEND


def _fits(rule: AuthorityRule, kind: str, level: int, unit_kind: str) -> bool:
    return kind in rule.kinds and level in rule.levels and (rule.unit_kinds is None or unit_kind in rule.unit_kinds)


def _in_force(rule: AuthorityRule, on: dt.date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)
