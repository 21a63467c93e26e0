"""A backup holds everything, proves it, and comes back row by row."""

import io
import json
import os
import stat
import tarfile

import psycopg
import pytest
from psycopg import sql

from portal.errors import BadInput, Misconfigured, RuleBroken
from portal.kernel.db import migrate
from portal.kernel.pg import archive, databases, restore
from portal.kernel.pg.backup import back_up
from portal.kernel.pg.installation import is_set_up, mark_set_up


def nothing(done: int, total: int) -> None:
    """Takes the place of a progress bar."""


@pytest.fixture
def served(own_installation):
    """A running installation whose demonstration database is migrated and holds rows of every awkward kind."""
    here = own_installation
    here.start()
    migrate.upgrade(here.completed().urls.owner.get_secret_value())
    with here.cluster.connect("anjie_demo") as connection:
        connection.execute(
            "INSERT INTO kernel.audit_entries (actor_name, verb, subject, subject_id, after) "
            "SELECT '普陀区 ' || n, 'test', 'x', n, jsonb_build_object('n', n, 'text', E'a\\tb\\n\\\\c') "
            "FROM generate_series(1, 2000) n"
        )
        connection.execute(
            "CREATE TABLE public.shapes AS SELECT n, ST_Buffer(ST_SetSRID(ST_Point(121.4, 31.2), 4490), n) AS geom, "
            "NULL::text AS empty, decode('00ff', 'hex') AS bytes, daterange(NULL, current_date) AS valid, "
            "now() AS at FROM generate_series(1, 50) n"
        )
        connection.execute("ALTER TABLE public.shapes OWNER TO anjie_owner")
        connection.execute("GRANT SELECT ON public.shapes TO anjie_app")
    stored = here.folder.files / "ab" / "cdef"
    stored.parent.mkdir()
    stored.write_bytes(os.urandom(5000))
    return here


@pytest.fixture
def backup(served, open_folder):
    return back_up(served.completed(), open_folder / "one.tar", "0001", nothing)


def every_row(here, database: str) -> dict[str, list[tuple[str, ...]]]:
    """All rows of all our tables as text, in the order of their text."""
    rows = {}
    with here.cluster.connect(database) as connection:
        for table in databases.tables(here.cluster, database):
            name = sql.Identifier(*table.split(".", 1))
            rows[table] = connection.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(name)).fetchall()
    return rows


def every_right(here, database: str) -> list[tuple]:
    with here.cluster.connect(database) as connection:
        return connection.execute(
            "SELECT n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner), c.relacl::text "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2"
        ).fetchall()


def test_restored_scratch_database_is_the_same_row_by_row(served, backup):
    done = restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)
    assert done.database == "scratch"
    original, copy = every_row(served, "anjie_demo"), every_row(served, "scratch")
    assert original.keys() == copy.keys()
    assert len(original["kernel.audit_entries"]) == 2000
    for table, rows in original.items():
        assert copy[table] == rows, table
    assert every_right(served, "scratch") == every_right(served, "anjie_demo")


def test_a_restored_database_keeps_strangers_out(served, backup):
    restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)
    with served.cluster.connect() as connection:
        rights = connection.execute("SELECT datacl::text FROM pg_database WHERE datname = 'scratch'").fetchone()[0]
    assert "anjie_app=Tc/" in rights
    assert "anjie_public=c/" in rights
    assert "{=" not in rights
    assert ",=" not in rights


def test_the_file_is_private_and_says_what_it_holds(served, backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    manifest = archive.verify(backup, nothing)
    assert manifest.database == "anjie_demo"
    assert manifest.revision == "0001"
    assert manifest.postgresql_major == served.cluster.binaries.major
    assert set(manifest.members) == {"database.dump", "secrets.json", "files/ab/cdef"}
    assert not list(backup.parent.glob(".one.tar*"))


def test_without_a_name_it_goes_to_the_data_folder(served):
    written = back_up(served.completed(), None, None, nothing)
    assert written.parent == served.folder.backups
    assert written.stat().st_uid == served.folder.account.uid


def rewritten(backup, change) -> None:
    """The archive again, after `change(members)` had its way with the members' bytes by name."""
    with tarfile.open(backup) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}
    change(members)
    with tarfile.open(backup, "w") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))


