"""The copy of the embedded database that is made before it is changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from runtime.backup.dumping import copy_sqlite
from runtime.settings import StartProblem

KEPT = 5


def copy_before_change(engine: Engine, var: Path, now: datetime) -> Path:
    """Copy the SQLite database into `var/backups` and return the copy; the last five are kept.

    The copy is whole and consistent whoever writes meanwhile (SQLite's online backup).
    """
    folder = var / "backups"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"before-{now:%Y%m%d-%H%M%S-%f}.sqlite3"
        copy_sqlite(engine, file)
    except OSError as error:
        raise StartProblem(
            f"the database cannot be copied to {folder} before it is changed ({error.strerror}): "
            "make room there, or set PANEL_VAR to a folder that can be written"
        ) from error
    for old in sorted(folder.glob("before-*.sqlite3"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return file
