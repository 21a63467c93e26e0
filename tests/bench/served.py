"""The real web server on loopback, and clients that keep their connections: wrk(1), or a small one in Python."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from portal.kernel.pg.installation import Installation, folder_of
from portal.kernel.web import serve
from portal.settings import Settings

CONNECTIONS = 8
WRK_SCRIPT = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
"""


@contextmanager
def granian(here: Installation) -> Iterator[Settings]:
    """Our web server as `bin/serve` starts it (one worker, eight threads) on a free port."""
    settings = here.completed().model_copy(update={"port": _free_port()})
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    process = serve.start(settings, folder_of(settings).account, environment)
    try:
        said = serve.wait_until_ready(settings, lambda: process.poll() is None)
        if said is not None:
            raise RuntimeError(f"the web server did not become ready: {said}")
        yield settings
    finally:
        serve.stop(process)


def client_name() -> str:
    """What asks: `wrk` where it is installed."""
    return f"wrk -t1 -c{CONNECTIONS}" if shutil.which("wrk") else f"a Python client, {CONNECTIONS} connections"


def warm(settings: Settings, paths: Sequence[str]) -> int:
    """Asks for every address once; bytes of all the answers."""
    with socket.create_connection((settings.host, settings.port)) as connection:
        return sum(_ask(connection, path) for path in paths)


def requests_per_second(settings: Settings, paths: Sequence[str], seconds: float) -> float:
    """Answers a second over kept connections, addresses in turn; raises unless all are 200."""
    ask = _by_wrk if shutil.which("wrk") else _by_python
    return ask(settings, paths, seconds)


def _by_wrk(settings: Settings, paths: Sequence[str], seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "ask.lua")
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(WRK_SCRIPT % listed)
        lasting = f"-d{max(1, round(seconds))}s"
        asked = ["wrk", "-t1", f"-c{CONNECTIONS}", lasting, "-s", str(script), serve.address(settings)]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said).group(1))


def _by_python(settings: Settings, paths: Sequence[str], seconds: float) -> float:
    counts = [0] * CONNECTIONS
    ending = time.perf_counter() + seconds
    asking = [
        threading.Thread(target=_keep_asking, args=(settings, list(paths), ending, counts, place))
        for place in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _keep_asking(settings: Settings, paths: list[str], ending: float, counts: list[int], place: int) -> None:
    start = place * len(paths) // CONNECTIONS
    with socket.create_connection((settings.host, settings.port)) as connection:
        for path in islice(cycle(paths), start, None):
            if time.perf_counter() > ending:
                return
            _ask(connection, path)
            counts[place] += 1


def _ask(connection: socket.socket, path: str) -> int:
    """Asks and reads the answer to its end; bytes of its body."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connection, path)
    head, body = got.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path} answered {head[:40].decode(errors='replace')}")
    length = int(re.search(rb"(?i)content-length: *([0-9]+)", head).group(1))
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(connection, path))
    return length


def _more(connection: socket.socket, path: str) -> bytes:
    part = connection.recv(1 << 18)
    if not part:
        raise RuntimeError(f"the server hung up on {path}")
    return part


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
