"""A checked project kept on disk, so that an unchanged configuration need not be checked again.

The key is a digest of every byte of every file, of the vocabulary, of this program's own files
and of Python's version: when any of them differs, the stored project is not even looked at.
Reading a pickle runs what it says, so it is only read from a folder that belongs to us and that
nobody else may enter (0700), in a file that nobody else may write, whose digest is right, and
only names of our own packages and plain types are let in. In doubt the project is built anew.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import logging
import os
import pickle
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

_MAGIC = b"panelwright project 1\n"
_OPEN_PACKAGES = ("config", "runtime", "extensions", "generator")
_OPEN_NAMES = {
    ("builtins", "set"), ("builtins", "frozenset"), ("datetime", "timedelta"),
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timezone"),
    ("decimal", "Decimal"), ("copyreg", "_reconstructor"), ("builtins", "object"),
}
KEPT_MAX = 8


def load_cached(folder: Path, digest: str) -> Any:
    """Return the project stored under `digest`, None when there is none that can be trusted."""
    path = _path(folder, digest)
    content = _trusted_bytes(folder, path)
    if content is None:
        return None
    head, body = content[: len(_MAGIC) + 32], content[len(_MAGIC) + 32:]
    if head[: len(_MAGIC)] != _MAGIC or not hmac.compare_digest(
        head[len(_MAGIC):], _guard(digest, body)
    ):
        logger.warning("the compiled configuration %s is damaged and was not used", path)
        return None
    try:
        return _Reader(io.BytesIO(body)).load()
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, it is built anew
        logger.warning("the compiled configuration %s cannot be read", path)
        return None


def store(folder: Path, digest: str, project: Any) -> None:
    """Keep a project under `digest`. A folder that cannot be used only costs the next start."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder.lstat()):
            logger.warning("%s is open to others; the compiled configuration is not kept", folder)
            return
        body = pickle.dumps(project, protocol=pickle.HIGHEST_PROTOCOL)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + _guard(digest, body) + body)
        os.replace(name, _path(folder, digest))
        _forget_old(folder)
    except OSError as error:
        logger.warning("the compiled configuration cannot be kept: %s", error)


def _path(folder: Path, digest: str) -> Path:
    whole = hashlib.sha256(f"{digest}\n{program_digest()}".encode()).hexdigest()
    return Path(folder) / f"{whole}.project"


def _guard(digest: str, body: bytes) -> bytes:
    return hmac.digest(digest.encode(), body, "sha256")


def _is_private(found: os.stat_result) -> bool:
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        and not found.st_mode & 0o077
    )


def _trusted_bytes(folder: Path, path: Path) -> bytes | None:
    """Return the bytes of a file that only we can have written."""
    try:
        if not _is_private(Path(folder).lstat()):
            logger.warning("%s is open to others; its content is not used", folder)
            return None
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(stream.fileno())
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return None
        return stream.read()


def _forget_old(folder: Path) -> None:
    kept = sorted(folder.glob("*.project"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_MAX:]:
        path.unlink(missing_ok=True)


@cache
def program_digest() -> str:
    """Return a digest of the code that reads configurations: other code, other attributes."""
    import pydantic

    return f"{pydantic.VERSION}\n{code_digest(Path(__file__).parent)}"


@cache
def code_digest(*places: Path) -> str:
    """Return a digest of modules and packages, and of Python's version.

    Their bytes, for their times can be the same in two versions: archives and images set them.
    """
    whole = hashlib.sha256(sys.version.encode())
    for place in places:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            content = path.read_bytes()
            whole.update(f"\n{path.relative_to(place.parent)}:{len(content)}:".encode() + content)
    return whole.hexdigest()


class _Reader(pickle.Unpickler):
    """Lets in values of our own packages and plain types, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in _OPEN_PACKAGES or (module, name) in _OPEN_NAMES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a configuration")
