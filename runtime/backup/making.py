"""`panelwright backup`: everything of a panel in one file, made while it runs.

    uploads that are there ─> the database, one state ─> uploads of that state that came since

An upload lies under its digest and never changes, so one that is there can be copied at any time;
after the database those are added that it names and that the first round had not seen.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from runtime.backup import archive, sealing
from runtime.backup.archive import DATABASE, FILES, Manifest, Progress, Writer, nobody
from runtime.backup.dumping import dump, places_of
from runtime.files import FileStore
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from runtime.panel import Panel

FOLDER = "backups"
_TRIES = 3


class _GoneSince(Exception):
    """An upload was removed between the copy of the database and its own."""


def default_place(panel: Panel) -> Path:
    """Return where a backup goes that nobody has named."""
    return panel.settings.var / FOLDER / f"panel-{panel.clock.now():%Y%m%d-%H%M%S}.zip"


def backup(
    panel: Panel, to: Path, *, passphrase: str | None = None, progress: Progress = nobody
) -> Manifest:
    """Write a backup to `to` and read it once more; with a passphrase the secret key is in it.

    Raises StartProblem: a file that is there already, no room, no pg_dump, damage.
    """
    if to.exists():
        raise StartProblem(f"there is a file at {to} already: name another place with --to")
    sealed = sealing.seal(panel.settings.secret_keys, passphrase) if passphrase else None
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            with archive.writing(to, progress) as writer:
                manifest = _written(panel, writer, sealed)
            break
        except _GoneSince as gone:
            if last:
                raise StartProblem(
                    f"uploads went away while they were copied ({gone}): "
                    "panelwright audit says whether some are missing"
                ) from gone
    try:
        with archive.reading(to) as reader:
            reader.verify(progress)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return manifest


def _written(panel: Panel, writer: Writer, sealed: dict[str, object] | None) -> Manifest:
    store = FileStore(panel.settings.var / "files")
    there = [
        path.relative_to(panel.settings.var / "files").as_posix()
        for path in sorted((panel.settings.var / "files").glob("??/*"))
        if archive.is_file(f"{FILES}{path.parent.name}/{path.name}")
    ]
    for place in there:
        _add(writer, store, place)
    counts: dict[str, int] = {}
    wanted: list[str] = []

    def look(connection: Connection) -> None:
        wanted.extend(places_of(panel, connection))
        for table in panel.generated.metadata.sorted_tables:
            counts[table.name] = int(
                connection.scalar(select(func.count()).select_from(table)) or 0
            )

    folder = panel.settings.var / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dump-", dir=folder) as scratch:
        copy = Path(scratch) / DATABASE
        dump(panel, copy, look)
        with copy.open("rb") as source:
            # A dump of PostgreSQL is packed already.
            writer.add(DATABASE, source, packed=panel.engine.dialect.name == "sqlite")
    for place in wanted:
        if f"{FILES}{place}" not in writer.members and not _add(writer, store, place):
            raise _GoneSince(place)
    manifest = Manifest(
        program=program_version(), made_at=_stamp(panel.clock.now()),
        database=panel.engine.dialect.name, config=panel.project.digest,
        key=panel.settings.cipher().key_id, counts=counts, members=dict(writer.members),
        sealed_key=sealed,
    )
    writer.finish(manifest)
    return manifest


def _add(writer: Writer, store: FileStore, place: str) -> bool:
    """Add an upload; False when it is not there (any more)."""
    try:
        with store.path(place).open("rb") as source:
            # Pictures and PDF files hardly shrink.
            writer.add(f"{FILES}{place}", source, packed=False)
    except FileNotFoundError:
        return False
    return True


def program_version() -> str:
    try:
        return version("panelwright")
    except PackageNotFoundError:
        return "unknown"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
