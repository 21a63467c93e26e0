"""From exceptions to answers, once for the whole house."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import errors
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.transactions import roll_back

LOG = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    errors.BadInput: 422,
    errors.RuleBroken: 409,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Forbidden: 403,
    errors.SignInNeeded: 401,
    errors.PasswordDue: 403,
    errors.TooManyTries: 429,
    StaleDataError: 409,
    DataError: 422,
    OperationalError: 503,
    NoConnectionFree: 503,
}

TRANSPORT = {
    StaleDataError: text("Somebody saved this at the same moment. Please open it again."),
    DataError: text("The database cannot hold one of these values; it is too large or contains odd characters."),
    OperationalError: text("The database does not answer at the moment. Please try again shortly."),
    NoConnectionFree: text("Too many people ask the database at the moment. Please try again shortly."),
}

MEETINGS = frozenset({"23505", "23P01"})
"""SQLSTATE of a unique and of an exclusion constraint."""

ENTRANCES = (errors.SignInNeeded, errors.PasswordDue)
"""A reader who meets these is led to the page that lets them in."""

PAGES = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Registers the answers to everything that can go wrong."""
    for kind, status in STATUS.items():
        app.register_error_handler(kind, _answer_with(status))
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _met)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: object = None) -> Response:
    """The page of a status (or its fragment for htmx) with a sentence of what happened."""
    name = status if status in PAGES else 500 if status >= 500 else 400
    template = "errors/_error.html" if is_partial() else f"errors/{name}.html"
    said = translate(message) if message else None
    return make_response(render_template(template, status=status, message=said), status)


def _answer_with(status: int) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        if isinstance(error, ENTRANCES) and request.method == "GET" and not is_partial():
            return _show_entrance(error)
        if isinstance(error, SQLAlchemyError):
            LOG.error("database: %s", error)
            roll_back()
        response = error_page(status, getattr(error, "message", None) or TRANSPORT.get(type(error)))
        if isinstance(error, errors.TooManyTries):
            response.headers["Retry-After"] = str(error.seconds)
        return response

    return answer


def _show_entrance(error: Exception) -> Response:
    address = "/account/password" if isinstance(error, errors.PasswordDue) else "/sign-in"
    return make_response(redirect(f"{address}?{urlencode({'next': request.full_path.rstrip('?')})}", 303))


def _csrf(_error: Exception) -> Response:
    return error_page(
        400, text("The page was open too long or cookies are off. Please go back, reload and send again.")
    )


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    return error_page(error.code)


def _met(error: IntegrityError) -> Response:
    """Two people met at a unique or exclusive row; any other broken constraint is a fault of ours."""
    if getattr(error.orig, "sqlstate", None) not in MEETINGS:
        return _unexpected(error)
    LOG.warning("met at a constraint: %s", error.orig)
    roll_back()
    return error_page(409, TRANSPORT[StaleDataError])


def _unexpected(error: Exception) -> Response:
    LOG.exception("unexpected", exc_info=error)
    roll_back()
    return error_page(500)
