"""How the panel talks to its database: engines, transactions, and the wall behind the gate.

The wall: while a person acts, only statements that the gate itself marks may run. Whatever else
reaches the engine then (text, a Core select, an insert of an extension) is refused, because
nothing has asked whose rows it touches. The panel itself and its jobs act as `system` and pass.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InvalidatePoolError, OperationalError

from generator.folding import teach
from runtime.actors import SYSTEM, Actor
from runtime.collisions import note_commit
from runtime.settings import Settings, StartProblem

logger = logging.getLogger(__name__)

BUSY_SECONDS = 15
POOL_SIZE = 16
CACHE_KIB = 32_768
MAPPED_BYTES = 268_435_456

# What SQLAlchemy sends for a nested transaction: it reads and writes no row.
_SAVEPOINT = re.compile(
    r"(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) sa_savepoint_\d+", re.ASCII
)

_waiting: WeakKeyDictionary[Engine, list[Any]] = WeakKeyDictionary()
_LOOK_SECONDS = 0.005

_REST_SECONDS = 3.0
_RESTS_SINCE = "panel_rests_since"

_acting: ContextVar[Actor | None] = ContextVar("panel_actor", default=None)


class GuardRefused(RuntimeError):
    """A statement went round the gate while a person was acting. A mistake of ours."""


class GateMark:
    """Only runtime.records may carry it (a test walks the imports); it cannot be guessed."""

    __slots__ = ()


MARK = GateMark()
MARK_OPTION = "panel_gate"
MARKED: dict[str, Any] = {MARK_OPTION: MARK}


def open_engine(settings: Settings, *, create: bool = True) -> Engine:
    """Return the engine of `settings.database_url`; raise StartProblem when it cannot be used.

    A SQLite file that is not there is made when `create` allows it.
    """
    url = _parsed(settings.database_url)
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url, create)
    else:
        engine = _postgres_engine(url)
    event.listen(engine, "before_cursor_execute", _refuse_unmarked)
    _probe(engine, url)
    return engine


def acting() -> Actor | None:
    """Return who acts in this thread of work at the moment, if the gate is open."""
    return _acting.get()


@contextmanager
def act_as(actor: Actor) -> Iterator[None]:
    """Put the wall up for `actor` until the block ends."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def transaction(engine: Engine, actor: Actor, *, write: bool) -> Iterator[Connection]:
    """Run one transaction as `actor`: commit at the end, roll back on an exception.

    A SQLite write takes the one writer's place at once, so that it never fails half way for
    being second; a read on PostgreSQL is read-only for the server, too.
    """
    options: dict[str, Any] = {"panel_write": write}
    if not write and engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    with act_as(actor), engine.connect() as connection:
        connection = connection.execution_options(**options)
        with connection.begin():
            yield connection
        if write:
            note_commit()


@contextmanager
def one_by_one(engine: Engine, actor: Actor) -> Iterator[Connection]:
    """Read as `actor` without a transaction that holds the statements together.

    Nothing is written. On PostgreSQL this spares two ways to the server.
    """
    if engine.dialect.name != "postgresql":
        with transaction(engine, actor, write=False) as connection:
            yield connection
        return
    with act_as(actor), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def as_system(engine: Engine) -> Iterator[Connection]:
    """Run one writing transaction of the panel itself, for start-up work."""
    with transaction(engine, SYSTEM, write=True) as connection:
        yield connection


def _refuse_unmarked(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any,
    executemany: bool,
) -> None:
    actor = _acting.get()
    if actor is None or not actor.is_person:
        return
    if context is not None and context.execution_options.get(MARK_OPTION) is MARK:
        return
    if _SAVEPOINT.fullmatch(statement):
        return
    raise GuardRefused(
        f"a statement outside the gate was refused while {actor.kind} {actor.id} was acting: "
        f"{statement.split(None, 1)[0] if statement.strip() else 'nothing'} …"
    )


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except ArgumentError as error:
        raise StartProblem(
            "PANEL_DATABASE_URL cannot be read: write it like "
            "postgresql://user:password@host/name or sqlite:////path/panel.sqlite3"
        ) from error


