"""The rights of the three database roles, as statements that migrations run.

`anjie_owner` owns and migrates. `anjie_app` may do what its rooms do, and on append-only tables it has neither UPDATE
nor DELETE; a trigger refuses both to everybody, so that a wrong grant is not enough. `anjie_public` reads `published`.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

APP = "anjie_app"
PUBLIC = "anjie_public"


def create_room(schema: str) -> None:
    """The schema of a room, open to the app role."""
    op.execute(f"CREATE SCHEMA {schema}")
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {APP}")


def grant_editable(table: str) -> None:
    """Rows that people edit; nothing is ever deleted, it is withdrawn or closed."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP}")


def grant_derived(table: str) -> None:
    """Rows that can be recomputed, and so may be deleted."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")


def grant_append_only(table: str, once: Sequence[str] = ()) -> None:
    """Rows that are only ever added; the columns of `once` may be filled a single time, from NULL."""
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    if once:
        op.execute(f"GRANT UPDATE ({', '.join(once)}) ON {table} TO {APP}")
    name = table.replace(".", "_")
    arguments = ", ".join(f"'{column}'" for column in once)
    op.execute(
        # AFTER: before the row is written its generated columns are still empty, and would look like a change.
        f"CREATE TRIGGER append_only_{name} AFTER UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change({arguments})"
    )
    op.execute(
        f"CREATE TRIGGER no_truncate_{name} BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change()"
    )


CREATE_REFUSE_CHANGE = """
CREATE FUNCTION kernel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) END;
    given text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH given IN ARRAY COALESCE(TG_ARGV::text[], '{}') LOOP
            IF to_jsonb(OLD) -> given IS NOT DISTINCT FROM 'null'::jsonb THEN
                kept := jsonb_set(kept, ARRAY[given], 'null'::jsonb);
            END IF;
        END LOOP;
        IF kept = to_jsonb(OLD) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% on %.%: rows are only ever added', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""
