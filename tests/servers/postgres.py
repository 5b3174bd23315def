"""A PostgreSQL cluster of the test session's own, and cheap databases in it."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.processes import free_port, running

# Nothing here has to survive a power cut.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "log_min_messages": "warning",
    # Neither UTC nor a whole hour from it: code that trusts the server's zone shows.
    "timezone": "Asia/Kathmandu",
}


class PostgresCluster:
    """A running cluster. `create` and `drop` databases; addresses are SQLAlchemy's."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """Create a database, empty or like the database `template`, and return its name."""
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database even if a connection was left open."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Yield the address of a database that lives as long as the block."""
        name = self.create(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def is_ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True
        )


@contextlib.contextmanager
def postgres_cluster(program: Path) -> Iterator[PostgresCluster]:
    """Run a fresh cluster with the `postgres` program for as long as the block lasts."""
    # Not below pytest's folders: those are closed to the account the server runs as, and the
    # socket's path has to stay below about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="pgtest-"))
    account = _account()
    try:
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
            os.chown(data, account.pw_uid, account.pw_gid)
        _initialise(program.parent / "initdb", data, account)
        cluster = PostgresCluster(free_port())
        command = [program, "-D", data, "-p", str(cluster.port), "-k", folder]
        for name, value in _SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with running(
            command,
            log=folder / "log",
            ready=cluster.is_ready,
            # Fast shutdown; SIGTERM would wait for open connections.
            stop_signal=signal.SIGINT,
            **_as_account(account),
        ):
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(initdb: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    command = [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*command, "--no-locale", "--no-sync"],
        capture_output=True,
        text=True,
        **_as_account(account),
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stderr}")


def _account() -> pwd.struct_passwd | None:
    """Return the account to run as, when this one is root: PostgreSQL refuses that."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(
        "PostgreSQL does not run as root, and there is no account postgres or nobody"
    )


def _as_account(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}