def _postgres_engine(url: URL) -> Engine:
    engine = create_engine(
        url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, query_cache_size=2000
    )

    def rest(_connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        """Ask a connection that rested whether it still stands; a busy one just did its work."""
        since = record.info.get(_RESTS_SINCE)
        if since is None or time.monotonic() - since < _REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)
    return engine


def _prepare_postgresql(dbapi_connection: Any, _record: Any) -> None:
    # Moments are UTC on both sides. In the zone of a server or database, one at the edge of the
    # calendar would come back as a year that Python does not know.
    with dbapi_connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    dbapi_connection.commit()


def _sqlite_engine(url: URL, create: bool) -> Engine:
    file = Path(url.database or "")
    if url.database and url.database.startswith("file:"):
        raise StartProblem("write the SQLite file as sqlite:///path, without file: and options")
    if not url.database or url.database == ":memory:":
        raise StartProblem("the panel needs a SQLite file: a database in memory cannot be shared")
    if not file.exists():
        if not create:
            raise StartProblem(
                f"there is no database at {file}: start the panel once (panelwright serve), or "
                "check PANEL_DATABASE_URL and PANEL_VAR"
            )
        _make_file(file)
    engine = create_engine(
        url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, query_cache_size=2000,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StartProblem(
            f"the database {file} cannot be made ({error.strerror}): "
            "set PANEL_VAR to a folder that can be written"
        ) from error


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy would leave BEGIN to the driver, which delays it until the first write and
    # lets a transaction fail in its middle. We begin ourselves.
    dbapi_connection.isolation_level = None
    teach(dbapi_connection)
    for pragma in (
        "journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY",
        f"cache_size = -{CACHE_KIB}", f"mmap_size = {MAPPED_BYTES}",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("panel_write") is False
    raw = connection.connection.driver_connection
    assert raw is not None
    if reads:
        raw.execute("BEGIN")
        return
    queue = _queue(connection.engine)
    queue.append(raw)
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        queue.remove(raw)


def let_others_write(engine: Engine, seconds: float = 2.0) -> None:
    """Wait until those have begun who wait to write; for work that writes batch after batch.

    SQLite has one writer and no queue: who asks again at once, gets its place before a waiting one
    has looked whether it is free.
    """
    until = time.monotonic() + seconds
    while _queue(engine) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)


def _queue(engine: Engine) -> list[Any]:
    """Return the connections of this process that wait for the writer's place."""
    return _waiting.setdefault(engine, [])


def _probe(engine: Engine, url: URL) -> None:
    """Connect once; say in one sentence what keeps the panel from its database."""
    try:
        with act_as(SYSTEM), engine.begin() as connection:
            connection.exec_driver_sql("SELECT 1")
            if engine.dialect.name == "sqlite":
                _check_writable(connection)
    except (OperationalError, sqlite3.OperationalError) as error:
        raise StartProblem(_sentence(error, url)) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if url.get_backend_name() != "sqlite":
            raise StartProblem(_sentence(error, url)) from error
        raise StartProblem(f"the file {url.database} is not a SQLite database") from error


def _check_writable(connection: Connection) -> None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar()
    # Writes the header page and changes nothing; a read-only file or full disk shows here.
    connection.exec_driver_sql(f"PRAGMA user_version = {int(version or 0)}")


def _sentence(error: Exception, url: URL) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if url.get_backend_name() == "sqlite":
        if "readonly" in said or "read-only" in said:
            return f"the database {url.database} cannot be written: its disk or file is read-only"
        if "locked" in said:
            return f"the database {url.database} is locked by another program: stop it, then retry"
        return f"the database {url.database} cannot be opened: {said}"
    place = url.render_as_string(hide_password=True)
    return f"the database {place} cannot be reached: {said}"
