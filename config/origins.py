"""Where everything came from: layer, file, line, and what stood there before a patch.

An address is kind, name and the keys below, joined by slashes:
`entity/invoice/fields/due_date`. Packed small, because a running panel seldom asks.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.errors import Position
from config.objects import Earlier, Item, Objects
from config.source import KeyPath, Source


@dataclass(frozen=True, slots=True)
class Change:
    """An earlier value and the patch that replaced it."""

    value: str
    layer: str
    position: Position


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a key was written. `changes` are earlier values, oldest first."""

    layer: str
    position: Position
    changes: tuple[Change, ...] = ()


class Origins(Mapping[str, Origin]):
    """address → Origin. One text per object until the first question: few ever come."""

    def __init__(self, texts: list[str]) -> None:
        self._texts: list[str] | None = texts
        self._packed = b""
        self._known: dict[str, list[Any]] | None = None

    def __getstate__(self) -> bytes:
        if self._texts is None:
            return self._packed
        return zlib.compress("\n".join(self._texts).encode(), 1)

    def __setstate__(self, packed: bytes) -> None:
        self._texts, self._packed, self._known = None, packed, None

    def _table(self) -> dict[str, list[Any]]:
        if self._known is None:
            texts = self._texts
            whole = zlib.decompress(self._packed).decode() if texts is None else "\n".join(texts)
            rows = (json.loads(line) for line in whole.split("\n") if line)
            self._known = {row[0]: row for row in rows}
        return self._known

    def __getitem__(self, address: str) -> Origin:
        _, layer, file, line, column, changes = self._table()[address]
        return Origin(layer, Position(file, line, column), tuple(
            Change(value, by, Position(*place)) for value, by, place in changes
        ))

    def __iter__(self) -> Iterator[str]:
        return iter(self._table())

    def __len__(self) -> int:
        return len(self._table())


def origins_of(objects: Objects) -> Origins:
    """Return the origin of every key of every object."""
    layers = {
        item.source.file: item.layer.name
        for items in objects.kinds.values() for item in items.values()
    } | objects.patch_layers
    quoted = {text: json.dumps(text) for file, layer in layers.items() for text in (file, layer)}
    return Origins([
        "\n".join(_lines_of(objects, item, layers, quoted))
        for items in objects.kinds.values() for item in items.values()
    ])


def _lines_of(
    objects: Objects, item: Item, layers: dict[str, str], quoted: dict[str, str]
) -> Iterator[str]:
    """Yield one JSON list per key: address, layer, file, line, column, earlier values."""
    position = item.key(item.kind)
    earlier = objects.earlier.get(item.address, {})
    yield _line(item.address, quoted[item.layer.name], quoted[position.file],
                (position.line, position.column))
    for path, source, inner in _keys_of(item):
        place = source.key_positions[inner]
        file = place[2].file if len(place) > 2 else source.file
        address = f"{item.address}/{'/'.join(map(str, path))}"
        yield _line(address, quoted[layers[file]], quoted[file], place, earlier.get(path, ()))


def _line(
    address: str, layer: str, file: str, place: tuple[Any, ...], earlier: Iterable[Earlier] = ()
) -> str:
    changes = [
        [_text(one.value), one.layer,
         [one.position.file, one.position.line, one.position.column]]
        for one in earlier
    ]
    said = json.dumps(changes) if changes else "[]"
    return f"[{json.dumps(address)},{layer},{file},{place[0]},{place[1]},{said}]"


def _keys_of(item: Item) -> Iterator[tuple[KeyPath, Source, KeyPath]]:
    """Yield the path of every key with the source that wrote it, parts from elsewhere too."""
    if () not in item.grafts:
        for path in item.source.key_positions:
            yield path, item.source, path
    for root, (source, inner) in item.grafts.items():
        for path in source.key_positions:
            if path[: len(inner)] == inner and path != inner[:0]:
                rest = path[len(inner):]
                if root or rest:
                    yield (*root, *rest), source, path


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
