"""The base of all forms: client UUID, row version, and messages that come from rules back to their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask import Response, make_response, render_template
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from portal.errors import Difference, FormInvalid, RuleBroken, Stale, TooManyTries
from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.translate import translate


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the house.

    `client_id` makes a resent form the same form; `row_version` is the version of the row it was opened at (empty for a
    new one). `status` is what the answer will carry when the form is shown again.
    """

    client_id = HiddenField(default=lambda: str(new_public_id()))
    row_version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    form_errors: list[str]

    status = 422
    differences: tuple[Difference, ...] = ()
    wait_s: int | None = None

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Turns what a service refuses into messages of this form: 422 by field, 409 for a rule, 429 for a wait."""
        try:
            yield
        except FormInvalid as error:
            self.say(error.messages)
        except Stale as error:
            self.status, self.differences = 409, error.differences
            self.say({"": [error.message]})
        except RuleBroken as error:
            self.status = 409
            self.say({"": [error.message]})
        except TooManyTries as error:
            self.status, self.wait_s = 429, error.seconds
            self.say({"": [error.message]})

    def say(self, messages: Mapping[str, Sequence[object]]) -> None:
        """Adds messages to fields; those of unknown fields go to the form as a whole."""
        for name, group in messages.items():
            sentences = [translate(message) for message in group]
            field = self._fields.get(name)
            if field is None:
                self.form_errors = [*self.form_errors, *sentences]
            else:
                field.errors = [*field.errors, *sentences]


def show_form(template: str, form: Form, **context: object) -> Response:
    """The page or partial with the form; 200 when it is first opened, `form.status` when it comes back."""
    failed = bool(form.errors or form.form_errors)
    response = make_response(render_template(template, form=form, **context), form.status if failed else 200)
    if form.wait_s is not None:
        response.headers["Retry-After"] = str(form.wait_s)
    return response
