"""Copies of the embedded database, made while it is in use."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from runtime.settings import StartProblem

KEPT = 5
_PAGES_AT_ONCE = 2000


def copy_before_change(engine: Engine, var: Path, now: datetime) -> Path:
    """Copy the SQLite database into `var/backups` and return the copy; the last five are kept.

    The copy is whole and consistent whoever writes meanwhile (SQLite's online backup).
    """
    folder = var / "backups"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"before-{now:%Y%m%d-%H%M%S-%f}.sqlite3"
        file.touch(mode=0o600)
        with engine.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            target = sqlite3.connect(file)
            try:
                source.backup(target, pages=_PAGES_AT_ONCE)
            finally:
                target.close()
    except OSError as error:
        raise StartProblem(
            f"the database cannot be copied to {folder} before it is changed ({error.strerror}): "
            "make room there, or set PANEL_VAR to a folder that can be written"
        ) from error
    for old in sorted(folder.glob("before-*.sqlite3"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return file
