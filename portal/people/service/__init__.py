"""Every write of the people room."""

from portal.people.service.accounts import (
    AddAccount,
    SwitchAccount,
    add_account,
    disable_account,
    enable_account,
)
from portal.people.service.grants import GrantRole, end_grant, grant_role
from portal.people.service.passwords import ChangePassword, ResetPassword, change_password, reset_password
from portal.people.service.sessions import actor_of_account, actor_of_token, revoke_session, sign_out
from portal.people.service.signing_in import SignedIn, SignIn, sign_in

__all__ = [
    "AddAccount",
    "ChangePassword",
    "GrantRole",
    "ResetPassword",
    "SignIn",
    "SignedIn",
    "SwitchAccount",
    "actor_of_account",
    "actor_of_token",
    "add_account",
    "change_password",
    "disable_account",
    "enable_account",
    "end_grant",
    "grant_role",
    "reset_password",
    "revoke_session",
    "sign_in",
    "sign_out",
]
