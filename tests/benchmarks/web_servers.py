"""Web servers that take turns in answering for one page."""

import contextlib
import http.client
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import measure
from tests.servers.processes import free_port, running


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves the list: `command` is completed with its port."""

    name: str
    command: Callable[[int], Sequence[str]]
    path: str
    environment: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    """What people do all day -> its address here; see all_day.STEPS."""
    workers: Callable[[int], Sequence[str]] | None = None
    """The same as `command` with two processes, for throughput."""


def compare(servers: Sequence[Server], *, rounds: int) -> dict[str, measure.Timing]:
    """Start all servers, let them answer in turns, and return name -> timing per page."""
    with contextlib.ExitStack() as stack:
        contenders = [stack.enter_context(started(server)) for server in servers]
        return measure.in_turns(contenders, rounds=rounds)


@contextlib.contextmanager
def started(server: Server) -> Iterator[measure.Contender]:
    """Run one server and yield what asks it for the page over a connection that stays open."""
    with serving(server) as (port, pid):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        yield measure.Contender(
            server.name, lambda: page(connection, server.path, server.headers), pid
        )
        connection.close()


@contextlib.contextmanager
def serving(server: Server, *, two: bool = False) -> Iterator[tuple[int, int]]:
    """Run one server, as `two` processes if asked for, and yield its port and process id."""
    port = free_port()
    command = server.workers if two and server.workers else server.command
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            command(port),
            log=Path(folder) / "log",
            ready=lambda: _accepts(port),
            # A busy machine starts three programs at once in its own time.
            timeout_seconds=180,
            env={**os.environ, **server.environment},
        ) as child,
    ):
        yield port, child.pid


def page(
    connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] | None = None
) -> str:
    """Return the page. Anything but 200 is an error, or a fast refusal would win."""
    connection.request("GET", path, headers=dict(headers or {}))
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {text[:500]}")
    return text


def _accepts(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True
