"""The end of a request: commit after an answer below 400, else roll back; close either way.

The one exception is a view that says so (`keep_writes`).
"""

from __future__ import annotations

from flask import Flask, Response, g


def init_app(app: Flask) -> None:
    """Hooks the end of every request."""
    app.after_request(_commit_or_roll_back)
    app.teardown_appcontext(_close)


def keep_writes() -> None:
    """Commits what this request writes even if its answer refuses: a failed try to sign in must count."""
    g.keep_writes = True


def roll_back() -> None:
    """Ends the transactions that a database error spoiled, so that the page which tells of it can still read."""
    for name in ("app_session", "public_session"):
        if name in g:
            g.get(name).rollback()


def _commit_or_roll_back(response: Response) -> Response:
    session = g.get("app_session")
    if session is None:
        return response
    if response.status_code < (500 if g.get("keep_writes") else 400):
        session.commit()
    else:
        session.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    for name in ("app_session", "public_session"):
        session = g.pop(name, None)
        if session is not None:
            session.close()
