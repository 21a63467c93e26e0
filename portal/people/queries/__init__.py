"""Every SELECT of the people room."""

from portal.people.queries.accounts import (
    PAGE,
    AccountRow,
    GrantRow,
    account_by_login,
    account_to_manage,
    account_to_sign_in,
    accounts,
    grant_to_manage,
    grants_of,
    may_grant_on,
    periods_held,
)
from portal.people.queries.sessions import (
    enabled_account,
    open_session,
    own_account,
    own_session,
    own_sessions,
    roles_held,
)
from portal.people.queries.standing import (
    Adrift,
    grants_adrift,
    grants_of_accounts,
    grants_to_carry,
    held_on,
    holders_named,
)
from portal.people.queries.tries import failures, last_success, one_try_at_a_time, sign_in_tries

__all__ = [
    "PAGE",
    "AccountRow",
    "Adrift",
    "GrantRow",
    "account_by_login",
    "account_to_manage",
    "account_to_sign_in",
    "accounts",
    "enabled_account",
    "failures",
    "grant_to_manage",
    "grants_adrift",
    "grants_of",
    "grants_of_accounts",
    "grants_to_carry",
    "held_on",
    "holders_named",
    "last_success",
    "may_grant_on",
    "one_try_at_a_time",
    "open_session",
    "own_account",
    "own_session",
    "own_sessions",
    "periods_held",
    "roles_held",
    "sign_in_tries",
]
