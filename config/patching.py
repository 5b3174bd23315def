"""The tree of one object while patches change it, with the place of every key kept."""

from __future__ import annotations

import copy
from typing import Any

from config.errors import suggest
from config.objects import Earlier
from config.source import KeyPath, Place, Source
from config.specs.fields import expand
from config.specs.role import GRANT_WORDS

_ABSENT: Any = object()


class PatchProblem(Exception):
    """A patch cannot be applied; `key` is the key of the instruction that is wrong."""

    def __init__(self, what: str, code: str, hint: str = "", key: str = "") -> None:
        super().__init__(what)
        self.what, self.code, self.hint, self.key = what, code, hint, key


class Patching:
    """One object's data and places. Methods change both together."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = copy.deepcopy(source.data)
        self.keys: dict[KeyPath, Place] = dict(source.key_positions)
        self.values: dict[KeyPath, Place] = dict(source.value_positions)
        self.earlier: dict[KeyPath, list[Earlier]] = {}

    def remember(self, path: KeyPath, earlier: Earlier) -> None:
        self.earlier.setdefault(path, []).append(earlier)

    def get(self, path: KeyPath, absent: Any = _ABSENT) -> Any:
        """Return the value at a path; PatchProblem when it is absent and no default is given."""
        value: Any = self.data
        for index, key in enumerate(path):
            value = self.long_form(path[:index], value)
            if not isinstance(value, dict) or key not in value:
                if absent is not _ABSENT:
                    return absent
                known = value if isinstance(value, dict) else ()
                raise PatchProblem(f"there is no '{key}' to change", "patch-absent",
                                   suggest(str(key), known) or "write add")
            value = value[key]
        return value

    def long_form(self, path: KeyPath, value: Any) -> Any:
        """Return the map that a short form stands for, so that a patch can go into it."""
        parent = path[-2] if len(path) > 1 else None
        if isinstance(value, dict) or value is None:
            return value
        if parent in ("fields", "ask"):
            return expand(value)
        if parent == "items" and isinstance(value, str):
            return {"entity": value}
        if parent in ("form", "create_form", "sections", "unique") and isinstance(value, list):
            return {"fields": value}
        if parent == "allow" and isinstance(value, str):
            return dict(GRANT_WORDS.get(value, {}))
        return value

    def _map(self, path: KeyPath) -> dict[str, Any]:
        """Return the map at a path, written out when it stood there in short form."""
        if not path:
            return self.data
        parent, value = self._map(path[:-1]), self.get(path)
        long = self.long_form(path, value)
        if not isinstance(long, dict):
            raise PatchProblem("there is no map here", "patch-absent")
        parent[path[-1]] = long
        return long

    def add(
        self, path: KeyPath, value: Any, patch: Source, inner: KeyPath,
        after: Any = None, before: Any = None,
    ) -> None:
        """Put in what is not there; into a list, its entries."""
        present = self.get(path, absent=None)
        if isinstance(present, list):
            self._add_entries(path, present, value, patch, inner, after, before)
            return
        if present is not None:
            raise PatchProblem("this is there already", "patch-present", "write set to change it",
                               "add")
        parent = self._parent(path)
        anchor = after if after is not None else before
        if anchor is not None and anchor not in parent:
            raise PatchProblem(f"there is no '{anchor}' here", "patch-absent",
                               suggest(str(anchor), parent),
                               "after" if after is not None else "before")
        self._insert(parent, str(path[-1]), copy.deepcopy(value), after, before)
        self._move_places(path, patch, inner)
        self.keys[path] = (*patch.key_positions[inner[:-1]], patch)

    def _parent(self, path: KeyPath) -> dict[str, Any]:
        """Return the map that is to hold the last key; an absent part of the object is made."""
        for length in range(1, len(path)):
            if self.get(path[:length], absent=None) is None:
                self._map(path[: length - 1])[str(path[length - 1])] = {}
        return self._map(path[:-1])

    @staticmethod
    def _insert(parent: dict[str, Any], key: str, value: Any, after: Any, before: Any) -> None:
        entries = [entry for entry in parent.items() if entry[0] != key]
        names = [name for name, _ in entries]
        at = len(entries)
        if after is not None:
            at = names.index(after) + 1
        elif before is not None:
            at = names.index(before)
        entries.insert(at, (key, value))
        parent.clear()
        parent.update(entries)

    def _add_entries(
        self, path: KeyPath, present: list[Any], value: Any, patch: Source, inner: KeyPath,
        after: Any, before: Any,
    ) -> None:
        added = value if isinstance(value, list) else [value]
        twice = [entry for entry in added if entry in present]
        if twice:
            raise PatchProblem(f"'{twice[0]}' is there already", "patch-present", "leave it out",
                               "add")
        anchor = after if after is not None else before
        if anchor is not None and anchor not in present:
            raise PatchProblem(f"there is no '{anchor}' here", "patch-absent", "",
                               "after" if after is not None else "before")
        at = len(present) if anchor is None else present.index(anchor) + (after is not None)
        places = self._entry_places(path, len(present))
        new = [
            (*patch.value_positions.get((*inner, index), patch.value_positions[inner]), patch)
            for index in range(len(added))
        ]
        present[at:at] = copy.deepcopy(added)
        self._set_entry_places(path, [*places[:at], *new, *places[at:]])

    def set(self, path: KeyPath, value: Any, patch: Source, inner: KeyPath) -> None:
        """Change what is there: the keys of a map one by one, anything else as a whole."""
        present = self.get(path)
        if isinstance(value, dict) and isinstance(self.long_form(path, present), dict):
            target = self._map(path)
            for key, one in value.items():
                target[key] = copy.deepcopy(one)
                self._move_places((*path, key), patch, (*inner, key))
                self.keys[(*path, key)] = (*patch.key_positions[(*inner, key)], patch)
            return
        self._map(path[:-1])[path[-1]] = copy.deepcopy(value)
        self._move_places(path, patch, inner)

    def drop(self, path: KeyPath, value: Any, inner: KeyPath) -> None:
        present = self.get(path)
        if isinstance(present, list) and value not in ("yes", "true"):
            self._drop_entries(path, present, value if isinstance(value, list) else [value])
            return
        _yes(value, str(inner[-1]))
        del self._map(path[:-1])[path[-1]]
        self._forget_places(path)
        self.keys.pop(path, None)

    def _drop_entries(self, path: KeyPath, present: list[Any], names: list[Any]) -> None:
        for name in names:
            if name not in present:
                raise PatchProblem(f"there is no '{name}' here", "patch-absent", "", "drop")
        places = self._entry_places(path, len(present))
        kept = [index for index, entry in enumerate(present) if entry not in names]
        present[:] = [present[index] for index in kept]
        self._set_entry_places(path, [places[index] for index in kept])

    def hide(self, path: KeyPath, value: Any, patch: Source, inner: KeyPath) -> None:
        _yes(value, "hide")
        self.get(path)
        self._map(path)["hidden"] = "yes"
        self._move_places((*path, "hidden"), patch, inner)
        self.keys[(*path, "hidden")] = (*patch.key_positions[inner], patch)

    def _entry_places(self, path: KeyPath, length: int) -> list[Place]:
        whole = self.values.get(path, (1, 1))
        return [self.values.get((*path, index), whole) for index in range(length)]

    def _set_entry_places(self, path: KeyPath, places: list[Place]) -> None:
        self._forget_places(path, itself=False)
        for index, place in enumerate(places):
            self.values[(*path, index)] = place

    def _forget_places(self, path: KeyPath, *, itself: bool = True) -> None:
        for table in (self.keys, self.values):
            for known in [known for known in table if known[: len(path)] == path]:
                if known != path:
                    del table[known]
        if itself:
            self.values.pop(path, None)

    def _move_places(self, path: KeyPath, patch: Source, inner: KeyPath) -> None:
        """Let the places below `path` be those of the patch below `inner`."""
        self._forget_places(path)
        for table, theirs in (
            (self.keys, patch.key_positions), (self.values, patch.value_positions)
        ):
            for known, place in theirs.items():
                if known[: len(inner)] == inner and (table is self.values or known != inner):
                    table[(*path, *known[len(inner):])] = (*place, patch)


def _yes(value: Any, word: str) -> None:
    if value not in ("yes", "true"):
        raise PatchProblem(f"expected yes, got '{value}'", "bad-patch", f"write {word}: yes", word)
