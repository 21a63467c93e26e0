"""An installation of its own for tests that start, kill and restore servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.kernel.pg.installation import Installation, installation
from portal.settings import Settings

SURVIVES_KILLS = {"fsync": "off"}
"""Safe against killed processes, not against a power cut."""


@pytest.fixture
def own_settings(open_folder: Path) -> Settings:
    """Settings of a fresh data folder; the machine's own DATABASE_URL is not looked at."""
    return Settings(data_dir=open_folder / "data", database_url=None)


@pytest.fixture
def own_installation(own_settings: Settings) -> Iterator[Installation]:
    """Made but not started; stopped at the end."""
    here = installation(own_settings, conf=SURVIVES_KILLS)
    yield here
    here.cluster.stop()
