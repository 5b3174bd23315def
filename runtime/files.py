"""The bytes of uploaded files: kept under PANEL_VAR by their digest, never by the name given.

The row of system entity `file` says what they are and whom they belong to; who may open them is
the gate's question. Equal contents share one place, which goes only when no row names it.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where bytes lie: `place` is relative to the folder, `digest` is SHA-256 in hexadecimal."""

    place: str
    digest: str
    size: int


class FileStore:
    """A folder of files named by their digest, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> Kept:
        """Write `data` durably and return its place. A crash leaves no half file under a place."""
        digest = hashlib.sha256(data).hexdigest()
        place = f"{digest[:2]}/{digest}"
        path = self._folder / place
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, data)
        return Kept(place, digest, len(data))

    def path(self, place: str) -> Path:
        """Return the file at `place`. Raises FileNotFoundError, also for a place never given."""
        folder, _, digest = place.partition("/")
        if not _DIGEST.match(digest) or folder != digest[:2]:
            raise FileNotFoundError(place)
        path = self._folder / folder / digest
        if not path.is_file():
            raise FileNotFoundError(place)
        return path

    def remove(self, place: str) -> None:
        self.path(place).unlink(missing_ok=True)


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside `path`, flush to the disk, then give it its name in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
