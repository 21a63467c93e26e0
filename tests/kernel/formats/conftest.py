"""Files for the reader tests; real data is read in place, never copied into the project."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_BESIDE_THE_PROJECT = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes text (UTF-8 unless told) or bytes to a file of the test's own folder and gives its path."""

    def _write(content: str | bytes, name: str = "given.txt", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """The path of a file in the real-data folder; skips where it is absent."""
    folder = Path(os.environ.get("PORTAL_REAL_DATA") or _BESIDE_THE_PROJECT)

    def find(name: str) -> Path:
        path = folder / name
        if not path.is_file():
            pytest.skip(f"real data not here: {path}")
        return path

    return find
