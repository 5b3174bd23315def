"""Where log lines go and how they look: one line each, with the id of the request they belong to.

`<PANEL_VAR>/log/panel.log` has everything, tracebacks included. The console shows warnings, each
in one line with its id: whoever runs a panel is a person too. Modules log through
`logging.getLogger(__name__)`: an event and ids, never secrets or typed text.
"""

from __future__ import annotations

import contextlib
import contextvars
import fcntl
import json
import logging
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES_MAX = 20_000_000
FILES_KEPT = 5
# Their INFO lines are noise for whoever runs a panel.
_QUIET = (
    "uvicorn",
    "uvicorn.error",
    "httpx",
    "weasyprint",
    "fontTools",
    "alembic",
    "starlette_admin",
)

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

# C0, DEL and C1, what some programs take for line breaks, and marks that turn text round.
_HARMFUL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_CONTROLS = re.compile(f"{_HARMFUL.pattern}|\\\\|\t")
_NAMED = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", "\t": "\\t"}

# What LogRecord holds by itself; everything else came in `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextlib.contextmanager
def bind_request_id(request_id: str) -> Iterator[None]:
    """Mark every line logged inside, also from worker threads, with the request's id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def current_request_id() -> str:
    """Return the id of the request being answered, empty outside of one."""
    return _request_id.get()


class RequestIds(logging.Filter):
    """Add `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = _request_id.get()
        return True


class TextLines(logging.Formatter):
    """`2026-01-31T12:00:00Z warning runtime.web [id] event key=value`, traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {key}={_one_line(value)}" for key, value in _extras(record).items())
        mark = f" [{record.request_id}]" if getattr(record, "request_id", "") else ""
        line = f"{_moment(record)} {record.levelname.lower()} {record.name}{mark}"
        text = f"{line} {_one_line(record.getMessage())}{pairs}"
        if record.exc_info:
            text += "\n" + _lines(self.formatException(record.exc_info))
        return text


class BriefLines(TextLines):
    """The same in one line: the file has the traceback under the same id."""

    def format(self, record: logging.LogRecord) -> str:
        brief = logging.makeLogRecord({**vars(record), "exc_info": None, "exc_text": None})
        return super().format(brief)


class JsonLines(logging.Formatter):
    """One JSON object per line, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", ""),
            "event": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        # JSON escapes the lower control characters itself; the others stand in its texts only.
        return _HARMFUL.sub(_escaped_json, json.dumps(entry, ensure_ascii=False, default=str))


def record_crash(error: Exception, folder: Path | None = None) -> str:
    """Log an error nobody expected, in full; return the words that tell a person where it is.

    `folder` is where log files are kept; without a usable one a temporary file is made.
    """
    number = secrets.token_hex(8)
    with bind_request_id(number):
        logger = logging.getLogger(__name__)
        if logging.getLogger().handlers:
            logger.critical("crashed", exc_info=error)
            return f"the log has the details under {number}"
        handler = _file_handler(folder) or _file_handler(Path(tempfile.mkdtemp(prefix="panel-")))
        if handler is None:
            return f"no log could be written: {type(error).__name__}"
        with contextlib.closing(handler):
            handler.handle(
                logger.makeRecord(
                    __name__,
                    logging.CRITICAL,
                    "",
                    0,
                    "crashed",
                    (),
                    (type(error), error, error.__traceback__),
                )
            )
        return f"{handler.baseFilename} has the details under {number}"


def set_up_logging(
    folder: Path | None = None, level: str = "info", *, as_json: bool = False
) -> None:
    """Send log lines to `panel.log` in `folder`, and warnings to standard error in brief.

    Without a folder that can be written, everything goes to standard error.
    """
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    file = _file_handler(folder, as_json=as_json)
    console = logging.StreamHandler(sys.stderr)
    console.addFilter(RequestIds())
    if file is None:
        console.setFormatter(JsonLines() if as_json else TextLines())
    else:
        root.addHandler(file)
        console.setFormatter(BriefLines())
        console.setLevel(logging.WARNING)
    root.addHandler(console)
    root.setLevel(level.upper())
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


class SharedFile(RotatingFileHandler):
    """`panel.log` of several processes: whoever finds it full puts it away, all go on in the new.
    """

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - its name there
        # By what is there already: the line itself would be written out twice to know its length.
        self._follow()
        return self._full()

    def doRollover(self) -> None:  # noqa: N802
        with open(f"{self.baseFilename}.lock", "a", encoding="ascii") as turn:
            os.chmod(turn.fileno(), 0o600)
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._follow()
            # Another process may have put it away while we waited for our turn.
            if self._full():
                super().doRollover()
                os.chmod(self.baseFilename, 0o600)

    def _full(self) -> bool:
        return os.fstat(self.stream.fileno()).st_size >= self.maxBytes

    def _follow(self) -> None:
        """Open the file anew when another process has put away the one that is open."""
        try:
            there = os.stat(self.baseFilename)
        except FileNotFoundError:
            there = None
        here = os.fstat(self.stream.fileno()) if self.stream else None
        if here is None or there is None or (here.st_dev, here.st_ino) != (
            there.st_dev, there.st_ino
        ):
            if self.stream:
                self.stream.close()
            self.stream = self._open()


def _file_handler(folder: Path | None, *, as_json: bool = False) -> RotatingFileHandler | None:
    """Return the handler of `panel.log`, readable by its owner alone; None when it cannot be."""
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "panel.log"
        os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        handler = SharedFile(
            file, maxBytes=FILE_BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8"
        )
    except OSError:
        return None
    handler.addFilter(RequestIds())
    handler.setFormatter(JsonLines() if as_json else TextLines())
    return handler


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {
        key: value for key, value in vars(record).items() if key not in _OWN and key != "request_id"
    }


def _moment(record: logging.LogRecord) -> str:
    # The record's own time: a log tells when a line was written, also under a test clock.
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _one_line(value: object) -> str:
    # A line break in a value would let a visitor write log lines of their own, and an escape
    # sequence would command the terminal of whoever reads them.
    return _CONTROLS.sub(_escaped, str(value))


def _lines(text: str) -> str:
    """Return text of several lines, a traceback, without control characters but line breaks."""
    return "\n".join(_HARMFUL.sub(_escaped, line) for line in text.split("\n"))


def _escaped_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _escaped(found: re.Match[str]) -> str:
    return _NAMED.get(found[0]) or (
        f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}"
    )
