"""A person says which column is which field, in which coordinate system, with which options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid, RuleBroken
from portal.exchange.models import Import, State
from portal.exchange.proposals import head_of
from portal.exchange.rules import check_move
from portal.exchange.service.moving import move, work_on
from portal.exchange.staging.setup import EAST, NORTH, Setup
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Importer
from portal.kernel.formats.reading import Head
from portal.kernel.formats.values import parse_cell
from portal.kernel.geo.crs import parse_crs
from portal.kernel.i18n.text import Text, text

Messages = Iterator[tuple[str, Text]]


def answer(session: Session, actor: Actor, found: Import, importer: Importer, setup: Setup, today: dt.date) -> None:
    """Keeps the answers and starts the check; raises `FormInvalid` by `column-…`, `option-…`, `crs`, `encoding`."""
    check_move(found.state, State.CHECKING)
    check_setup(found, importer, setup, today)
    found.setup, found.question = setup.plain(), None
    move(session, found, State.CHECKING)
    work_on(session, actor, found, "exchange.check")


def reopen(session: Session, found: Import) -> None:
    """Back from the preview to the questions; raises `RuleBroken` from anywhere else."""
    if found.state != State.PREVIEWED:
        raise RuleBroken(text("This import has moved on meanwhile; look at it again."))
    move(session, found, State.ASKING)


def check_setup(found: Import, importer: Importer, setup: Setup, today: dt.date) -> None:
    """Raises `FormInvalid` with everything that is missing or wrong in the answers."""
    head, messages = head_of(found), dict[str, list[Text]]()
    for name, message in (
        *_encoding(head, setup),
        *_columns(head, importer, setup),
        *_shape(head, importer, setup),
        *_options(importer, setup, today),
    ):
        messages.setdefault(name, []).append(message)
    if messages:
        raise FormInvalid(messages)


def options_of(importer: Importer, setup: Setup, today: dt.date) -> dict[str, object]:
    """The options, typed; raises `FormInvalid` by option."""
    values: dict[str, object] = {}
    wrong: dict[str, list[Text]] = {}
    for one in importer.options:
        values[one.key], problem = parse_cell(one, setup.options.get(one.key) or None, today)
        if problem is not None and problem.level == "error":
            wrong[f"option-{one.key}"] = [problem.text]
        elif values[one.key] is None and one.required:
            wrong[f"option-{one.key}"] = [text("Fill this in.")]
    if wrong:
        raise FormInvalid(wrong)
    return values


def _encoding(head: Head, setup: Setup) -> Messages:
    if head.encoding_basis == "fallback" and "encoding" not in setup.sure:
        yield "encoding", text("Look at the sample and confirm that it can be read.")


def _columns(head: Head, importer: Importer, setup: Setup) -> Messages:
    titles = {one.key: one.title for one in importer.fields}
    for key, column in setup.columns.items():
        if column not in head.columns:
            yield f"column-{key}", text("The file has no column “%(column)s”.", column=column[:60])
    for key, other in _twice(setup.columns):
        said = text("This column is chosen for %(field)s already.", field=titles.get(other, other))
        yield f"column-{key}", said
    for one in importer.fields:
        if one.required and one.key not in setup.columns:
            yield f"column-{one.key}", text("This field is needed: choose the column that holds it.")


def _twice(columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for key, column in columns.items():
        if column in first:
            yield key, first[column]
        first.setdefault(column, key)


def _shape(head: Head, importer: Importer, setup: Setup) -> Messages:
    rule, halves = importer.shape, [key for key in (EAST, NORTH) if key in setup.columns]
    if rule is None:
        return
    if len(halves) == 1:
        missing = NORTH if halves == [EAST] else EAST
        yield f"column-{missing}", text("A position needs two columns: choose this one too, or neither.")
    if not (head.has_geometry or halves):
        return
    try:
        if not setup.crs:
            raise BadInput(text("Say in which coordinate system the positions are."))
        parse_crs(setup.crs)
    except BadInput as refused:
        yield "crs", refused.message if isinstance(refused.message, Text) else text(str(refused.message))


def _options(importer: Importer, setup: Setup, today: dt.date) -> Messages:
    try:
        options_of(importer, setup, today)
    except FormInvalid as invalid:
        for name, messages in invalid.messages.items():
            for message in messages:
                yield name, message if isinstance(message, Text) else text(str(message))
