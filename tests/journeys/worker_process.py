"""The real worker with the real jobs, on the database of the journeys; its settings come as JSON on standard input."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from pydantic import SecretStr

from portal.app import account_loader, declared_jobs, declared_rooms
from portal.cli.wiring import connect_rooms
from portal.kernel.jobs.worker import serve
from portal.settings import DatabaseUrls, Settings


def main() -> None:
    said = json.load(sys.stdin)
    logging.basicConfig(level=logging.WARNING)
    urls = DatabaseUrls(app=SecretStr(said["app"]), public=SecretStr(said["public"]))
    settings = Settings(data_dir=Path(said["data_dir"]), database_url=None)
    connect_rooms()
    rooms = declared_rooms()
    serve(settings.completed(urls, SecretStr("x"), demo=True), declared_jobs(rooms), account_loader(rooms))


if __name__ == "__main__":
    main()
