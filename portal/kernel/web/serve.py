"""The web server as a child process: start it as the service user, wait until it answers, stop it, find its remains.
The worker that does the jobs is started, stopped and found the same way.

Every process of it carries the data folder in its environment, so that a later start recognises what a killed one left.
"""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from portal.errors import Misconfigured
from portal.kernel.geo import basemap
from portal.kernel.i18n.text import text
from portal.kernel.pg.account import Account
from portal.settings import CHECKOUT, Settings

FACTORY = "portal.app:from_environment"
MARK = "PORTAL_WEB_OF"
READY_PATIENCE_S = 60.0
STOP_PATIENCE_S = 15.0
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def command(settings: Settings) -> list[str]:
    """Granian's command line; it runs the factory in each worker."""
    argv = [
        sys.executable, "-m", "granian", FACTORY, "--factory",
        "--interface", "wsgi", "--no-ws", "--no-access-log", "--log-level", "error",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.workers), "--blocking-threads", str(settings.threads),
        "--backlog", "1024", "--backpressure", str(max(64, 512 // settings.workers)),
        "--respawn-failed-workers", "--workers-kill-timeout", "10",
    ]  # fmt: skip
    if settings.tls:
        argv += ["--ssl-certificate", str(settings.tls_cert), "--ssl-keyfile", str(settings.tls_key)]
        argv += ["--ssl-protocol-min", "tls1.2"]
    return argv


def start(settings: Settings, account: Account, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own: Ctrl-C reaches us, and we stop it. It ends when we are killed."""
    return _spawn(command(settings), settings, account, environment)


def start_worker(settings: Settings, account: Account, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the process that does the jobs, the same way; it ends when we are killed, too."""
    return _spawn([sys.executable, "-m", "portal.cli", "worker"], settings, account, environment)


def _spawn(
    argv: list[str], settings: Settings, account: Account, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    data_dir = str(settings.data_dir.absolute())
    return subprocess.Popen(
        account.command(argv, dies_with_us=True),
        cwd=CHECKOUT,
        env={**environment, "PORTAL_DATA_DIR": data_dir, MARK: data_dir, "HOME": data_dir},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def check_before_start(settings: Settings, account: Account) -> None:
    """`Misconfigured` with one sentence for what would keep the server from starting."""
    _check_readable(account)
    _check_tls(settings, account)
    basemap.check_before_start(settings, account)
    _check_port(settings, account)


def address(settings: Settings) -> str:
    """The address to open on this machine."""
    host = WILDCARDS.get(settings.host, settings.host)
    scheme = "https" if settings.tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"


def wait_until_ready(settings: Settings, alive: Callable[[], bool], patience_s: float = READY_PATIENCE_S) -> str | None:
    """None once /readyz answered 200, else what it said last (empty: nothing)."""
    deadline = time.monotonic() + patience_s
    said = ""
    while alive() and time.monotonic() < deadline:
        status, said = _ask(settings)
        if status == http.HTTPStatus.OK:
            return None
        time.sleep(0.1)
    return said


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server: politely, then for good."""
    for number, patience_s in ((signal.SIGTERM, STOP_PATIENCE_S), (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue


def clear_remains(data_dir: Path) -> None:
    """End server processes of this data folder whose parent was killed; call while no other start may be running."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        pids = list(remains(data_dir))
        for pid in pids:
            _signal(pid, number)
        deadline = time.monotonic() + 5
        while pids and any(remains(data_dir)) and time.monotonic() < deadline:
            time.sleep(0.05)


def remains(data_dir: Path) -> Iterator[int]:
    """Processes that carry this data folder's mark."""
    mark = f"{MARK}={data_dir.absolute()}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and mark in _environment_of(entry):
            yield int(entry.name)


def _environment_of(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _ask(settings: Settings) -> tuple[int, str]:
    host = WILDCARDS.get(settings.host, settings.host)
    connection: http.client.HTTPConnection
    if settings.tls:
        trusting = ssl._create_unverified_context()  # noqa: S323  The certificate names the office, not 127.0.0.1.
        connection = http.client.HTTPSConnection(host, settings.port, timeout=5, context=trusting)
    else:
        connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _check_readable(account: Account) -> None:
    needed = (CHECKOUT / "portal" / "app.py", Path(sys.executable), Path(sys.prefix) / "lib")
    for path in needed:
        closed = account.closed_folder(path)
        if closed is not None:
            raise Misconfigured(
                text(
                    "User %(user)s runs the web server and cannot read %(closed)s. Move the checkout %(checkout)s and "
                    "its Python to folders that everybody may read (for example /opt/anjie), or run: "
                    "chmod o+rX %(closed)s",
                    user=account.name,
                    closed=closed,
                    checkout=CHECKOUT,
                )
            )


def _check_tls(settings: Settings, account: Account) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise Misconfigured(text("PORTAL_TLS_CERT and PORTAL_TLS_KEY are needed both, or neither."))
    for path in filter(None, (settings.tls_cert, settings.tls_key)):
        if not path.is_file() or account.closed_folder(path) is not None:
            raise Misconfigured(text("User %(user)s cannot read the TLS file %(path)s.", user=account.name, path=path))
    if settings.tls_key is not None and "BEGIN PRIVATE KEY" not in settings.tls_key.read_text(errors="replace"):
        raise Misconfigured(
            text(
                "%(path)s is not a PKCS#8 key; convert it: openssl pkcs8 -topk8 -nocrypt -in %(path)s -out new.key",
                path=settings.tls_key,
            )
        )


def _check_port(settings: Settings, account: Account) -> None:
    if account.changes and settings.port < 1024:
        raise Misconfigured(
            text(
                "The web server runs as %(user)s and cannot take port %(port)s; set PORTAL_PORT to 1024 or more "
                "and put a reverse proxy in front.",
                user=account.name,
                port=settings.port,
            )
        )
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise Misconfigured(
                text("Port %(port)s is taken by another program; set PORTAL_PORT to a free one.", port=settings.port)
            ) from None
        raise Misconfigured(
            text(
                "Address %(host)s port %(port)s cannot be used: %(reason)s.",
                host=settings.host,
                port=settings.port,
                reason=problem.strerror,
            )
        ) from None
