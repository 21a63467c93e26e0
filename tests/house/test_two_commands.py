"""bin/serve on a fresh checkout: first start, second start, stops and kills; as root and as an ordinary user.

Each test stands for a story of its own data folder; the checkout with its .venv is made once.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from portal.kernel.pg import postmaster
from portal.kernel.web import serve
from portal.settings import CHECKOUT

pytestmark = pytest.mark.slow

SECOND_START_S = 10.0
ROOT = os.geteuid() == 0


class Server:
    """One bin/serve with a data folder and a port of its own, as root, ourselves or an ordinary user."""

    def __init__(self, checkout: Path, folder: Path, *, ordinary: bool = False) -> None:
        self.checkout, self.folder, self.ordinary = checkout, folder, ordinary
        self.data_dir, self.port = folder / "data", free_port()
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_URL"))}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip")),
            "LC_ALL": "C.UTF-8",
            "PORTAL_DATA_DIR": str(self.data_dir),
            "PORTAL_PORT": str(self.port),
        }

    def command(self, *argv: str) -> list[str]:
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] if self.ordinary and ROOT else []
        return [*prefix, *argv]

    def portal(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        argv = self.command(str(self.checkout / ".venv" / "bin" / "portal"), *arguments)
        return subprocess.run(
            argv, env={**self.environment, **more}, cwd="/", capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, **more: str) -> float:
        """Start and wait for `ready`; the seconds it took."""
        began = time.monotonic()
        self.launch(**more)
        while f"ready http://127.0.0.1:{self.port}" not in self.said().splitlines():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < 300, self.said()
            time.sleep(0.05)
        return time.monotonic() - began

    def launch(self, **more: str) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(str(self.checkout / "bin" / "serve")),
                env={**self.environment, **more},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        except OSError:
            return 0, b""

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def web(self) -> list[int]:
        return sorted(serve.remains(self.data_dir))

    def worker(self) -> int | None:
        """The process that does the jobs."""
        lines = ((pid, Path(f"/proc/{pid}/cmdline").read_bytes()) for pid in self.web())
        return next((pid for pid, line in lines if b"portal.cli\0worker" in line), None)

    def postmaster(self) -> int | None:
        folders = list(self.data_dir.glob("postgres-*"))
        return postmaster.running_pid(folders[0]) if folders else None

    def everything(self) -> list[int]:
        database = self.postmaster()
        children = Path(f"/proc/{database}/task/{database}/children").read_text().split() if database else []
        return [self.process.pid, *self.web(), *([database] if database else []), *map(int, children)]

    def clean_up(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGTERM)
        self.portal("db", "stop")
        assert not self.web()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, patience_s: float = 30) -> bool:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture(scope="module")
def checkout(pytestconfig, tmp_path_factory):
    """A copy of the working tree as a clone would have it, where everybody can read it."""
    folder = pytestconfig.anjie_run / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, target)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(checkout, open_folder):
    made = Server(checkout, open_folder)
    yield made
    made.clean_up()


@pytest.fixture
def nothing_may_be_fetched(open_folder):
    """Environment in which apt, sudo and pip's index leave a trace and fail."""
    shims = open_folder / "shims"
    shims.mkdir()
    for name in ("apt-get", "sudo", "npm", "curl", "wget"):
        (shims / name).write_text(f"#!/bin/sh\necho {name} >>{shims}/called\nexit 1\n")
        (shims / name).chmod(0o755)
    yield {"PATH": f"{shims}:{os.environ['PATH']}", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1"}
    assert not (shims / "called").exists(), (shims / "called").read_text()


def test_first_start_then_second(server, nothing_may_be_fetched, record_property):
    record_property("first_start_s", round(server.start(), 1))
    assert "Its sign-ins are shown this once" in server.said()
    assert len(re.findall(r"^  [a-z_.]+ +\S{12,}  \S+$", server.said(), re.MULTILINE)) >= 12, "one account a role"
    status, body = server.get("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert server.get("/")[0] == 200
    if ROOT:
        assert {owner_of(pid) for pid in [*server.web(), server.postmaster()]} == {owner_of_the_folder(server)} != {0}
    assert server.stop(signal.SIGINT) == 0
    assert server.web() == []
    assert server.postmaster() is None

    second = server.start(**nothing_may_be_fetched)
    record_property("second_start_s", round(second, 1))
    assert second < SECOND_START_S
    assert "sign-ins" not in server.said()
    assert server.stop(signal.SIGTERM) == 0
    assert server.web() == []
    assert server.postmaster() is None


def owner_of_the_folder(server: Server) -> int:
    return server.data_dir.stat().st_uid


def test_killed_with_9_the_next_start_works(server):
    server.start()

    os.kill(server.web()[0], signal.SIGKILL)
    assert server.process.wait(60) == 1
    assert "ended unexpectedly" in server.said()
    assert (server.web(), server.postmaster()) == ([], None)
    server.start()

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert wait_for(lambda: not server.web()), "the web server outlived the command that started it"
    server.start()

    for pid in server.everything():
        os.kill(pid, signal.SIGKILL)
    server.process.wait()
    server.start()

    for pid in (server.process.pid, server.web()[0]):  # Workers stay behind and hold the port.
        os.kill(pid, signal.SIGKILL)
    server.process.wait()
    server.start()
    assert server.stop() == 0
    assert (server.web(), server.postmaster()) == ([], None)


def test_a_killed_database_is_started_again(server):
    server.start()
    killed = server.postmaster()
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: server.postmaster() not in (None, killed))
    assert wait_for(lambda: server.get("/readyz")[0] == 200)
    assert server.stop() == 0
    assert server.postmaster() is None


def test_a_killed_worker_is_started_again_and_stops_with_the_rest(server):
    server.start()
    assert wait_for(lambda: json.loads(server.get("/readyz")[1])["worker"] == "ok")
    killed = server.worker()
    assert owner_of(killed) == owner_of_the_folder(server)
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: server.worker() not in (None, killed))
    assert server.get("/readyz")[0] == 200
    assert server.stop() == 0
    assert server.web() == []


