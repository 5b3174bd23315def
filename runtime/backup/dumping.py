"""The database of each kind as one file, and back: SQLite's online backup, pg_dump, pg_restore.

Each dump is one state of the database, whoever writes meanwhile, and comes with what that state
says of uploads: which there must be.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url, select, text

from runtime.actors import SYSTEM
from runtime.database import act_as
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from runtime.panel import Panel

_PAGES_AT_ONCE = 2000
_VERSION = re.compile(r"\b(\d+)(?:\.\d+)*\b")

Told = Callable[[Connection], None]


def dump(panel: Panel, to: Path, told: Told) -> None:
    """Write the database to `to`; `told` gets a connection that sees the very state dumped."""
    if panel.engine.dialect.name == "sqlite":
        copy_sqlite(panel.engine, to)
        copy = create_engine(f"sqlite:///{to}")
        try:
            with copy.connect() as connection:
                told(connection)
        finally:
            copy.dispose()
        return
    program = _program("pg_dump")
    with act_as(SYSTEM), panel.engine.connect() as connection:
        connection = connection.execution_options(
            isolation_level="REPEATABLE READ", panel_write=False
        )
        with connection.begin():
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            _check_version(program, connection)
            told(connection)
            _run([program, "--format=custom", "--no-owner", "--no-privileges",
                  f"--snapshot={snapshot}", f"--file={to}"], panel.engine.url)


def copy_sqlite(engine: Engine, to: Path) -> None:
    """Copy the SQLite database, whole and consistent whoever writes meanwhile."""
    to.touch(mode=0o600)
    with engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        target = sqlite3.connect(to)
        try:
            source.backup(target, pages=_PAGES_AT_ONCE)
            # The copy is one file: what reads it later needs no other beside it.
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()


def load_sqlite(source: Path, url: str) -> None:
    """Put a copy in its place in one step. `source` lies on the same disk."""
    place = Path(make_url(url).database or "")
    checked = sqlite3.connect(source)
    try:
        if checked.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise StartProblem("the database in the backup is damaged")
    except sqlite3.DatabaseError as error:
        raise StartProblem("the database in the backup is damaged") from error
    finally:
        checked.close()
    for ending in ("-wal", "-shm"):
        Path(f"{place}{ending}").unlink(missing_ok=True)
    os.replace(source, place)


def load_postgresql(source: Path, url: str) -> None:
    """Restore a dump in one transaction: all of it, or nothing."""
    program = _program("pg_restore")
    _run([program, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
          f"--dbname={_address(make_url(url))}", str(source)], make_url(url), named=True)


def is_empty(url: str) -> bool:
    """Say whether a database has no table, or is not there at all."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return True
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return not inspect(connection).get_table_names()
    except Exception as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StartProblem(
            f"the database {parsed.render_as_string(hide_password=True)} cannot be reached: {said}"
        ) from error
    finally:
        engine.dispose()


def places_of(panel: Panel, connection: Connection) -> list[str]:
    """Return where the uploads lie that this state of the database names."""
    table = panel.generated.entities["file"].table
    return list(connection.scalars(select(table.c.place).distinct().order_by(table.c.place)))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
                          key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
        found = str(versions[-1]) if versions else None
    if found is None:
        raise StartProblem(
            f"{name} is not installed: it comes with the client programs of PostgreSQL "
            "(apt-get install postgresql-client)"
        )
    return found


def _check_version(program: str, connection: Connection) -> None:
    said = subprocess.run(  # noqa: S603 - a program of the system, by its whole path
        [program, "--version"], capture_output=True, text=True, check=False
    )
    own = _VERSION.search(said.stdout)
    server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if own and int(own[1]) < server:
        raise StartProblem(
            f"pg_dump is of version {own[1]} and the server of {server}: "
            f"install postgresql-client-{server}"
        )


def _address(url: URL) -> str:
    """Return what libpq is told; the password goes where no list of processes shows it."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(command: Sequence[str], url: URL, *, named: bool = False) -> None:
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    command = list(command) if named else [*command, f"--dbname={_address(url)}"]
    done = subprocess.run(  # noqa: S603 - a program of the system, by its whole path
        command, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise StartProblem(f"{Path(command[0]).name} failed: {said}")
