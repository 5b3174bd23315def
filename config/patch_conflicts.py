"""Two patches of one layer that change one key: the name of a file must not decide which wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.errors import Position, Problem
from config.source import KeyPath, Source, dotted
from config.vocabulary import Layer


@dataclass(frozen=True, slots=True)
class _Change:
    """`over`: whether it says what stands there; else it adds something beside the rest."""

    path: KeyPath
    position: Position
    layer: Layer
    file: str
    over: bool


class Changes:
    """What the patches of one object changed so far."""

    def __init__(self) -> None:
        self._known: list[_Change] = []

    def note(
        self, layer: Layer, patch: Source, path: KeyPath, word: str, value: Any, *, by_key: bool,
    ) -> list[Problem]:
        """Take one instruction in; return what it undoes of another file of its layer.

        `by_key`: the value is a map whose keys are set one by one.
        """
        found = []
        for inner, target in _targets(path, word, value, by_key=by_key):
            over = word == "set" or (word == "drop" and not isinstance(value, list))
            change = _Change(target, patch.key(inner), layer, patch.file, over)
            first = next((one for one in self._known if _meet(one, change)), None)
            if first is not None:
                found.append(Problem(
                    change.position, dotted(inner), "another patch of this layer changes it too",
                    "patch-conflict", "keep one of them, or let the later one say if_was",
                    first.position,
                ))
            self._known.append(change)
        return found


def _targets(
    path: KeyPath, word: str, value: Any, *, by_key: bool
) -> list[tuple[KeyPath, KeyPath]]:
    """Return (place in the patch, what it changes) of an instruction."""
    if by_key:
        return [((*path, word, key), (*path, key)) for key in value]
    return [((*path, word), (*path, "hidden") if word == "hide" else path)]


def _meet(first: _Change, second: _Change) -> bool:
    if first.layer != second.layer or first.file == second.file or not second.over:
        return False
    shorter = min(len(first.path), len(second.path))
    if first.path[:shorter] != second.path[:shorter]:
        return False
    # Into what another file adds, or beside it, one may write; not over it.
    return first.over or len(first.path) >= len(second.path)