def test_killed_again_and_again_during_the_first_start(server):
    """Each try gets a little further: into initdb, the first start, migrations, the demonstration, the web server."""
    for after_s in (1.0, 1.5, 2.0, 2.5, 2.5, 3.0, 3.5, 4.0):
        server.launch()
        time.sleep(after_s)
        for pid in server.everything():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        server.process.wait()
    server.start()
    assert server.get("/readyz")[0] == 200


def test_a_database_that_was_running_before_stays(server):
    assert server.portal("db", "start").returncode == 0
    running = server.postmaster()
    server.start()
    assert server.stop() == 0
    assert server.postmaster() == running


def test_a_taken_port_is_one_sentence(server):
    with socket.create_server(("127.0.0.1", server.port)):
        server.launch()
        assert server.process.wait(60) == 1
    assert f"Port {server.port} is taken" in server.said()
    assert "Traceback" not in server.said()


def test_a_second_start_on_the_same_folder_is_one_sentence(server, checkout, open_folder):
    server.start()
    answer = server.portal("up", PORTAL_PORT=str(free_port()))
    assert answer.returncode == 1
    assert "running already" in answer.stderr
    assert server.get("/readyz")[0] == 200


def test_beyond_loopback_without_tls_warns(server):
    server.start(PORTAL_HOST="0.0.0.0")
    assert "without HTTPS" in server.said()


def test_https_by_settings(server, open_folder):
    cert, key = open_folder / "cert.pem", open_folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x", "-keyout", key,
         "-out", cert], check=True, capture_output=True,
    )  # fmt: skip
    key.chmod(0o644)
    server.launch(PORTAL_TLS_CERT=str(cert), PORTAL_TLS_KEY=str(key))
    assert wait_for(lambda: f"ready https://127.0.0.1:{server.port}" in server.said(), 120), server.said()


def test_after_setup_the_real_district_is_served(server):
    server.start()
    server.stop()
    made = server.portal("setup", "--name", "普陀区", "--code", "310107", "--login", "admin")
    assert made.returncode == 0, made.stderr
    server.start()
    assert "sign-ins" not in server.said()
    assert "普陀区" in server.get("/divisions")[1].decode()
    assert "serves anjie " in server.portal("db", "status").stdout


def test_an_external_database_is_served_without_one_of_ours(server, own_database):
    urls = own_database.urls
    server.start(
        DATABASE_URL=urls.app.get_secret_value(),
        PORTAL_PUBLIC_DATABASE_URL=urls.public.get_secret_value(),
        **({} if not ROOT else {"PORTAL_DATA_DIR": str(server.data_dir)}),
    )
    assert not list(server.data_dir.glob("postgres-*"))
    assert server.stop() == 0


@pytest.mark.skipif(not ROOT, reason="the other tests ran as an ordinary user")
def test_as_an_ordinary_user(checkout, open_folder):
    os.chown(open_folder, 65534, 65534)
    assert (checkout / ".venv" / ".anjie-serve").exists(), "made by the tests before this one"
    server = Server(checkout, open_folder, ordinary=True)
    try:
        server.start()
        assert {owner_of(pid) for pid in [*server.web(), server.postmaster()]} == {65534}
        assert server.stop() == 0
        server.start()
        for pid in server.everything():
            os.kill(pid, signal.SIGKILL)
        server.process.wait()
        server.start()
    finally:
        server.clean_up()
