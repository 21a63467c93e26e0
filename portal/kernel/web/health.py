"""`/healthz`: the process answers. `/readyz`: the database answers and is migrated; whether a worker does jobs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from portal.kernel.access.permission import public
from portal.kernel.db.migrate import head
from portal.kernel.web.dates import dateless
from portal.kernel.web.state import house

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@dateless
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
@dateless
def readyz() -> tuple[Response, int]:
    """Ready to serve: 200, or 503 with what is missing. Pages can be served without a worker, so it is only told."""
    state = {"database": _database(), "migrations": _migrations()}
    ready = all(value == "ok" for value in state.values())
    worker = _worker() if ready else "unknown"
    return jsonify(status="ok" if ready else "not ready", **state, worker=worker), 200 if ready else 503


def _database() -> str:
    try:
        with house().databases.public() as session:
            session.execute(sql("SELECT 1 FROM published.revisions LIMIT 1"))
    except SQLAlchemyError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    try:
        with house().databases.app() as session:
            at = session.scalar(sql("SELECT version_num FROM kernel.alembic_version"))
    except SQLAlchemyError:
        return "unknown"
    return "ok" if at == head() else "pending"


def _worker() -> str:
    """A worker says every ten seconds that it is there."""
    beat = sql("SELECT EXISTS (SELECT FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '1 min')")
    try:
        with house().databases.app() as session:
            return "ok" if session.scalar(beat) else "absent"
    except SQLAlchemyError:
        return "unknown"
