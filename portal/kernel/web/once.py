"""The same form sent twice makes one row: a double click, a retry, an offline outbox.

Every form carries a client UUID. The first request with it stores where it sent the user; a later one gets the same
answer. Two at the same moment meet at the primary key: the second waits for the first to commit. A view that answers
with a page, such as a password shown once, names in `Content-Location` where a repeated form is sent instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, request
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.errors import BadInput
from portal.kernel.i18n.text import text
from portal.kernel.web.htmx import done
from portal.kernel.web.models import Submission
from portal.kernel.web.state import actor, app_session

P = ParamSpec("P")
FIELD = "client_id"


def once(view: Callable[P, Response | str]) -> Callable[P, Response | str]:
    """Makes a writing view give the same answer to the same client UUID."""

    @wraps(view)
    def answer_once(*args: P.args, **kwargs: P.kwargs) -> Response | str:
        if request.method != "POST":
            return view(*args, **kwargs)
        session, account, client = app_session(), actor().account_id or 0, client_id()
        if not _claim(session, account, client):
            earlier = _earlier_answer(session, account, client)
            if earlier is not None:
                return done(earlier)
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            _remember(session, account, client, response)
        return response

    return answer_once


def client_id() -> uuid.UUID:
    """The UUID of the form that was sent; raises `BadInput` when it is missing or not one."""
    try:
        return uuid.UUID(request.form.get(FIELD, ""))
    except ValueError as error:
        raise BadInput(text("The form is incomplete; please open it again.")) from error


def _claim(session: Session, account: int, client: uuid.UUID) -> bool:
    row = {"account_id": account, "client_id": client, "endpoint": request.endpoint or ""}
    statement = insert(Submission).values(row).on_conflict_do_nothing().returning(Submission.account_id)
    return session.scalar(statement) is not None


def _earlier_answer(session: Session, account: int, client: uuid.UUID) -> str | None:
    """Where the form was answered to; None when it was refused and only that was kept (`keep_writes`)."""
    query = select(Submission).where(Submission.account_id == account, Submission.client_id == client)
    earlier = session.scalars(query.with_for_update()).one()
    if earlier.endpoint != request.endpoint:
        raise BadInput(text("This form was already used for something else; please open it again."))
    return earlier.answer


def _remember(session: Session, account: int, client: uuid.UUID, response: Response) -> None:
    said = (response.headers.get(name) for name in ("HX-Redirect", "Location", "Content-Location"))
    answer = next(filter(None, said), request.path)
    key = (Submission.account_id == account, Submission.client_id == client)
    session.execute(update(Submission).where(*key).values(answer=answer))
