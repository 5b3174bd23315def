"""Runs the panel: opens it, takes its port, answers until told to stop.

What keeps it from starting is told in one sentence (StartProblem): a port in use, an address that
is not this machine's, plain http in the open, a database that does not match.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import signal
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from runtime.settings import BASE_URL, Settings, StartProblem
from runtime.web.address import BadBaseUrl, is_loopback, public_address

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from runtime.panel import Panel

_BACKLOG = 1024
_PORT_MAX = 65_535
_STOP_SECONDS = 10
_IDLE_SECONDS = 15
_HEADERS_BYTES_MAX = 64 * 1024


def run_panel(
    folders: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    demo: bool = False,
    insecure_http: bool = False,
    workers: int = 1,
) -> None:
    """Serve the panel described in `folders` until SIGINT or SIGTERM. Raises StartProblem.

    `workers`: how many processes answer; more than one uses more processors.
    """
    from runtime.log import set_up_logging
    from runtime.workers import WORKERS_MAX

    if not 1 <= workers <= WORKERS_MAX:
        raise StartProblem(f"{workers} workers cannot be run: choose from 1 to {WORKERS_MAX}")

    _require_port(port)
    settings = served_settings(Settings.from_environment(), host, port, insecure_http=insecure_http)
    set_up_logging(settings.var / "log")
    # The port first: nothing is made or changed for a panel that cannot be reached anyway.
    with listening(host, port) as listener:
        _serve(folders, settings, listener, demo=demo, workers=workers)


def served_settings(settings: Settings, host: str, port: int, *, insecure_http: bool) -> Settings:
    """Return the settings of a panel that listens there. Raises StartProblem.

    Without PANEL_BASE_URL people reach it where it listens.
    """
    if insecure_http:
        settings = settings.with_insecure_http()
    if settings.base_url == BASE_URL:
        name = f"[{host}]" if ":" in host else host
        name = "127.0.0.1" if host in ("0.0.0.0", "::") else name  # noqa: S104 - compared only
        settings = replace(settings, base_url=f"http://{name}:{port}")
    try:
        address = public_address(settings.base_url, insecure_http=settings.insecure_http)
    except BadBaseUrl as problem:
        raise StartProblem(f"PANEL_BASE_URL: {problem}") from None
    if address.loopback and not is_loopback(host) and not settings.insecure_http:
        raise StartProblem(
            f"listening on {host} opens the panel to the network without encryption: set "
            "PANEL_BASE_URL to the https address that people use, or add --insecure-http"
        )
    return settings


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Hold the address for the time of the block. Raises StartProblem."""
    listener = _bound(host, port)
    with contextlib.closing(listener):
        yield listener


def _require_port(port: int) -> None:
    if not 0 <= port <= _PORT_MAX:
        raise StartProblem(f"there is no port {port}: choose one from 1 to {_PORT_MAX}")


def _bound(host: str, port: int) -> socket.socket:
    _require_port(port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise StartProblem(f"'{host}' port {port} is not an address to listen on") from None
    listener = socket.socket(family, kind, protocol)
    try:
        # A server that was stopped a moment ago leaves connections that would block the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        said = _BIND_PROBLEMS.get(error.errno or 0, _CANNOT_LISTEN)
        raise StartProblem(said.format(host=host, port=port)) from error
    return listener


_CANNOT_LISTEN = "{host} port {port} is not an address to listen on"
_BIND_PROBLEMS = {
    errno.EADDRINUSE: "port {port} is in use already: stop the other program or choose --port",
    errno.EACCES: "port {port} may only be taken by root: choose --port above 1023",
    errno.EADDRNOTAVAIL: "{host} is not an address of this machine: choose another --host",
}


def make_server(app: ASGIApp, *, trusted_proxies: str | None = None) -> uvicorn.Server:
    """Return the HTTP server around `app`; SIGTERM lets running requests end first.

    `trusted_proxies`: addresses whose X-Forwarded-For is believed, none when None.
    """
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=trusted_proxies is not None,
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        h11_max_incomplete_event_size=_HEADERS_BYTES_MAX,
        lifespan="on",
        ws="none",
    )
    return uvicorn.Server(config)


def _serve(
    folders: Sequence[Path], settings: Settings, listener: socket.socket, *, demo: bool,
    workers: int,
) -> None:
    # uvicorn repeats the signal that stopped it: this way the panel is closed on the way out.
    signal.signal(signal.SIGTERM, _leave)
    with contextlib.ExitStack() as open_things:
        with _collector_at_rest():
            from runtime.app import create_app
            from runtime.panel import open_panel

            panel = open_things.enter_context(
                open_panel(folders, settings, create=True, cache=settings.var / "cache" / "config")
            )
            app = create_app(panel)
            server = make_server(app, trusted_proxies=settings.trusted_proxies)
        if demo:
            from runtime.demo import FILLING, fill, may_fill

            if may_fill(panel):
                print(FILLING, flush=True)  # noqa: T201
            for line in fill(panel):
                print(line, flush=True)  # noqa: T201 - the first login is told here, once
        print(f"Panel ready at {settings.base_url} (staff: /admin)", flush=True)  # noqa: T201
        if workers == 1:
            server.run(sockets=[listener])
        else:
            _share(panel, server, listener, workers)


def _share(panel: Panel, server: uvicorn.Server, listener: socket.socket, workers: int) -> None:
    """Let several processes answer, which take what was made so far from this one."""
    from runtime.workers import Workers

    # A connection to the database and a thread must not be in two processes.
    if "background" in panel.__dict__:
        panel.background.stop()
        del panel.__dict__["background"]
    panel.engine.dispose()

    def work() -> None:
        with panel:
            server.run(sockets=[listener])

    Workers(work, workers, stop_seconds=_STOP_SECONDS + 5).run()


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Stop the garbage collector while a panel is made, and spare it what was made for good.

    Nearly all of that stays until the end: looking through it took a seventh of the start.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _leave(signum: int, frame: object) -> NoReturn:
    raise SystemExit(0)
