"""Basic management units as a file: a row for each item of each unit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.catalogue.basic_units import items
from portal.divisions.permissions import READ_BASIC_UNITS
from portal.divisions.queries.basic_units import basic_units
from portal.divisions.rules.basic_units import ItemState
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.i18n.text import text

COLUMNS = (
    Column("town", text("Town"), width=20),
    Column("name", text("Name"), width=24),
    Column("set_up_on", text("Set up on"), Kind.DATE, width=12),
    Column("item", text("Item"), Kind.CHOICE, width=24),
    Column("facility", text("Facility"), width=30),
    Column("posts", text("Staff posts"), Kind.INTEGER, width=10),
    Column("opened_on", text("Opened on"), Kind.DATE, width=12),
    Column("accepted", text("accepted"), Kind.YES_NO, width=10),
    Column("month", text("Told of in the month from"), Kind.DATE, width=14),
    Column("accepted_on", text("Accepted on"), Kind.DATE, width=12),
    Column("document", text("Document number"), width=24),
)


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """What the list shows on its day."""
    for row in basic_units(session, somebody(actor), READ_BASIC_UNITS, asked.at):
        for key, item in items().items():
            state = row.states.get(key, ItemState())
            yield ExportRow(
                {
                    "town": row.town,
                    "name": row.unit.name,
                    "set_up_on": row.unit.set_up_on,
                    "item": Named(key, dict(item.labels)),
                    "facility": state.facility,
                    "posts": state.posts,
                    "opened_on": state.opened_on,
                    "accepted": row.accepted.get(key, False),
                    "month": row.progress.month if row.progress else None,
                    "accepted_on": row.acceptance.accepted_on if row.acceptance else None,
                    "document": row.acceptance.document if row.acceptance else None,
                }
            )


BASIC_UNITS = Exporter(
    key="divisions:basic_units",
    title=text("Basic management units"),
    columns=COLUMNS,
    rows=rows,
    permission=READ_BASIC_UNITS,
)
