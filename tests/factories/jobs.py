"""Doing jobs in a test: in its own transaction, without a worker."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.work import run_here
from portal.kernel.jobs.workshop import on_session
from portal.settings import Settings


def do_waiting(settings: Settings, session: Session, jobs: Sequence | None = None) -> list[Run]:
    """Does every waiting run, also those that the runs ask for, with the jobs of the whole house unless given."""
    from portal.app import account_loader, declared_jobs, declared_rooms

    rooms = declared_rooms()
    shop = on_session(settings, session, jobs or declared_jobs(rooms), account_loader(rooms))
    done: list[Run] = []
    while run := session.scalar(select(Run).where(Run.state == State.WAITING).order_by(Run.id).limit(1)):
        done.append(run_here(shop, run))
    session.expire_all()
    return done
