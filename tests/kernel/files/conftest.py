"""A data folder of one's own, as the service user has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.kernel.pg.account import Account
from portal.kernel.pg.folder import Folder


@pytest.fixture
def folder(open_folder: Path) -> Folder:
    made = Folder(open_folder / "data", Account.of_process())
    made.make()
    return made
