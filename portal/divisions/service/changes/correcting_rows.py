"""The rows of a correction: those that are believed no longer, and those that take their place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from portal.divisions.queries.changes.standing import Standing, StandingCode, codes_borne, standing_on
from portal.divisions.queries.snapshot import KnownVersion
from portal.divisions.service.batch import Batch, CodeRow, Term
from portal.divisions.service.changes.commands import CorrectUnit
from portal.divisions.service.changes.correcting_checks import DAY, borne, check_since, free_days
from portal.divisions.service.copies import copy_of, copy_of_code, copy_of_shape, term_of
from portal.errors import FormInvalid
from portal.kernel.i18n.text import Text, text


def is_moved(command: CorrectUnit, known: KnownVersion) -> bool:
    """Whether the first day of a state, or how exactly it is known, is another one."""
    exact = command.precision or known.valid_from_precision
    return command.since is not None and (command.since, exact) != (known.valid_from, known.valid_from_precision)


@dataclass
class Corrected:
    """A correction on its way to rows; `before` and `after` say what differs, by field."""

    session: Session
    command: CorrectUnit
    standing: Standing
    known: KnownVersion
    batch: Batch = field(default_factory=Batch)
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)

    def make(self, said: Mapping[str, Any], codes: Mapping[str, str | None]) -> Corrected:
        """Fills the batch. Raises `FormInvalid` at `since` for a first day that cannot be."""
        if said or is_moved(self.command, self.known):
            self._state(said)
        first = self._first_day()
        for system, code in codes.items():
            self._code(system, code, first)
        if first is not None:
            self._begin_on(first)
        return self

    def _state(self, said: Mapping[str, Any]) -> None:
        known, term = self.known, term_of(self.known)
        self.before |= {name: getattr(known, name) for name in said}
        self.after |= said
        since = self.command.since
        if since is not None and is_moved(self.command, known):
            term = replace(
                term, valid_from=since, valid_from_precision=self.command.precision or known.valid_from_precision
            )
            self.before |= {"since": known.valid_from, "precision": known.valid_from_precision}
            self.after |= {"since": term.valid_from, "precision": term.valid_from_precision}
            check_since(self.session, known, since)
            self._move_neighbour(since)
        self.batch.old_versions.append(known.id)
        self.batch.versions.append(replace(copy_of(known, term), **said))

    def _move_neighbour(self, since: dt.date) -> None:
        """The state before ends where this one begins, whichever way the day moves."""
        earlier = self._earlier()
        if earlier is None or since == self.known.valid_from:
            return
        if since <= earlier.valid_from:
            raise FormInvalid({"since": [_before_neighbour(earlier.valid_from)]})
        self.batch.old_versions.append(earlier.id)
        self.batch.versions.append(copy_of(earlier, replace(term_of(earlier), valid_to=since)))

    def _earlier(self) -> KnownVersion | None:
        eve = self.known.valid_from - DAY
        return standing_on(self.session, [self.known.unit_id], eve).versions.get(self.known.unit_id)

    def _first_day(self) -> dt.date | None:
        """The first day of the unit itself, where the correction moves it: codes and outline begin with it."""
        since = self.command.since
        return None if since in (None, self.known.valid_from) or self._earlier() is not None else since

    def _code(self, system: str, code: str | None, first: dt.date | None) -> None:
        row = self.standing.codes.get((self.known.unit_id, system))
        self.before[f"code_{system}"], self.after[f"code_{system}"] = row.code if row else None, code
        if row is not None:
            self.batch.old_codes.append(row.id)
        if code is not None:
            term = term_of(row) if row else free_days(self.session, self.known, system, self.command.at)
            self.batch.codes.append(CodeRow(self.known.unit_id, system, code, self._begun(term, first)))

    def _begin_on(self, first: dt.date) -> None:
        at_first = standing_on(self.session, [self.known.unit_id], self.known.valid_from)
        for code in at_first.codes_of(self.known.unit_id):
            if code.valid_from == self.known.valid_from and code.id not in self.batch.old_codes:
                self._check_bearers(code, first)
                self.batch.old_codes.append(code.id)
                self.batch.codes.append(copy_of_code(code, self._begun(term_of(code), first)))
        shape = at_first.shapes.get(self.known.unit_id)
        # To an earlier day the outline does not follow: others may have held the ground until then.
        if shape is not None and shape.valid_from == self.known.valid_from < first:
            self.batch.old_shapes.append(shape.id)
            self.batch.shapes.append(copy_of_shape(shape, self._begun(term_of(shape), first)))

    def _begun(self, term: Term, first: dt.date | None) -> Term:
        """The days of a row that begins with the unit."""
        if first is None or term.valid_from != self.known.valid_from:
            return term
        if term.valid_to is not None and first >= term.valid_to:
            raise FormInvalid(
                {"since": [text("A code or an outline of it ends on %(day)s already.", day=term.valid_to)]}
            )
        return replace(term, valid_from=first)

    def _check_bearers(self, code: StandingCode, first: dt.date) -> None:
        others = codes_borne(self.session, code.system, code.code, first, self.known.valid_from)
        names = [name for unit_id, name in others if unit_id != code.unit_id]
        if names:
            raise FormInvalid({"since": [borne(names[0], code.code)]})


def _before_neighbour(day: dt.date) -> Text:
    return text("The state before this one begins on %(day)s; it would be left without a day.", day=day)
