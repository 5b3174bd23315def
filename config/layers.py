"""Patches: changes that a later layer makes to objects of earlier ones.

A patch follows the tree of its object down to instructions, maps with one of these keys:

    add    the value must be absent; `after: KEY` or `before: KEY` say where, else at the end
    set    the value must be present; the keys of a map are set one by one
    drop   `drop: yes` takes it away; of a list, the entries named
    hide   `hide: yes` keeps it and shows it nowhere

`if_was` makes the patch fail when what it changes is no longer what it was. The result is a
source like any other, in which every place still leads to the file that wrote it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from config.errors import Problem, suggest
from config.objects import Earlier, Objects
from config.patch_conflicts import Changes
from config.patching import Patching, PatchProblem
from config.source import KeyPath, Source, dotted
from config.specs import KINDS
from config.specs.base import quoted
from config.vocabulary import Layer

INSTRUCTIONS = ("add", "set", "drop", "hide")
_BESIDE = ("after", "before", "if_was")

# What a patch may touch of an entity that the program itself relies on.
_OPEN_PARTS = {
    "label", "plural", "help", "icon", "title", "fields", "views", "form", "create_form",
    "detail", "menu", "allow", "after_create", "sets", "rules", "index",
}
_OPEN_FIELD_KEYS = {"label", "help", "hidden"}
_DROPPABLE = {"views", "form", "create_form", "detail", "menu", "allow"}


def apply_patches(
    objects: Objects, sources: Iterable[tuple[Source, Layer]],
    patches: Iterable[tuple[Source, Layer]],
) -> dict[int, Source]:
    """Return id of a source → the source after all patches to it, for those that have any."""
    targets: dict[str, tuple[Source, Layer]] = {}
    for source, layer in sources:
        targets.setdefault(f"{source.kind}/{source.name}", (source, layer))
    works: dict[str, Patching] = {}
    changes: dict[str, Changes] = {}
    for patch, layer in patches:
        objects.patch_layers[patch.file] = layer.name
        if patch.name not in targets:
            _unknown_target(objects, patch, targets)
            continue
        source, target_layer = targets[patch.name]
        work = works.setdefault(patch.name, Patching(source))
        known = changes.setdefault(patch.name, Changes())
        _Patch(objects, patch, layer, work, known, target_layer.protected).run()
    for address, work in works.items():
        objects.earlier[address] = work.earlier
    return {
        id(targets[address][0]): replace(
            targets[address][0], data=work.data, key_positions=work.keys,
            value_positions=work.values,
        )
        for address, work in works.items()
    }


def _unknown_target(objects: Objects, patch: Source, targets: dict[str, Any]) -> None:
    if objects.doubtful:
        # The object may stand in a file that could not be read; that is reported there.
        return
    kind = patch.name.partition("/")[0]
    what = f"there is no '{patch.name}' to patch"
    hint = suggest(patch.name, targets) if kind in KINDS else (
        "write kind and name: entity/invoice"
    )
    objects.problems.append(
        Problem(patch.value(("patch",)), "patch", what, "unknown-object", hint)
    )


class _Patch:
    """One patch file at work on one object."""

    def __init__(
        self, objects: Objects, patch: Source, layer: Layer, work: Patching, changes: Changes,
        protected: bool,
    ) -> None:
        self.objects, self.patch, self.layer, self.work = objects, patch, layer, work
        self.changes, self.protected = changes, protected

    def run(self) -> None:
        for key, value in self.patch.data.items():
            if key != "patch":
                self._descend((key,), value)

    def _report(self, path: KeyPath, what: str, code: str, hint: str = "") -> None:
        self.objects.problems.append(
            Problem(self.patch.key(path), dotted(path), what, code, hint)
        )

    def _descend(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, dict) or not value:
            self._report(path, f"expected an instruction, got {quoted(value)}", "bad-patch",
                         "write one of: add, set, drop, hide")
            return
        given = [key for key in value if key in INSTRUCTIONS]
        if not given:
            for key, inner in value.items():
                self._descend((*path, key), inner)
            return
        unknown = [key for key in value if key not in (*INSTRUCTIONS, *_BESIDE)]
        if len(given) > 1 or unknown:
            self._report(
                (*path, (unknown or given[1:])[0]), "unknown key beside an instruction"
                if unknown else "one instruction at a time", "bad-patch",
                "write one of: add, set, drop, hide; beside it after, before, if_was",
            )
            return
        if self.protected and not self._may(path, given[0], value[given[0]]):
            return
        try:
            self._if_was(path, value)
            self._instruct(path, given[0], value)
        except PatchProblem as problem:
            at = (*path, problem.key) if problem.key else path
            self._report(at, problem.what, problem.code, problem.hint)

    def _if_was(self, path: KeyPath, value: dict[str, Any]) -> None:
        if "if_was" not in value:
            return
        wanted, now = value["if_was"], self.work.get(path, absent=None)
        if isinstance(wanted, dict) and isinstance(now, (dict, str, list)):
            long = self.work.long_form(path, now)
            now = {key: long.get(key) for key in wanted} if isinstance(long, dict) else now
        if wanted != now:
            changed = now
            if isinstance(now, dict) and isinstance(wanted, dict):
                key = next(key for key in wanted if wanted[key] != now[key])
                changed = now[key]
            raise PatchProblem(
                f"this was changed meanwhile, it is now {quoted(changed)}", "patch-outdated",
                "look whether the patch is still right, then change if_was", "if_was",
            )

    def _instruct(self, path: KeyPath, word: str, value: dict[str, Any]) -> None:
        work, inner = self.work, (*path, word)
        # A copy: the object itself goes on being changed, by this patch and by later layers.
        before = copy.deepcopy(work.get(path, absent=None))
        for key in ("after", "before"):
            if key in value and not isinstance(value[key], str):
                raise PatchProblem(f"expected a name, got {quoted(value[key])}", "bad-patch",
                                   "name one key", key)
        if word == "add":
            work.add(path, value["add"], self.patch, inner, value.get("after"),
                     value.get("before"))
        elif "after" in value or "before" in value:
            raise PatchProblem("only what is added has a place", "bad-patch",
                               "leave out after and before", "after" if "after" in value
                               else "before")
        elif word == "set":
            work.set(path, value["set"], self.patch, inner)
        elif word == "drop":
            work.drop(path, value["drop"], inner)
        else:
            work.hide(path, value["hide"], self.patch, inner)
        if before is not None:
            work.remember(path, Earlier(self.layer.name, self.patch.key(path), before))
        if word == "set":
            self._remember_keys(path, before, value["set"])
        by_key = word == "set" and isinstance(value["set"], dict) and isinstance(
            work.long_form(path, before), dict
        )
        found = self.changes.note(
            self.layer, self.patch, path, word, value[word], by_key=by_key
        )
        # With `if_was` a patch says itself what it follows.
        self.objects.problems += [] if "if_was" in value else found

    def _remember_keys(self, path: KeyPath, before: Any, changes: Any) -> None:
        """Remember what each key held that was set one by one."""
        earlier = self.work.long_form(path, before)
        if not (isinstance(changes, dict) and isinstance(earlier, dict)):
            return
        for key in changes:
            if key in earlier:
                place = self.patch.key((*path, "set", key))
                self.work.remember((*path, key), Earlier(self.layer.name, place, earlier[key]))

    def _may(self, path: KeyPath, word: str, value: Any) -> bool:
        """Say whether an object of the program may be changed so; report when not."""
        kind = self.patch.name.partition("/")[0]
        if kind not in ("entity", "machine"):
            return True
        allowed = kind == "entity" and path[0] in _OPEN_PARTS
        if word == "drop":
            allowed = allowed and path[0] in _DROPPABLE
        elif path[0] == "fields":
            allowed = _may_touch_field(path, word, value)
        if not allowed:
            self._report(
                path, "the program itself relies on this", "protected",
                "fields, labels, views and forms can be added; nothing dropped or retyped",
            )
        return allowed


def _may_touch_field(path: KeyPath, word: str, value: Any) -> bool:
    """Say whether a patch of a field leaves alone what the program reads and writes."""
    if len(path) == 1:
        # All fields at once: that would replace them.
        return False
    if len(path) > 2:
        return path[2] in _OPEN_FIELD_KEYS
    if word == "set":
        return isinstance(value, dict) and bool(value) and set(value) <= _OPEN_FIELD_KEYS
    return True
