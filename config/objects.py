"""All objects of a configuration while it is read: specs beside the places they came from.

The checks across files work on this. An object whose own file is broken stays known by name,
so that one mistake does not become twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from config.errors import Position, Problem, suggest
from config.source import KeyPath, Source, dotted
from config.specs.base import quoted
from config.vocabulary import Layer, Vocabulary


@dataclass(slots=True)
class Item:
    """One object. `spec` is None when its own file is broken.

    `grafts`: parts that another file says (`allow:` inside an entity): path here → where it is.
    `written` is the spec before patches, None when none was applied.
    """

    kind: str
    name: str
    spec: Any
    source: Source
    layer: Layer
    grafts: dict[KeyPath, tuple[Source, KeyPath]] = field(default_factory=dict)
    written: Any = None

    @property
    def address(self) -> str:
        return f"{self.kind}/{self.name}"

    def locate(self, path: KeyPath) -> tuple[Source, KeyPath]:
        """Return source and path where `path` of this object was written."""
        for length in range(len(path), -1, -1) if self.grafts else ():
            if path[:length] in self.grafts:
                source, root = self.grafts[path[:length]]
                return source, (*root, *path[length:])
        return self.source, path

    def key(self, *path: str | int) -> Position:
        source, inner = self.locate(path)
        return source.key(inner)

    def value(self, *path: str | int) -> Position:
        source, inner = self.locate(path)
        return source.value(inner)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What stood at a place before a patch changed it: the patch's layer, its place, the value."""

    layer: str
    position: Position
    value: Any


@dataclass
class Objects:
    """kind → name → item, in the order they were read, and the problems found so far."""

    vocabulary: Vocabulary
    kinds: dict[str, dict[str, Item]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Address → path → what stood there before each patch.
    earlier: dict[str, dict[KeyPath, list[Earlier]]] = field(default_factory=dict)
    # File of a patch → its layer.
    patch_layers: dict[str, str] = field(default_factory=dict)
    # Names whose file is broken before its name is sure; references to them are not judged.
    doubtful: bool = False
    # With a file's name here, only what that file says is checked against the rest.
    only_file: str | None = None

    def of(self, kind: str) -> dict[str, Item]:
        return self.kinds.setdefault(kind, {})

    def whole(self, kind: str) -> Iterator[Item]:
        """Yield the items of a kind whose own file is right."""
        for item in self.kinds.get(kind, {}).values():
            if item.spec is not None:
                yield item

    def checked(self, kind: str) -> Iterator[Item]:
        """Yield the right items of a kind whose checks are asked for."""
        for item in self.whole(kind):
            if self.is_checked(item):
                yield item

    def is_checked(self, item: Item) -> bool:
        """Say whether the checks of an item are asked for: all, or those of one file."""
        if self.only_file is None or item.source.file == self.only_file:
            return True
        return any(source.file == self.only_file for source, _ in item.grafts.values())

    def spec(self, kind: str, name: str) -> Any:
        """Return the spec, None when absent or broken."""
        item = self.kinds.get(kind, {}).get(name)
        return item.spec if item else None

    def add(self, item: Item) -> None:
        """Take an object in; a second of the same name is a problem of the later one."""
        known = self.of(item.kind)
        if item.name in known:
            first = known[item.name]
            self.report(
                item, (item.kind,), f"{item.kind} {item.name} stands in two files",
                "duplicate-object", f"to change it in a later layer write 'patch: {item.address}'",
                on_key=True, also=first.key(first.kind),
            )
            return
        known[item.name] = item

    def report(
        self, item: Item, path: KeyPath, what: str, code: str, hint: str = "",
        *, on_key: bool = False, also: Position | None = None,
    ) -> None:
        """Add a problem at the value of `path` (or its key) of `item`."""
        source, inner = item.locate(path)
        position = source.key(inner) if on_key else source.value(inner)
        self.problems.append(Problem(position, dotted(inner), what, code, hint, also))

    def unknown(
        self, item: Item, path: KeyPath, what: str, name: str, known: Iterable[str], code: str,
        *, on_key: bool = False,
    ) -> None:
        """Report that `name`, a `what`, is not among the known ones."""
        self.report(item, path, f"there is no {what} {quoted(name)}", code, suggest(name, known),
                    on_key=on_key)

    def exists(
        self, item: Item, path: KeyPath, kind: str, name: str, *, on_key: bool = False
    ) -> bool:
        """Say whether an object exists; report `unknown-<kind>` when not."""
        if name in self.kinds.get(kind, {}):
            return True
        self.unknown(item, path, kind.replace("_", " "), name, self.kinds.get(kind, {}),
                     f"unknown-{kind.replace('_', '-')}", on_key=on_key)
        return False
