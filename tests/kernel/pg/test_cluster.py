"""The private server: made once, started and stopped at any moment, never reachable from outside."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from portal.kernel.pg import databases, postmaster
from portal.kernel.pg.installation import installation
from portal.settings import CHECKOUT, Settings
from tests.conftest import FAST


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def answers(here) -> bool:
    with here.cluster.connect() as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_start_stop_and_start_again(own_installation):
    cluster = own_installation.cluster
    assert cluster.status() == "stopped"
    assert cluster.start() is True
    assert cluster.start() is False
    assert cluster.status() == "running"
    assert answers(own_installation)
    assert cluster.stop() is True
    assert cluster.stop() is False
    assert cluster.status() == "stopped"
    assert cluster.start() is True


def test_only_a_private_socket_and_only_with_a_password(own_installation):
    here = own_installation
    here.start()
    folder = here.folder
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.socket_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((here.cluster.data_dir).stat().st_mode) == 0o700
    with here.cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT datcollate FROM pg_database WHERE datname = 'anjie_demo'").fetchone() == (
            "C.UTF-8",
        )
        methods = connection.execute("SELECT DISTINCT type, auth_method FROM pg_hba_file_rules").fetchall()
    assert set(methods) == {("local", "scram-sha-256"), ("host", "reject")}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(folder.socket_dir), user="anjie_super", password="wrong", dbname="postgres")


def test_runs_as_the_service_user_when_root_starts_it(own_installation):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    own_installation.cluster.start()
    pid = own_installation.cluster.pid()
    assert Path(f"/proc/{pid}").stat().st_uid == own_installation.folder.account.uid != 0


def test_after_kill_9_of_the_server_the_next_start_works(own_installation):
    here = own_installation
    here.start()
    with here.cluster.connect("anjie_demo") as connection:
        connection.execute("CREATE TABLE public.kept AS SELECT 1 AS n")
        kill(here.cluster.pid())
    assert here.cluster.start() is True
    assert databases.tables(here.cluster, "anjie_demo") == ["public.kept"]


def test_an_orphan_still_at_work_is_ended_before_a_new_server_starts(own_installation):
    here = own_installation
    here.start()
    with here.cluster.connect() as connection:
        orphan = connection.info.backend_pid
        kill(here.cluster.pid())
        os.kill(orphan, signal.SIGSTOP)  # It can neither notice nor end by itself.
        assert here.cluster.start() is True
    assert not Path(f"/proc/{orphan}/cwd").exists()
    assert answers(here)


@pytest.mark.parametrize("owner", ["nobody at all", "another program"])
def test_a_pid_file_that_lies_is_seen_through(own_installation, owner):
    here = own_installation
    here.start()
    pid_file = here.cluster.data_dir / "postmaster.pid"
    kept = pid_file.read_text()
    here.cluster.stop()
    argv = here.folder.account.command(["sleep", "60"])
    with subprocess.Popen(argv) as other:
        number = other.pid if owner == "another program" else 2**22 - 3
        here.folder.write(pid_file, "\n".join([str(number), *kept.split("\n")[1:]]))
        here.folder.write(here.folder.socket_dir / ".s.PGSQL.5432.lock", f"{number}\n")
        assert here.cluster.status() == "stopped"
        assert here.cluster.start() is True
        other.kill()
    assert answers(here)


def test_remains_of_a_half_made_cluster_do_not_count(own_settings):
    here = installation(own_settings, conf=FAST)
    here.cluster.data_dir.rename(here.folder.root / ".postgres-15.making-abc")
    (here.folder.root / ".postgres-15.making-abc" / "PG_VERSION").unlink()
    again = installation(own_settings, conf=FAST)
    assert again.cluster.start() is True
    assert not list(here.folder.root.glob(".postgres-*.making-*"))
    again.cluster.stop()


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.3, 0.7, 1.2, 1.8, 2.5, 3.5])
def test_killed_at_any_moment_of_the_first_start(own_settings, after_s):
    code = (
        "import sys; from portal.settings import Settings; from portal.kernel.pg.installation import installation;"
        "installation(Settings(data_dir=sys.argv[1], database_url=None)).start()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(own_settings.data_dir)], cwd=CHECKOUT) as process:
        time.sleep(after_s)
        process.kill()
    here = installation(own_settings, conf=FAST)
    here.start()
    assert databases.names(here.cluster) == ["anjie_demo"]
    here.cluster.stop()


def test_a_long_path_gets_its_socket_elsewhere(open_folder):
    settings = Settings(data_dir=open_folder / ("a-rather-long-name-" * 5) / "data", database_url=None)
    here = installation(settings, conf=FAST)
    socket_dir = here.folder.socket_dir
    try:
        assert socket_dir.parent == Path("/tmp")
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        here.start()
        assert answers(here)
    finally:
        here.cluster.stop()
        for left in socket_dir.iterdir():
            left.unlink()
        socket_dir.rmdir()


def test_only_our_server_in_this_folder_is_ours(open_folder):
    (open_folder / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert postmaster.recorded_pid(open_folder) == os.getpid()
    assert postmaster.running_pid(open_folder) is None


def test_clone_and_drop(own_installation):
    here = own_installation
    here.start()
    with here.cluster.connect("anjie_demo") as connection:
        connection.execute("CREATE TABLE public.t AS SELECT 1 AS n")
    databases.create(here.cluster, "twin", template="anjie_demo")
    assert databases.tables(here.cluster, "twin") == ["public.t"]
    assert databases.names(here.cluster) == ["anjie_demo", "twin"]
    databases.drop(here.cluster, "twin")
    databases.drop(here.cluster, "twin")
    assert databases.names(here.cluster) == ["anjie_demo"]


def test_the_server_stops_with_its_last_user(own_installation):
    here = own_installation
    with here.in_use():
        with here.in_use():
            assert here.cluster.status() == "running"
        assert here.cluster.status() == "running"
    assert here.cluster.status() == "stopped"


def test_a_server_that_somebody_else_started_stays(own_installation):
    here = own_installation
    here.cluster.start()
    with here.in_use():
        pass
    assert here.cluster.status() == "running"
