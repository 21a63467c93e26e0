"""What a reader that has been taken over could still do, tried out in a process that has been sealed."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from portal.kernel.formats.opening import open_file
from portal.kernel.formats.vector.environment import GDAL_ENVIRONMENT

PROBE = """
import json, os, socket, sys
from pathlib import Path
from portal.kernel.formats.child.sandbox import seal
from portal.kernel.formats.limits import Limits
port, secret = int(sys.argv[1]), sys.argv[2]
granted = seal(Limits(seconds=20), Path.cwd(), os.getppid())
said = {"granted": sorted(granted)}
def attempt(name, action):
    try:
        said[name] = str(action())
    except BaseException as error:
        said[name] = type(error).__name__
attempt("connect", lambda: socket.create_connection(("127.0.0.1", port), 2))
attempt("read", lambda: open(secret).read())
attempt("list", lambda: os.listdir("/root"))
attempt("write", lambda: open(secret, "w"))
attempt("own", lambda: open("mine", "w").write("x"))
attempt("memory", lambda: bytearray(4 * 1024**3))
attempt("core", lambda: __import__("resource").getrlimit(__import__("resource").RLIMIT_CORE))
attempt("numpy", lambda: __import__("numpy").arange(3).sum())
attempt("gdal", lambda: __import__("pyogrio").__version__)
print(json.dumps(said))
"""


@pytest.fixture
def server():
    """A port that somebody listens on, and who called."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    calls.append(listening.accept()[1])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield listening.getsockname()[1], calls
        done.set()
        thread.join()


def _run(code, folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1", **GDAL_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_sealed_process_reaches_nothing(tmp_path, server):
    port, calls = server
    secret, folder = tmp_path / "secret", tmp_path / "folder"
    secret.write_text("told")
    folder.mkdir()
    said = _run(PROBE, folder, str(port), str(secret))
    assert (said["own"], said["memory"], said["core"]) == ("1", "MemoryError", "(0, 0)")
    assert (said["numpy"], said["gdal"][:2]) == ("3", "0.")
    if "network" in said["granted"]:
        assert said["connect"] in ("OSError", "PermissionError", "ConnectionRefusedError")
        assert calls == []
    if "files" in said["granted"]:
        assert [said[what] for what in ("read", "list", "write")] == ["PermissionError"] * 3
    assert secret.read_text() == "told"


def test_this_machine_grants_both(tmp_path, server):
    """Where it does not, the office has to know: the sandbox is then thinner than it is said to be."""
    (tmp_path / "folder").mkdir()
    granted = _run(PROBE, tmp_path / "folder", str(server[0]), "/etc/passwd")["granted"]
    if granted != ["files", "network"]:
        pytest.skip(f"this kernel grants only {granted}")


def test_a_process_whose_parent_is_gone_ends_itself(tmp_path):
    code = (
        "import os; from pathlib import Path; from portal.kernel.formats.child.sandbox import seal;"
        "from portal.kernel.formats.limits import Limits; seal(Limits(), Path.cwd(), os.getppid() + 1); print('alive')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


GDAL_PROBE = """
import json, sys
import pyogrio, pyogrio.raw
from portal.kernel.formats.vector.confined import confine, registered
before = len(registered())
confine()
said = {"before": before, "drivers": sorted(registered()), "vector": sorted(pyogrio.list_drivers())}
for name, path in json.loads(sys.argv[1]).items():
    try:
        said[name] = len(pyogrio.raw.read(path)[2])
    except Exception as error:
        said[name] = type(error).__name__
print(json.dumps(said))
"""


def test_gdal_knows_only_what_it_needs_and_opens_nothing_else(tmp_path, server):
    port, calls = server
    (tmp_path / "a.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}'
    )
    inner = f"<SrcDataSource>{tmp_path}/a.geojson</SrcDataSource><SrcLayer>a</SrcLayer>"
    (tmp_path / "a.vrt").write_text(f'<OGRVRTDataSource><OGRVRTLayer name="a">{inner}</OGRVRTLayer></OGRVRTDataSource>')
    (tmp_path / "a.csv").write_text("a\n1\n")
    url = f"http://127.0.0.1:{port}/a.geojson"
    attempts = {
        "vrt": str(tmp_path / "a.vrt"),
        "csv": str(tmp_path / "a.csv"),
        "geojson": str(tmp_path / "a.geojson"),
        "curl": f"/vsicurl/{url}",
        "curl_gpkg": f"/vsicurl/http://127.0.0.1:{port}/a.gpkg",
        "streaming": f"/vsicurl_streaming/{url}",
        "address": url,
        "wfs": f"WFS:http://127.0.0.1:{port}/",
        "inline": '{"type":"FeatureCollection","features":[]}',
    }
    said = _run(GDAL_PROBE, tmp_path, json.dumps(attempts))
    assert said["before"] > 50
    assert set(said["drivers"]) == {"ESRI Shapefile", "GPKG", "MEM"}
    assert set(said["vector"]) <= {"ESRI Shapefile", "GPKG", "MEM"}
    assert {said[name] for name in attempts} == {"DataSourceError"}
    assert calls == []


def test_the_environment_of_the_caller_stays_outside(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    (tmp_path / "a.csv").write_text("a\n" + "a long value that fills the pipe\n" * 50_000)
    with open_file(tmp_path / "a.csv", name="a.csv") as reading:
        children = [folder for folder in Path("/proc").glob("[0-9]*") if _parent(folder) == os.getpid()]
        children = [folder for folder in children if b"formats.child" in (folder / "cmdline").read_bytes()]
        told = [(folder / "environ").read_bytes() for folder in children]
        next(reading.rows)
    assert len(told) == 1
    assert b"GDAL_DRIVER_PATH=disable" in told[0]
    assert b"secret" not in told[0]


def _parent(folder):
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
