"""Which files belong to a configuration, and their bytes.

Everything named *.yaml or *.yml below a layer's folder, and the texts that may stand beside it
(bodies of messages, layouts, rows as CSV, translations), except in hidden folders and in those that
hold no YAML of ours (`extensions/`: Python, `templates/`: pages). A link that leads out of its
folder is refused: a configuration says everything that it consists of.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from config.errors import Position, Problem
from config.source import BYTES_MAX
from config.vocabulary import Layer

YAML = (".yaml", ".yml")
TEXTS = (".md", ".html", ".txt", ".csv", ".po")
# Entries of a linked folder that are looked at.
LINKED_MAX = 10_000
FOLDERS_LEFT_OUT = ("extensions", "templates", "node_modules", "__pycache__")


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is, how reports name it, which layer it is of, and what it holds."""

    path: Path
    shown: str
    layer: Layer
    content: bytes

    @property
    def is_yaml(self) -> bool:
        return self.path.suffix in YAML


def read_layers(layers: Iterable[Layer]) -> tuple[list[File], list[Problem]]:
    """Return the files of all layers in their order, and what cannot be read."""
    files: list[File] = []
    problems: list[Problem] = []
    for layer in layers:
        root = Path(layer.folder)
        if not root.is_dir():
            problems.append(Problem(
                Position(str(root), 1, 1), "", "there is no such folder", "no-folder",
                "give the folder that holds the YAML files",
            ))
            continue
        _read_folder(layer, root, files, problems)
    return files, problems


def _read_folder(layer: Layer, root: Path, files: list[File], problems: list[Problem]) -> None:
    inside = os.path.realpath(root) + os.sep
    for path, linked in _paths(root, inside):
        shown = _shown(path)
        if linked and not (os.path.realpath(path) + os.sep).startswith(inside):
            problems.append(Problem(
                Position(shown, 1, 1), "", "the link leads out of the folder", "outside-folder",
                "copy the file, or give its folder as a layer of its own",
            ))
            continue
        if linked and _is_walked(path, inside):
            problems.append(Problem(
                Position(shown, 1, 1), "", "the link leads to what is read already", "read-twice",
                "delete the link: a folder is read with all that is in it",
            ))
            continue
        try:
            # What is no plain file may keep its reader waiting for ever, as a pipe does.
            if not stat.S_ISREG(path.stat().st_mode):
                problems.append(Problem(
                    Position(shown, 1, 1), "", "it is not a plain file", "unreadable-file",
                    "a pipe, a device or a socket holds no configuration: delete or rename it",
                ))
                continue
            with path.open("rb") as stream:
                content = stream.read(BYTES_MAX + 1)
        except OSError as error:
            problems.append(Problem(
                Position(shown, 1, 1), "", f"the file cannot be read: {error.strerror}",
                "unreadable-file",
            ))
            continue
        files.append(File(path, shown, layer, content))


def _paths(root: Path, inside: str) -> Iterator[tuple[Path, bool]]:
    """Yield the files in the order of their names, folder by folder, and whether by a link."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(
            name for name in names if not name.startswith(".") and name not in FOLDERS_LEFT_OUT
        )
        for name in sorted(files):
            if name.endswith(YAML + TEXTS) and not name.startswith("."):
                path = Path(folder, name)
                yield path, path.is_symlink()
        for name in names:
            linked = Path(folder, name)
            if linked.is_symlink():
                # os.walk does not enter it. What leads out, or back to files that are read anyway,
                # is told once; of any other folder each file is taken like a linked one.
                target = os.path.realpath(linked) + os.sep
                if target.startswith(inside) and not _is_walked(linked, inside):
                    yield from ((path, True) for path in _yaml_below(linked))
                elif next(_yaml_below(linked), None):
                    yield linked, True


def _yaml_below(folder: Path) -> Iterator[Path]:
    # A link may lead to the root of the disk.
    found = islice(folder.rglob("*"), LINKED_MAX)
    return (path for path in found if path.suffix in YAML)


def _is_walked(link: Path, inside: str) -> bool:
    """Say whether a link leads to YAML, or a folder, that is come upon without it too."""
    target = os.path.realpath(link)
    if inside.startswith(target + os.sep):
        return True
    parts = target.removeprefix(inside).split(os.sep)
    hidden = any(part.startswith(".") or part in FOLDERS_LEFT_OUT for part in parts)
    same = os.path.isdir(target) or (
        link.suffix in YAML and target.endswith(YAML) and os.path.isfile(target)
    )
    return target.startswith(inside) and same and not hidden


def _shown(path: Path) -> str:
    """Return the path as it was given; an absolute one is shortened below the current folder."""
    if path.is_absolute():
        try:
            return str(path.relative_to(Path.cwd()))
        except ValueError:
            return str(path)
    return str(path)
