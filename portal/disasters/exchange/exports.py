"""The duty list as a file: every report of the filter with all figures that its form asks for, and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.disasters import queries
from portal.disasters.catalogue import Catalogue, Measure, in_force
from portal.disasters.forms import DutyFilterForm
from portal.disasters.forms.filters import MODES, STATES
from portal.disasters.permissions import REPORT_READ
from portal.disasters.queries import DutyRow
from portal.disasters.queries.exported import all_duty_rows, places_of
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.lifecycle import Mode, State
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing.positions import LAT, LON, position
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import Text, text

COLUMNS = (
    Column("unit", text("Division"), width=20),
    Column("event", text("Event"), width=28),
    Column("type", text("Type"), Kind.CHOICE, width=18),
    Column("mode", text("Real or exercise"), Kind.CHOICE, width=12),
    Column("state", text("State"), Kind.CHOICE, width=12),
    Column("version", text("Version"), Kind.INTEGER, width=8),
    Column("occurred_at", text("Occurred at"), width=20),
    Column("reported_at", text("Reported at"), width=20),
    Column("entered_at", text("Entered at"), width=20),
    Column("last_at", text("Last step at"), width=20),
    Column("last_by", text("Last step by"), width=14),
    LON,
    LAT,
    Column("id", text("Identifier"), Kind.CODE, width=38),
)


def figure_columns(_asked: Asked) -> tuple[Column, ...]:
    """A column for each value of the first report's form of today, in its order, as the page has it."""
    indicators = in_force(today()).indicators
    return tuple(
        Column(_key(indicator.key, measure), indicators.name(indicator.key, measure), Kind.NUMBER, 12)
        for indicator in indicators.first_report()
        for measure in indicator.measures
    )


def rows(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The reports of the page's filter within the actor's divisions, the latest first."""
    catalogue = in_force(today())
    for found in all_duty_rows(session, somebody(actor), REPORT_READ, _form(asked).wanted()):
        versions = [row.version_id for row in found]
        figures, places = queries.figures_of(session, versions), places_of(session, versions)
        for row in found:
            shape, known = places.get(row.version_id), figures.get(row.version_id, {})
            yield ExportRow(_values(row, catalogue) | _figures(known) | position(shape), shape)


def _values(row: DutyRow, catalogue: Catalogue) -> dict[str, object]:
    key = f"{row.type_key}/{row.subtype_key}" if row.subtype_key else row.type_key
    return {
        "unit": row.unit_name,
        "event": row.event_name,
        "type": Named(key, catalogue.types.name(row.type_key, row.subtype_key)),
        "mode": Named(row.mode, str(MODES[Mode(row.mode)])),
        "state": Named(row.state, str(STATES[State(row.state)])),
        "version": row.number,
        "occurred_at": row.occurred_at,
        "reported_at": row.reported_at,
        "entered_at": row.entered_at,
        "last_at": row.last.at,
        "last_by": row.last.actor_name,
        "id": str(row.public_id),
    }


def _figures(known: Mapping[str, Figure]) -> dict[str, object]:
    return {_key(key, measure): figure.of(measure) for key, figure in known.items() for measure in Measure}


def _key(indicator: str, measure: Measure) -> str:
    return f"{indicator}_now" if measure == Measure.REALTIME else indicator


def narrowed(_session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The filter in words."""
    form = _form(asked)
    wanted = form.wanted()
    unit = form.unit.unit if wanted.unit_id else None
    event = next((event.name for event in form.events if event.id == wanted.event_id), "")
    return [
        (text("State"), str(STATES[State(wanted.state)]) if wanted.state else ""),
        (text("Division"), unit.name if unit else ""),
        (text("Event"), event),
        (text("Real or exercise"), str(MODES[Mode(wanted.mode)]) if wanted.mode else ""),
        (text("From day"), wanted.since),
        (text("To day"), wanted.until),
    ]


def _form(asked: Asked) -> DutyFilterForm:
    return DutyFilterForm(MultiDict(asked.args))


REPORTS = Exporter(
    key="disasters:reports",
    title=text("Disaster reports"),
    columns=COLUMNS,
    further=figure_columns,
    rows=rows,
    permission=REPORT_READ,
    has_shape=True,
    narrowed=narrowed,
)

EXPORTERS = (REPORTS,)