def flip_a_byte(members):
    body = members["database.dump"]
    members["database.dump"] = body[:-1] + bytes([body[-1] ^ 1])


def lose_a_file(members):
    del members["files/ab/cdef"]


def smuggle_a_file(members):
    members["files/extra"] = b"x"


def climb_out(members):
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["files/../../evil"] = manifest["members"]["files/ab/cdef"]
    members["manifest.json"] = json.dumps(manifest).encode()


def claim_another_product(members):
    members["manifest.json"] = members["manifest.json"].replace(b"anjie-portal", b"other-portal")


def no_manifest(members):
    del members["manifest.json"]


@pytest.mark.parametrize(
    "change", [flip_a_byte, lose_a_file, smuggle_a_file, climb_out, claim_another_product, no_manifest]
)
def test_a_file_that_was_tampered_with_is_refused_before_anything_is_touched(served, backup, change):
    rewritten(backup, change)
    with pytest.raises(BadInput):
        restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)
    assert databases.names(served.cluster) == ["anjie_demo"]


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10240])
def test_what_is_no_backup_is_refused(served, open_folder, content):
    path = open_folder / "file"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        archive.verify(path, nothing)


def test_a_backup_cut_short_is_refused(backup):
    backup.write_bytes(backup.read_bytes()[:-20_000])
    with pytest.raises(BadInput):
        archive.verify(backup, nothing)


def test_a_dump_of_a_newer_server_is_refused(served, backup):
    def newer(members):
        manifest = json.loads(members["manifest.json"])
        manifest["postgresql"] = "99.1"
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(backup, newer)
    with pytest.raises(Misconfigured, match="postgresql-99-postgis-3"):
        restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)


@pytest.mark.parametrize("name", ["anjie", "anjie_demo", "postgres", "template1", "Bad", "a b", "1a", "a" * 60])
def test_a_scratch_database_needs_a_name_of_its_own(served, backup, name):
    with pytest.raises(BadInput):
        restore.restore_scratch(served, backup, name, force=True, report=nothing)


def test_a_scratch_name_in_use_is_refused_unless_forced(served, backup):
    restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)
    with pytest.raises(RuleBroken, match="--force"):
        restore.restore_scratch(served, backup, "scratch", force=False, report=nothing)
    restore.restore_scratch(served, backup, "scratch", force=True, report=nothing)


def test_in_place_is_refused_over_data_and_keeps_the_old_when_forced(served, backup):
    with pytest.raises(RuleBroken, match="--force"):
        restore.restore_in_place(served, backup, force=False, report=nothing)
    before = every_row(served, "anjie_demo")
    with served.cluster.connect("anjie_demo") as connection:
        connection.execute("DROP TABLE public.shapes")
    stored = served.folder.files / "ab" / "cdef"
    kept = stored.read_bytes()
    stored.unlink()
    done = restore.restore_in_place(served, backup, force=True, report=nothing)
    assert every_row(served, "anjie_demo") == before
    assert "public.shapes" not in databases.tables(served.cluster, done.kept_as)
    assert stored.read_bytes() == kept
    assert stored.stat().st_uid == served.folder.account.uid
    assert not is_set_up(served.folder)


def test_in_place_is_refused_while_somebody_is_connected(served, backup):
    address = served.completed().urls.app.get_secret_value().replace("+psycopg", "")
    with psycopg.connect(address), pytest.raises(RuleBroken, match="stop bin/serve"):
        restore.restore_in_place(served, backup, force=True, report=nothing)
    assert databases.names(served.cluster) == ["anjie_demo"]


def test_a_real_district_comes_back_on_a_machine_that_has_none(served, open_folder):
    databases.rename(served.cluster, {"anjie_demo": "anjie"})
    mark_set_up(served.folder)
    key = served.secrets.secret_key
    file = back_up(served.completed(), open_folder / "real.tar", None, nothing)
    before = every_row(served, "anjie")
    databases.drop(served.cluster, "anjie")
    served.folder.marker.unlink()
    done = restore.restore_in_place(served, file, force=False, report=nothing)
    assert (done.database, done.kept_as) == ("anjie", None)
    assert every_row(served, "anjie") == before
    assert is_set_up(served.folder)
    assert json.loads(served.folder.secrets.read_text())["secret_key"] == key
