"""`portal user`: accounts from the command line, for the first administrator and for a password that was forgotten."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from portal.divisions.queries import unit_by_code
from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.terminal import say
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.people.models import Account
from portal.people.queries import account_by_login
from portal.people.rules import ROLES
from portal.people.rules.passwords import new_password
from portal.people.rules.signing_in import tidy_login
from portal.people.service import AddAccount, ResetPassword, add_account, reset_password
from portal.settings import from_environment


@click.group("user")
def cli() -> None:
    """Accounts: add, reset."""


@cli.command()
@click.argument("login")
@click.option("--name", required=True, help="Name of the person, for example 李娜.")
@click.option("--role", required=True, type=click.Choice([role.key for role in ROLES]), help="The first role.")
@click.option("--unit-code", required=True, metavar="CODE", help="Code of the division on whose subtree it holds.")
@click.option("--code-system", default="mca", show_default=True, help="System of that code: mca or nbs.")
def add(login: str, name: str, role: str, unit_code: str, code_system: str) -> None:
    """Make an account with the sign-in name LOGIN; its password is made here and shown once.

    The person has to replace it at the first sign-in.
    """
    password = new_password()
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        unit_id = _unit_id(session, code_system.strip().lower(), unit_code.strip())
        account = add_account(session, SYSTEM, AddAccount(login, name, role, unit_id, password), now())
        made = text("The account %(login)s is made. Its password, shown this once:", login=account.login)
    say(made)
    say(f"  {password}")


@cli.command()
@click.argument("login")
def reset(login: str) -> None:
    """Make a new password for LOGIN, shown once; the old one stops working and all sign-ins end.

    The person has to replace it at the next sign-in.
    """
    password = new_password()
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        account = _account(session, login)
        reset_password(session, SYSTEM, ResetPassword(account.public_id, password), now())
        made = text("New password for %(login)s, shown this once:", login=account.login)
        disabled = account.disabled_at is not None
    say(made)
    say(f"  {password}")
    if disabled:
        say(text("The account is disabled; nobody can sign in with it until an administrator enables it."))


def _unit_id(session: Session, system: str, code: str) -> int:
    found = unit_by_code(session, system, code, now().date())
    if found is None:
        raise NotFound(text("No division has the %(system)s code %(code)s today.", system=system[:20], code=code[:20]))
    return found.id


def _account(session: Session, login: str) -> Account:
    found = account_by_login(session, tidy_login(login))
    if found is None:
        raise NotFound(text("There is no account %(login)s.", login=login[:40]))
    return found
