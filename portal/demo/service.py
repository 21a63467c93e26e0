"""Loading the demonstration into its own database, in one transaction."""

from __future__ import annotations

from portal.demo.load import SignIn, load_demo
from portal.errors import RuleBroken
from portal.kernel.db import migrate
from portal.kernel.db.session import transaction, urls
from portal.kernel.i18n.text import text
from portal.settings import Settings


def load(settings: Settings) -> tuple[SignIn, ...]:
    """The sign-ins of a demonstration that was loaded now; empty where it is there already.

    Raises `RuleBroken` for a database that is not the demonstration's own. An empty one is migrated first.
    """
    if not settings.demo:
        raise RuleBroken(text("The demonstration goes into a database of its own, never into that of a real district."))
    _prepare(settings)
    with transaction(settings) as session:
        return load_demo(session)


def _prepare(settings: Settings) -> None:
    known = urls(settings)
    app = known.app.get_secret_value()
    if known.owner is not None and migrate.current(app) is None:
        migrate.upgrade(known.owner.get_secret_value())
    if migrate.pending(app):
        raise RuleBroken(text("The database is not up to date; start bin/serve once, it backs up and migrates."))
