"""Disasters: events, reports, their drafts, versions, values and steps.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from portal.kernel.db.grants import APP, create_room, grant_append_only, grant_editable

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_room("disasters")
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("type_key", sa.Text(), nullable=False),
        sa.Column("subtype_key", sa.Text(), nullable=True),
        sa.Column("typhoon_number", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("place_method", sa.Text(), nullable=False),
        sa.Column("place_accuracy_m", sa.Double(), nullable=True),
        sa.Column("place_original", sa.Text(), nullable=True),
        sa.Column("place_words", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_events_closed_at")),
        sa.CheckConstraint("mode IN ('actual', 'exercise')", name=op.f("ck_events_mode")),
        sa.CheckConstraint("place IS NOT NULL OR place_method = 'unit'", name=op.f("ck_events_place_known")),
        sa.CheckConstraint("place_method IN ('map', 'device', 'unit')", name=op.f("ck_events_place_method")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_events_state")),
        sa.CheckConstraint("typhoon_number ~ '^\\d{4}$'", name=op.f("ck_events_typhoon_number")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_events_name_length")),
        sa.CheckConstraint("length(place_original) <= 200", name=op.f("ck_events_place_original_length")),
        sa.CheckConstraint("length(place_words) <= 120", name=op.f("ck_events_place_words_length")),
        sa.CheckConstraint("place_accuracy_m >= 0", name=op.f("ck_events_place_accuracy")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_events_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("id", "mode", name="uq_events_id_mode"),
        sa.UniqueConstraint("public_id", name=op.f("uq_events_public_id")),
        schema="disasters",
    )
    op.create_index("ix_events_unit_id", "events", ["unit_id"], unique=False, schema="disasters")
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("kind = 'initial'", name=op.f("ck_reports_kind")),
        sa.CheckConstraint("state IN ('submitted', 'returned', 'approved')", name=op.f("ck_reports_state")),
        sa.CheckConstraint("number > 0", name=op.f("ck_reports_number")),
        sa.ForeignKeyConstraint(
            ["event_id", "mode"], ["disasters.events.id", "disasters.events.mode"], name="fk_reports_event_id_mode"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_reports_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reports_public_id")),
        schema="disasters",
    )
    op.create_index("ix_reports_unit_id", "reports", ["unit_id"], unique=False, schema="disasters")
    op.create_index(
        "uq_reports_one_initial",
        "reports",
        ["event_id", "unit_id"],
        unique=True,
        schema="disasters",
        postgresql_where=sa.text("kind = 'initial'"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("typed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.Column("saved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'filed', 'discarded')", name=op.f("ck_drafts_state")),
        sa.CheckConstraint("octet_length(typed::text) <= 65536", name=op.f("ck_drafts_typed_length")),
        sa.ForeignKeyConstraint(["report_id"], ["disasters.reports.id"], name=op.f("fk_drafts_report_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["people.accounts.id"], name=op.f("fk_drafts_saved_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["divisions.units.id"], name=op.f("fk_drafts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_drafts_public_id")),
        sa.UniqueConstraint("report_id", name=op.f("uq_drafts_report_id")),
        schema="disasters",
    )
    op.create_index("ix_drafts_unit_id", "drafts", ["unit_id"], unique=False, schema="disasters")
    op.create_table(
        "report_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("filler", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("catalogue_version", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("place_method", sa.Text(), nullable=False),
        sa.Column("place_accuracy_m", sa.Double(), nullable=True),
        sa.Column("place_original", sa.Text(), nullable=True),
        sa.Column("place_words", sa.Text(), nullable=True),
        sa.CheckConstraint("place IS NOT NULL OR place_method = 'unit'", name=op.f("ck_report_versions_place_known")),
        sa.CheckConstraint("place_method IN ('map', 'device', 'unit')", name=op.f("ck_report_versions_place_method")),
        sa.CheckConstraint("length(filler) <= 40", name=op.f("ck_report_versions_filler_length")),
        sa.CheckConstraint("length(narrative) <= 2000", name=op.f("ck_report_versions_narrative_length")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_report_versions_note_length")),
        sa.CheckConstraint("length(phone) <= 30", name=op.f("ck_report_versions_phone_length")),
        sa.CheckConstraint("length(place_original) <= 200", name=op.f("ck_report_versions_place_original_length")),
        sa.CheckConstraint("length(place_words) <= 120", name=op.f("ck_report_versions_place_words_length")),
        sa.CheckConstraint("number > 0", name=op.f("ck_report_versions_number")),
        sa.CheckConstraint(
            "occurred_at <= reported_at AND occurred_at <= as_at", name=op.f("ck_report_versions_clock_order")
        ),
        sa.CheckConstraint("place_accuracy_m >= 0", name=op.f("ck_report_versions_place_accuracy")),
        sa.ForeignKeyConstraint(["report_id"], ["disasters.reports.id"], name=op.f("fk_report_versions_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_versions")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_versions_report_id_number")),
        schema="disasters",
    )
    op.create_table(
        "report_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(act = 'returned') = (reason IS NOT NULL)", name=op.f("ck_report_steps_reason")),
        sa.CheckConstraint("act IN ('submitted', 'returned', 'approved')", name=op.f("ck_report_steps_act")),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_report_steps_reason_length")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.accounts.id"], name=op.f("fk_report_steps_actor_id")),
        sa.ForeignKeyConstraint(["report_id"], ["disasters.reports.id"], name=op.f("fk_report_steps_report_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["disasters.report_versions.id"], name=op.f("fk_report_steps_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_steps")),
        schema="disasters",
    )
    op.create_index("ix_report_steps_report_id", "report_steps", ["report_id", "id"], unique=False, schema="disasters")
    op.create_table(
        "report_values",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("cumulative", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("realtime", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.CheckConstraint("cumulative >= 0 AND realtime >= 0", name=op.f("ck_report_values_not_negative")),
        sa.CheckConstraint("cumulative IS NOT NULL OR realtime IS NOT NULL", name=op.f("ck_report_values_known")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["disasters.report_versions.id"], name=op.f("fk_report_values_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "indicator", name=op.f("pk_report_values")),
        schema="disasters",
    )
    for table in ("events", "drafts"):
        grant_editable(f"disasters.{table}")
    for table in ("report_versions", "report_values", "report_steps"):
        grant_append_only(f"disasters.{table}")
    # A report is an identity: only its derived state moves.
    op.execute(f"GRANT SELECT, INSERT, UPDATE (state) ON disasters.reports TO {APP}")


def downgrade() -> None:
    op.execute("DROP SCHEMA disasters CASCADE")
