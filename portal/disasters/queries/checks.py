"""Recomputation of what is derived."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.disasters.models import Report, ReportStep
from portal.disasters.rules.lifecycle import derived_state


def state_differences(session: Session) -> list[str]:
    """Reports whose kept state is not the one their steps lead to; a sentence each."""
    acts = func.array_agg(aggregate_order_by(ReportStep.act, ReportStep.id))
    query = (
        select(Report.public_id, Report.state, acts)
        .outerjoin(ReportStep, ReportStep.report_id == Report.id)
        .group_by(Report.id)
    )
    found = []
    for public_id, kept, history in session.execute(query):
        derived = derived_state([act for act in history if act is not None])
        if derived != kept:
            found.append(f"report {public_id}: kept {kept}, its steps lead to {derived}")
    return found
