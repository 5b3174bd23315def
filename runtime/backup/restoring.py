"""`panelwright restore`: a backup into an empty place, all of it or recognisably not.

    everything is read and held against its digest ─> a mark ─> uploads ─> the database ─> no mark

Whatever is wrong with the file shows before anything is written. While the mark is there, no
panel starts on the place; the same restore, run again, goes on to the same end.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.backup import archive, sealing
from runtime.backup.archive import DATABASE, FILES, Manifest, Progress, Reader, nobody
from runtime.backup.dumping import is_empty, load_postgresql, load_sqlite
from runtime.crypto import Cipher
from runtime.settings import DATABASE_FILE, SECRET_KEY_FILE, StartProblem, driver_url

MARK = "restore-unfinished"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes. `keys` are those of the environment, none where nothing is said."""

    url: str
    var: Path
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: dict[str, str]) -> Target:
        """Read the environment without making anything in it: a new key would open nothing."""
        var = Path(values.get("PANEL_VAR") or "var").absolute()
        url = driver_url(values.get("PANEL_DATABASE_URL") or f"sqlite:///{var / DATABASE_FILE}")
        keys = tuple((values.get("PANEL_SECRET_KEY") or "").split())
        own = var / SECRET_KEY_FILE
        if not keys and own.exists():
            keys = tuple(own.read_text(encoding="utf-8").split())
        return cls(url, var, keys)

    @property
    def embedded(self) -> bool:
        return self.url.startswith("sqlite")


def restore(
    file: Path, target: Target, *, passphrase: str | None = None, progress: Progress = nobody
) -> Manifest:
    """Restore a backup into an empty target. Raises StartProblem with nothing changed."""
    with archive.reading(file) as reader:
        manifest = reader.manifest
        _check_kind(manifest, target)
        keys = _keys(manifest, target, passphrase)
        _check_empty(manifest, target)
        reader.verify(progress)
        _write_mark(target, manifest)
        if not target.keys:
            _keep_key(target, keys)
        _put_files(reader, target, progress)
        _put_database(reader, target, progress)
    (target.var / MARK).unlink()
    return manifest


def check_finished(var: Path) -> None:
    """Raise StartProblem where a restore was begun and not finished."""
    if (var / MARK).exists():
        raise StartProblem(
            f"a backup was being restored into {var} and that was not finished: "
            "run the same panelwright restore again"
        )


def _check_kind(manifest: Manifest, target: Target) -> None:
    wanted = "sqlite" if target.embedded else "postgresql"
    if manifest.database != wanted:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise StartProblem(
            f"the backup is of a {names.get(manifest.database, manifest.database)} database and "
            f"PANEL_DATABASE_URL names a {names[wanted]} one: name one of the same kind"
        )


def _keys(manifest: Manifest, target: Target, passphrase: str | None) -> Sequence[str]:
    """Return keys that open what is in the backup."""
    if target.keys and any(Cipher([key]).key_id == manifest.key for key in target.keys):
        return target.keys
    if target.keys:
        raise StartProblem(
            "PANEL_SECRET_KEY is not the key of this backup: set the one that its panel had"
        )
    if manifest.sealed_key is None:
        raise StartProblem(
            "the backup holds no secret key: set PANEL_SECRET_KEY to the one that its panel had"
        )
    if passphrase is None:
        raise StartProblem(
            "the secret key in the backup is sealed: give its passphrase, with --passphrase-file "
            "or on a terminal"
        )
    return sealing.opened(manifest.sealed_key, passphrase)


def _check_empty(manifest: Manifest, target: Target) -> None:
    mark = target.var / MARK
    if mark.exists():
        if mark.read_text(encoding="utf-8") != _name_of(manifest):
            raise StartProblem(
                f"another backup was being restored into {target.var}: finish that one, or name "
                "an empty folder with PANEL_VAR"
            )
        return
    if not is_empty(target.url):
        raise StartProblem(
            "the database is not empty: a backup is restored into an empty one, so that nothing "
            "is ever written over"
        )
    files = target.var / "files"
    if files.is_dir() and any(files.iterdir()):
        raise StartProblem(
            f"there are uploads in {files} already: name an empty folder with PANEL_VAR"
        )


def _write_mark(target: Target, manifest: Manifest) -> None:
    try:
        target.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        (target.var / MARK).write_text(_name_of(manifest), encoding="utf-8")
    except OSError as error:
        raise StartProblem(
            f"the folder {target.var} cannot be written ({error.strerror}): "
            "set PANEL_VAR to a folder of your own"
        ) from error


def _name_of(manifest: Manifest) -> str:
    return f"{manifest.made_at} {manifest.members[DATABASE].digest}"


def _keep_key(target: Target, keys: Sequence[str]) -> None:
    file = target.var / SECRET_KEY_FILE
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(" ".join(keys) + "\n")


def _put_files(reader: Reader, target: Target, progress: Progress) -> None:
    for name in reader.files:
        place = target.var / "files" / name.removeprefix(FILES)
        if place.exists():
            # Written whole before the restore was killed: it has its name only then.
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(f".part-{place.name}")
        reader.extract(name, part, progress)
        os.replace(part, place)


def _put_database(reader: Reader, target: Target, progress: Progress) -> None:
    part = target.var / f".restore-{DATABASE}"
    reader.extract(DATABASE, part, progress)
    try:
        if target.embedded:
            load_sqlite(part, target.url)
        elif is_empty(target.url):
            # Else the dump was loaded, in one transaction, before the restore was killed.
            load_postgresql(part, target.url)
    finally:
        part.unlink(missing_ok=True)
