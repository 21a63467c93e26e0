"""The exception tree. Raise the narrowest; `kernel/web/failures.py` gives each its status, once.

AnjieError
├── BadInput            422  what came in cannot be read or breaks a field's shape
│   └── FormInvalid     422  messages by field; the form is shown again
├── RuleBroken          409  readable, but a rule of the trade says no
│   └── Stale           409  somebody saved this row since you opened it; carries the difference
├── NotFound            404  not there, or not yours: the two look the same from outside
├── Gone                410  was published, has been withdrawn
├── Forbidden           403  signed in, but no role of yours may do this anywhere
├── SignInNeeded        401  nobody is signed in
├── PasswordDue         403  signed in, but an initial password must be replaced first
├── TooManyTries        429  wait before the next try
└── Misconfigured       –    the installation, not the user, must be put right (command line and start only)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class AnjieError(Exception):
    """Root of all errors that are meant to be read by a person.

    `message` is a string or a `kernel.i18n.text.Text`; `str()` of either is the English sentence.
    """

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


class BadInput(AnjieError):
    """What came in cannot be read."""


class FormInvalid(BadInput):
    """Messages by field name; the empty name holds those of the form as a whole."""

    def __init__(self, messages: Mapping[str, Sequence[object]]) -> None:
        first = next((m for group in messages.values() for m in group), "")
        super().__init__(first)
        self.messages = messages


class RuleBroken(AnjieError):
    """A rule of the trade refuses what was asked."""


@dataclass(frozen=True)
class Difference:
    """One field that two people changed: what it was saved as meanwhile, and what you sent."""

    field: str
    theirs: object
    yours: object


class Stale(RuleBroken):
    """The row was saved by somebody else since the form was opened."""

    def __init__(self, message: object, differences: Sequence[Difference] = ()) -> None:
        super().__init__(message)
        self.differences = tuple(differences)


class NotFound(AnjieError):
    """There is no such thing within the reader's scope."""


class Gone(AnjieError):
    """It was published and has been withdrawn."""


class Forbidden(AnjieError):
    """Signed in, but without the permission."""


class SignInNeeded(AnjieError):
    """The page needs somebody signed in."""


class PasswordDue(AnjieError):
    """Signed in with a password that somebody else made; nothing else until it is replaced."""


class TooManyTries(AnjieError):
    """Wait before trying again."""

    def __init__(self, message: object, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Misconfigured(AnjieError):
    """The machine or its settings must be put right before this can work."""
