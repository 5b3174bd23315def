"""The flagship configuration, and a panel of it filled with a little sample data."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Project
from runtime.clock import Clock
from runtime.demo import fill
from runtime.panel import Panel, open_panel
from runtime.plugins import load_folders
from runtime.settings import Settings

BASE = "https://panel.example.com"
SAMPLE = Path(__file__).parents[2] / "sample-config"
# The regions alone are 5,000 rows: where their number does not matter, they are left out.
_SHORT = Path(tempfile.mkdtemp(prefix="sample-config-"))
atexit.register(shutil.rmtree, _SHORT, ignore_errors=True)


def short_sample() -> Path:
    """Return a copy of the sample without the rows of regions."""
    folder = _SHORT / "sample-config"
    if not folder.exists():
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("region.yaml", "regions.csv"))
        shutil.copy(SAMPLE / "entities/general/region.yaml", folder / "entities/general")
    return folder


@pytest.fixture(scope="session")
def project() -> Project:
    return load_folders([SAMPLE])


@pytest.fixture(scope="session")
def filled(
    session_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    """The panel with sample data, once per kind of database; tests only read it."""
    with opened(session_database_url, tmp_path_factory.mktemp("sample")) as panel:
        fill(panel, "small")
        yield panel


class opened:  # noqa: N801 - reads as a function in `with`
    """The sample's panel on a database, closed at the end of the block."""

    def __init__(self, url: str, var: Path, clock: Clock | None = None) -> None:
        settings = Settings(url, var, ("k" * 40,), base_url=BASE)
        self.panel = open_panel(
            [short_sample()], settings, create=True, clock=clock, cache=_SHORT / "cache"
        )

    def __enter__(self) -> Panel:
        return self.panel

    def __exit__(self, *_: object) -> None:
        self.panel.close()
