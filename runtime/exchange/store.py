"""Where the files of imports and exports lie: under random names, readable by the panel alone."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path
from typing import IO

_PLACE = re.compile(r"[0-9a-f]{32}\.(csv|xlsx|part)\Z")
_CHUNK_BYTES = 1_048_576


def new_place(folder: Path, ending: str) -> str:
    """Return a name that is not taken; `ending` is csv, xlsx or part."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"{secrets.token_hex(16)}.{ending}"


def path_of(folder: Path, place: str) -> Path:
    """Return the path of a place. Raises FileNotFoundError for what is no place of ours."""
    if not _PLACE.match(place):
        raise FileNotFoundError(place)
    return folder / place


def keep(folder: Path, place: str, source: IO[bytes], bytes_max: int) -> bool:
    """Copy what was sent; say no, and keep nothing, when it is longer than `bytes_max`."""
    path = path_of(folder, place)
    size = 0
    with path.open("wb") as file:
        path.chmod(0o600)
        while chunk := source.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > bytes_max:
                break
            file.write(chunk)
    if size > bytes_max:
        path.unlink()
    return size <= bytes_max


def remove(folder: Path, place: str | None) -> None:
    if place:
        path_of(folder, place).unlink(missing_ok=True)


def has_room(folder: Path, size: int) -> bool:
    """Say whether the disk takes `size` bytes more and has some left for everything else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free > size + 100_000_000
