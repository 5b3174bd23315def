"""The file of a backup: a zip with a manifest that knows every member by its digest.

    manifest.json               what is in it, of which panel, made when and by which version
    database                    a SQLite file, or a dump of PostgreSQL in its custom format
    files/<aa>/<digest>         uploads, named by their SHA-256

It is written beside its place and gets its name at the end: what carries the name is whole. What
is read from one is not trusted: members are looked up by name, and nothing is ever written where
a member's name says.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from runtime.settings import StartProblem

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files/"
_PIECE = 1 << 20
_MANIFEST_MAX = 64 << 20
_FILE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")

# Called with the bytes that have been worked through.
Progress = Callable[[int], None]


def nobody(_: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Member:
    """Size in bytes and SHA-256, in hexadecimal, of what a member holds."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `key` names the secret key, `sealed_key` holds it if asked."""

    program: str
    made_at: str
    database: str
    config: str
    key: str
    counts: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    sealed_key: Mapping[str, Any] | None = None
    format: int = FORMAT

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members.values())

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: bytes, file: Path) -> Manifest:
        """Read a manifest; raise StartProblem for one of another making."""
        try:
            given = json.loads(text)
            if given["format"] > FORMAT:
                raise StartProblem(
                    f"{file} was made by a newer version ({given.get('program', 'unknown')}): "
                    "install that one to restore it"
                )
            members = {
                str(name): Member(int(each["size"]), str(each["digest"]))
                for name, each in given["members"].items()
            }
            counts = {str(name): int(number) for name, number in given["counts"].items()}
            return cls(
                str(given["program"]), str(given["made_at"]), str(given["database"]),
                str(given["config"]), str(given["key"]), counts, members, given["sealed_key"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StartProblem(f"{file} is not a backup of a panel: its manifest is not") from error


class Writer:
    """Puts members into an archive and remembers what they were."""

    def __init__(self, archive: zipfile.ZipFile, progress: Progress) -> None:
        self._archive, self._progress = archive, progress
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes], *, packed: bool = True) -> None:
        """Copy `source` to its end. `packed`: it is worth compressing."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                target.write(piece)
                digest.update(piece)
                size += len(piece)
                self._progress(len(piece))
        self.members[name] = Member(size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, manifest.to_json())


@contextmanager
def writing(file: Path, progress: Progress = nobody) -> Iterator[Writer]:
    """Write an archive that nobody else can read; it has its name only when it is whole."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with zipfile.ZipFile(raw, "w", allowZip64=True) as archive:
                yield Writer(archive, progress)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, file)
    except OSError as error:
        raise StartProblem(
            f"the backup {file} cannot be written ({error.strerror or error}): "
            "make room there, or name another place with --to"
        ) from error
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """Reads members of an archive, each held against what the manifest says of it."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self.file, self._archive = file, archive
        info = self._info(MANIFEST)
        if info.file_size > _MANIFEST_MAX:
            raise StartProblem(f"{file} is not a backup of a panel: its manifest is too large")
        with _told(file):
            self.manifest = Manifest.from_json(archive.read(info), file)
        odd = [name for name in self.manifest.members if name != DATABASE and not is_file(name)]
        if odd:
            raise StartProblem(f"{file} holds what is part of no backup: {odd[0][:80]!r}")

    def pieces(self, name: str, progress: Progress = nobody) -> Iterator[bytes]:
        """Yield a member; raise StartProblem where it is not what the manifest says."""
        wanted = self.manifest.members[name]
        digest, size = hashlib.sha256(), 0
        with _told(self.file), self._archive.open(self._info(name)) as source:
            # Never more than was promised, however much a member unpacks to.
            while size <= wanted.size and (piece := source.read(_PIECE)):
                digest.update(piece)
                size += len(piece)
                progress(len(piece))
                yield piece
        if size != wanted.size or digest.hexdigest() != wanted.digest:
            raise StartProblem(f"{self.file} is damaged: {name} is not what was put into it")

    def verify(self, progress: Progress = nobody) -> None:
        """Read everything once; raise StartProblem for the first thing that is damaged."""
        for name in self.manifest.members:
            for _ in self.pieces(name, progress):
                pass

    def extract(self, name: str, to: Path, progress: Progress = nobody) -> None:
        """Write a member to a file of our own naming, flushed to the disk."""
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for piece in self.pieces(name, progress):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())

    @property
    def files(self) -> list[str]:
        return [name for name in self.manifest.members if is_file(name)]

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._archive.getinfo(name)
        except KeyError:
            raise StartProblem(f"{self.file} is damaged: {name} is missing in it") from None


@contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Open an archive. Raises StartProblem for a file that is none."""
    try:
        archive = zipfile.ZipFile(file)
    except FileNotFoundError:
        raise StartProblem(f"there is no backup at {file}") from None
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise StartProblem(f"{file} is not a backup of a panel, or not a whole one") from error
    with archive:
        yield Reader(file, archive)


def is_file(name: str) -> bool:
    """Say whether a member is an upload; its name is its digest, and so its place."""
    return _FILE.fullmatch(name) is not None


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise StartProblem(f"{file} is damaged: {error}") from error
    except OSError as error:
        raise StartProblem(f"{file} cannot be read: {error.strerror or error}") from error
    except zlib.error as error:
        raise StartProblem(f"{file} is damaged: {error}") from error
