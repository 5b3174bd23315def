"""Earlier names: what something was called belongs to it alone, and is not what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.objects import Item, Objects
from config.source import KeyPath

_KINDS = ("entity", "machine", "role")


def check_renames(objects: Objects) -> None:
    """Check `renamed_from` of everything that can have it."""
    for kind in _KINDS:
        items = {item.name: item for item in objects.whole(kind)}
        _check(objects, ((item, (), name, item.spec.renamed_from)
                         for name, item in items.items()))
    for item in objects.checked("entity"):
        fields: Mapping[str, object] = item.spec.fields
        _check(objects, ((item, ("fields", name), name, getattr(field, "renamed_from", ()))
                         for name, field in fields.items()))


def _check(
    objects: Objects, named: Iterable[tuple[Item, KeyPath, str, Iterable[str]]]
) -> None:
    """Check things of one kind: (object, path in it, its name, its earlier names)."""
    owners: dict[str, tuple[Item, KeyPath, str]] = {}
    for item, path, name, earlier in named:
        for index, old in enumerate(earlier):
            source, inner = item.locate((*path, "renamed_from", index))
            place: KeyPath = (*path, "renamed_from", index)
            place = place if inner in source.value_positions else place[:-1]
            first = owners.setdefault(old, (item, place, name))
            if not objects.is_checked(item):
                continue
            if old == name:
                objects.report(item, place, f"{name} is its name today", "bad-rename",
                               "name what it was called before, or leave the key out")
            elif first != (item, place, name):
                objects.report(item, place, f"{first[2]} was called {old} too", "bad-rename",
                               "the data goes to one of them: keep one",
                               also=first[0].value(*first[1]))
