"""A PostgreSQL server of our own: socket only, passwords for everybody, started and stopped at any moment.

Making it is atomic (built beside, then renamed). Starting it is idempotent, and works after `kill -9` of the server, of
us, or of both. The folder's lock keeps two starts apart.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import psycopg

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.kernel.pg import postmaster
from portal.kernel.pg.binaries import Binaries
from portal.kernel.pg.folder import Folder, sync_folder

SUPERUSER = "anjie_super"
PORT = 5432
START_PATIENCE_S = 90.0

SMALL_OFFICE: Mapping[str, str] = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "'128MB'",
    "effective_cache_size": "'1GB'",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'1GB'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.5",
    "jit": "off",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'Asia/Shanghai'",
    "log_timezone": "'Asia/Shanghai'",
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "'1d'",
    "log_rotation_size": "0",
    "log_file_mode": "0600",
    "log_min_duration_statement": "'2s'",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""For a machine of 2 cores and 4 GB that does other work too. One log file a weekday, and no bound values in it."""

Status = Literal["running", "stopped", "absent"]


class Cluster:
    """One data directory with the programs that run it."""

    def __init__(
        self,
        folder: Folder,
        binaries: Binaries,
        password: str,
        *,
        conf: Mapping[str, str] | None = None,
        data_dir: Path | None = None,
    ) -> None:
        self.folder = folder
        self.binaries = binaries
        self.data_dir = data_dir or folder.cluster_dir(binaries.major)
        self._password = password
        self._conf = {**SMALL_OFFICE, **(conf or {})}

    def status(self) -> Status:
        """Whether the server runs, could be started, or was never made."""
        if not self.data_dir.is_dir():
            return "absent"
        return "running" if postmaster.running_pid(self.data_dir) is not None else "stopped"

    def pid(self) -> int | None:
        """Process id of the live server."""
        return postmaster.running_pid(self.data_dir)

    def make(self) -> bool:
        """Make the data directory if it is not there; whether this call made it."""
        with self.folder.lock("cluster"):
            if self.data_dir.is_dir():
                return False
            self._clear_half_made()
            building = Path(tempfile.mkdtemp(dir=self.folder.root, prefix=f".{self.data_dir.name}.making-"))
            self.folder.account.take(building)
            self._initdb(building)
            building.rename(self.data_dir)
            sync_folder(self.folder.root)
            return True

    def start(self) -> bool:
        """Start the server unless it runs, and wait until it takes connections; whether this call started it."""
        with self.folder.lock("cluster"):
            if self._settled():
                return False
            self._write_conf()
            self._start_stubbornly()
            return True

    def stop(self) -> bool:
        """Stop the server, ending open connections; whether it was running."""
        with self.folder.lock("cluster"):
            if postmaster.running_pid(self.data_dir) is None:
                return False
            done = self._pg_ctl("stop", "-m", "fast", "-t", "60")
            if done is not None and postmaster.running_pid(self.data_dir) is not None:
                self._pg_ctl("stop", "-m", "immediate", "-t", "30")
            return True

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser connection in autocommit mode, for making roles and databases."""
        return psycopg.connect(
            host=str(self.folder.socket_dir.absolute()),
            port=PORT,
            user=SUPERUSER,
            password=self._password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def client_environment(self) -> dict[str, str]:
        """What psql, pg_dump and pg_restore need to come in as the superuser."""
        host = str(self.folder.socket_dir.absolute())
        return {"PGHOST": host, "PGPORT": str(PORT), "PGUSER": SUPERUSER, "PGPASSWORD": self._password}

    def _initdb(self, building: Path) -> None:
        password_file = self.folder.root / ".initdb-password"
        self.folder.write(password_file, self._password + "\n")
        try:
            done = self.folder.account.run(
                [
                    self.binaries["initdb"], "--pgdata", building, "--username", SUPERUSER, "--pwfile", password_file,
                    "--auth-local", "scram-sha-256", "--auth-host", "reject", "--encoding", "UTF8",
                    "--locale", "C.UTF-8", "--data-checksums", "--no-instructions",
                    *(["--no-sync"] if self._conf.get("fsync") == "off" else []),
                ],
                cwd=self.folder.root,
            )  # fmt: skip
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(building, ignore_errors=True)
            raise Misconfigured(
                text(
                    "The database could not be made: %(reason)s",
                    reason=_last_words(done.stderr.decode(errors="replace")),
                )
            )
        with (building / "postgresql.conf").open("a") as handle:
            handle.write("\ninclude = 'anjie.conf'\n")

    def _clear_half_made(self) -> None:
        for leftover in self.folder.root.glob(".postgres-*.making-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _write_conf(self) -> None:
        """Every start writes it anew, so that a newer release or a moved folder brings its own settings."""
        conf = {
            **self._conf,
            "unix_socket_directories": _quoted(self.folder.socket_dir.absolute()),
            "log_directory": _quoted(self.folder.log.absolute()),
        }
        lines = ["# Written by every start; put changes of your own at the end of postgresql.conf."]
        lines += [f"{name} = {value}" for name, value in sorted(conf.items())]
        self.folder.write(self.data_dir / "anjie.conf", "\n".join(lines) + "\n")

    def _start_stubbornly(self) -> None:
        """Try again while the remains of a killed server are in the way."""
        deadline = time.monotonic() + START_PATIENCE_S
        while True:
            postmaster.clear_remains(self.data_dir, self.folder.socket_dir)
            self._start_log.unlink(missing_ok=True)
            complaint = self._pg_ctl("start", "-w", "-t", str(int(START_PATIENCE_S)), "-l", self._start_log)
            if self._settled():
                return
            if time.monotonic() > deadline or not self._may_pass(complaint):
                raise Misconfigured(
                    text("The database did not start: %(reason)s", reason=self._reason(complaint or ""))
                )
            time.sleep(0.3)

    def _may_pass(self, complaint: str | None) -> bool:
        """Whether the refusal is of the kind that goes away when old processes have ended."""
        words = (complaint or "") + self._start_words()
        return any(sign in words for sign in ("lock file", "shared memory", "is another postmaster"))

    def _settled(self) -> bool:
        """Wait as long as a server of ours is there until it answers; False when there is none, or none any more.

        A process that was just killed still looks alive for a moment; only an answer proves that it is.
        """
        deadline = time.monotonic() + START_PATIENCE_S
        while postmaster.running_pid(self.data_dir) is not None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise Misconfigured(text("The database did not start: %(reason)s", reason=self._reason("")))
            time.sleep(0.05)
        return False

    def _answers(self) -> bool:
        """Any word of the server will do, also a refusal, but for those that say it comes or goes."""
        try:
            self.connect().close()
        except psycopg.OperationalError as refusal:
            words = str(refusal)
            return "FATAL" in words and not any(sign in words for sign in ("starting", "shutting", "recovery"))
        return True

    def _pg_ctl(self, verb: str, *options: str | Path) -> str | None:
        """None when pg_ctl was content, else what it said. The server must outlive us: no death signal."""
        done = self.folder.account.run(
            [self.binaries["pg_ctl"], verb, "-s", "-D", self.data_dir, *options],
            cwd=self.folder.root,
            stdout=subprocess.DEVNULL,
            dies_with_us=False,
        )
        return None if done.returncode == 0 else done.stderr.decode(errors="replace")

    def _reason(self, complaint: str) -> str:
        return _last_words(self._start_words()) or _last_words(complaint) or str(self.folder.log)

    @property
    def _start_log(self) -> Path:
        return self.folder.log / "start.log"

    def _start_words(self) -> str:
        try:
            return self._start_log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _last_words(words: str) -> str:
    """The line that says what went wrong, without PostgreSQL's time stamps."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    serious = [line for line in lines if "FATAL" in line or "error:" in line.lower()]
    return (serious or lines or [""])[-1]
