"""A panel of a few entities on one database, for tests that bring their own YAML."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from runtime.panel import Panel, open_panel
from runtime.settings import Settings
from tests.runtime.records.house import SECRET_KEYS

SITE = "site: small\nlocales: [en, pl]\ntime_zone: Europe/Warsaw\ncurrency: EUR\n"
ROLE = "role: manager\narea: staff\nallow: {'*': all}\n"


@contextlib.contextmanager
def opened_small(url: str, folder: Path, *files: str) -> Iterator[Panel]:
    """Yield a panel with these files beside a site and a role that may do everything."""
    config = folder / "small"
    config.mkdir()
    for number, text in enumerate((SITE, ROLE, *files)):
        (config / f"file{number}.yaml").write_text(text)
    with open_panel([config], Settings(url, folder, SECRET_KEYS), create=True) as panel:
        yield panel
