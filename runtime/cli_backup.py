"""`panelwright audit`, `backup` and `restore`: thin over runtime.audit and runtime.backup."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

Folders = Annotated[list[Path], typer.Argument(help="Configuration folders, base first.")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="A file whose first line is it.")
]


def add_commands(app: typer.Typer) -> None:
    app.command()(audit)
    app.command()(backup)
    app.command()(restore)


def audit(
    folders: Folders,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Check that everything still fits together: tables, links, files, secrets. Changes nothing."""
    from runtime.audit.running import as_json, as_text
    from runtime.audit.running import audit as run
    from runtime.panel import unfitted_panel
    from runtime.settings import StartProblem

    if output not in ("text", "json"):
        raise typer.BadParameter(f"--format is text or json, not '{output}'")
    with unfitted_panel(folders) as panel:
        if not panel.has_tables():
            raise StartProblem("the database is empty: there is nothing to check yet")
        done = run(panel)
    print(as_json(done) if output == "json" else as_text(done))
    raise SystemExit(1 if done.found else 0)


def backup(
    folders: Folders,
    to: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Put the secret key in, under a passphrase.")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the database and all uploads into one file, while the panel runs."""
    from runtime.backup.making import backup as make
    from runtime.backup.making import default_place
    from runtime.panel import unfitted_panel
    from runtime.settings import StartProblem

    with unfitted_panel(folders) as panel:
        if not panel.has_tables():
            raise StartProblem("the database is empty: there is nothing to back up yet")
        phrase = _passphrase(passphrase_file, twice=True) if with_key else None
        if with_key and phrase is None:
            raise StartProblem(
                "--with-key needs a passphrase: give --passphrase-file, or run it on a terminal"
            )
        place = (to or default_place(panel)).absolute()
        with _bar("backup") as progress:
            manifest = make(panel, place, passphrase=phrase, progress=progress)
    rows, files = sum(manifest.counts.values()), len(manifest.members) - 1
    print(f"{place}: {rows:,} rows, {files:,} uploads, {place.stat().st_size:,} bytes, verified")
    if phrase is None:
        print("    The secret key is not in it: keep PANEL_SECRET_KEY (or secret.key) elsewhere.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that panelwright backup has made.")],
    folders: Folders,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a backup into an empty database and an empty PANEL_VAR, and check what came of it."""
    from runtime.audit.running import as_text
    from runtime.audit.running import audit as run
    from runtime.backup import archive
    from runtime.backup.restoring import Target
    from runtime.backup.restoring import restore as put
    from runtime.panel import unfitted_panel
    from runtime.schema.planning import planned

    target = Target.of(dict(os.environ))
    with archive.reading(file) as reader:
        sealed = reader.manifest.sealed_key is not None
    phrase = _passphrase(passphrase_file) if sealed and not target.keys else None
    with _bar("restore") as progress:
        manifest = put(file, target, passphrase=phrase, progress=progress)
    rows, files = sum(manifest.counts.values()), len(manifest.members) - 1
    print(f"restored {rows:,} rows and {files:,} uploads of {manifest.made_at}")
    if not target.embedded and not target.keys:
        print(f"    The secret key lies in {target.var}/secret.key: set PANEL_SECRET_KEY to it.")
        os.environ["PANEL_SECRET_KEY"] = (target.var / "secret.key").read_text().strip()
    with unfitted_panel(folders) as panel:
        if planned(panel).operations:
            print("    The configuration is not the one of the backup: panelwright plan says what "
                  "to apply. Then run panelwright audit.")
            return
        done = run(panel)
    print(as_text(done))
    raise SystemExit(1 if done.found else 0)


def _passphrase(file: Path | None, *, twice: bool = False) -> str | None:
    """Return the passphrase of a file, or ask for it on a terminal; None where neither is."""
    from runtime.settings import StartProblem

    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0].strip()
        except IndexError:
            raise StartProblem(f"the file {file} is empty") from None
        except (OSError, UnicodeError) as error:
            raise StartProblem(f"the passphrase cannot be read from {file}: {error}") from error
    if not sys.stdin.isatty():
        return None
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))


@contextmanager
def _bar(what: str) -> Iterator[object]:
    """Show on a terminal how much has been worked through; a log gets no such lines."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda number: progress.advance(task, number)
