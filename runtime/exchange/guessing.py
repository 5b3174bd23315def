"""Which column of a file is meant for which field: by earlier choices, names and labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from config import labels
from config.specs.entity import CreateWithSpec
from runtime.records.import_values import Target

_APART = re.compile(r"[\W_]+")


def guess(
    header: Sequence[str], targets: Sequence[Target], locales: Sequence[str],
    earlier: Mapping[str, str] | None = None, parts: Mapping[str, CreateWithSpec] | None = None,
) -> dict[str, str]:
    """Return header → path, for the columns whose meaning is clear; no field is given twice.

    What the person chose before wins, then the names of our own exports, then labels in any
    language of the site.
    """
    known = {target.path: target.name for target in targets}
    words = _words(targets, locales, parts or {})
    found: dict[str, str] = {}
    taken: set[str] = set()
    chosen_before = dict(earlier or {})
    by_name = {name: words.get(_plain(name)) for name in header}
    for meant in (chosen_before, by_name):
        for name in header:
            path = meant.get(name)
            if path is None or path not in known or name in found:
                continue
            field = known[path]
            if field not in taken:
                found[name] = path
                taken.add(field)
    return found


def key_of(mapping: Mapping[str, str], earlier: str | None = None) -> str | None:
    """Return the field by which lines may find their rows: the one used before, else the id."""
    paths = set(mapping.values())
    if earlier in paths:
        return earlier
    return "id" if "id" in paths else None


def _words(
    targets: Sequence[Target], locales: Sequence[str], parts: Mapping[str, CreateWithSpec]
) -> dict[str, str]:
    """Return what a column may be called → path; the first meaning wins."""
    words: dict[str, str] = {}
    for target in targets:
        words.setdefault(_plain(target.path), target.path)
    for locale in locales:
        for target in targets:
            label = target.field.label(locale)
            if target.by is not None:
                label = f"{label} {target.by.label(locale)}"
            if target.part:
                label = f"{labels.text(parts[target.part].label, target.part, locale)} {label}"
            words.setdefault(_plain(label), target.path)
    return words


def _plain(text: str) -> str:
    return _APART.sub(" ", text.casefold()).strip()
