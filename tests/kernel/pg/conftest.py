"""An installation of its own for tests that start, kill and restore servers."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.kernel.pg.installation import Installation, installation
from portal.settings import Settings


@pytest.fixture
def own_settings(open_folder: Path) -> Settings:
    """Settings of a data folder that is not there yet; the machine's own DATABASE_URL is not looked at."""
    return Settings(data_dir=open_folder / "data", database_url=None)


@pytest.fixture
def own_installation(own_settings: Settings, pristine: Path) -> Iterator[Installation]:
    """Made but not started; stopped at the end."""
    subprocess.run(["cp", "-a", pristine, own_settings.data_dir], check=True)
    here = installation(own_settings)
    yield here
    here.cluster.stop()
