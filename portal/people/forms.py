"""Forms of the people room."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from portal.divisions.fields import UnitField
from portal.kernel.i18n.translate import translate
from portal.kernel.web.forms import Form
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.rules import ROLES
from portal.people.rules.passwords import LONGEST, new_password
from portal.people.service import AddAccount, ChangePassword, GrantRole, ResetPassword, SignIn, SwitchAccount

ONE_DAY = dt.timedelta(days=1)


def role_choices() -> list[SelectChoice]:
    """The roles by name, none chosen."""
    return [SelectChoice("", _l("Choose a role")), *(SelectChoice(role.key, translate(role.title)) for role in ROLES)]


class SignInForm(Form):
    """Sign-in name and password; `next` is where the visitor wanted to go."""

    next = HiddenField(validators=[Length(max=2000)])
    login = StringField(_l("Sign-in name"), validators=[InputRequired(_l("Enter your sign-in name.")), Length(max=200)])
    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=LONGEST * 2)]
    )

    def command(self) -> SignIn:
        """What was typed, and from where."""
        return SignIn(
            login=self.login.data or "",
            password=self.password.data or "",
            address=request.remote_addr,
            browser=request.headers.get("User-Agent", ""),
        )


class PasswordForm(Form):
    """A new password of one's own."""

    next = HiddenField(validators=[Length(max=2000)])
    current = PasswordField(
        _l("Current password"), validators=[InputRequired(_l("Enter your current password.")), Length(max=LONGEST * 2)]
    )
    new = PasswordField(
        _l("New password"), validators=[InputRequired(_l("Enter a new password.")), Length(max=LONGEST)]
    )
    again = PasswordField(
        _l("New password again"), validators=[EqualTo("new", _l("The two new passwords are not the same."))]
    )

    def command(self) -> ChangePassword:
        """The password somebody has and the one they want."""
        return ChangePassword(self.current.data or "", self.new.data or "", request.remote_addr)


class AddAccountForm(Form):
    """A new account with its first role."""

    login = StringField(
        _l("Sign-in name"), validators=[InputRequired(_l("Enter a sign-in name.")), Length(min=2, max=40)]
    )
    name = StringField(_l("Name of the person"), validators=[InputRequired(_l("Enter the name.")), Length(max=60)])
    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose a role."))], choices=role_choices)
    unit = UnitField(_l("Division"), validators=[InputRequired(_l("Choose a division."))], permission=MANAGE_ACCOUNTS)
    last_day = DateField(_l("Last day"), validators=[Optional()])

    def command(self) -> AddAccount:
        """The account with a password made here."""
        return AddAccount(
            login=self.login.data or "",
            name=self.name.data or "",
            role=self.role.data,
            unit_id=self.unit.unit.id if self.unit.unit else 0,
            password=new_password(),
            until=day_after(self.last_day.data),
        )


class GrantForm(Form):
    """A role on a division for a time."""

    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose a role."))], choices=role_choices)
    unit = UnitField(_l("Division"), validators=[InputRequired(_l("Choose a division."))], permission=MANAGE_ACCOUNTS)
    since = DateField(_l("First day"), validators=[Optional()])
    until = DateField(_l("Last day"), validators=[Optional()])

    def command(self, account: uuid.UUID) -> GrantRole:
        """The role for an account; the last day is held too."""
        return GrantRole(
            account=account,
            role=self.role.data,
            unit_id=self.unit.unit.id if self.unit.unit else 0,
            since=self.since.data,
            until=day_after(self.until.data),
        )


class ActionForm(Form):
    """A button: nothing to type, but a token, an id of its own and the version of the account it was shown with."""

    def switch(self, account: uuid.UUID) -> SwitchAccount:
        """An account to disable or enable."""
        return SwitchAccount(account, self.row_version.data or 0)

    def reset(self, account: uuid.UUID) -> ResetPassword:
        """An account that gets a password made here."""
        return ResetPassword(account, new_password(), self.row_version.data or 0)


def day_after(last_day: dt.date | None) -> dt.date | None:
    """The end of a half-open period whose last day is given."""
    return None if last_day is None or last_day == dt.date.max else last_day + ONE_DAY
