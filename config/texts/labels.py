"""Every label of a configuration with its address and English text, and labels in more languages.

A label that nobody wrote derives from its key; `entity/invoice/fields/due_date/label` is an
address all the same, so that "Due date" can be translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from config import labels
from config.source import KeyPath
from config.specs import (
    EntitySpec,
    JobSpec,
    LayoutSpec,
    MessageSpec,
    RoleSpec,
    SettingsSpec,
    Spec,
)
from config.specs.entity import CreateWithSpec, SectionSpec, TabSpec, ViewSpec
from config.specs.fields import FieldSpec
from config.specs.machine import MoveSpec
from config.specs.menu import MenuItemSpec
from config.specs.parts import WidgetSpec
from config.walk import plan

Label = dict[str, str]
# (path below the object, the label as written, the text that derives from the key, whether pages
# say that text by themselves) → the label.
Change = Callable[[KeyPath, Label | None, str, bool], Label | None]

# Labels of the fields that every entity has without declaring them, and of such a view.
IMPLICIT = ("ID", "Created", "Changed", "Version", "Deleted", "Breaks a rule")

# A label left out is one that derives from the key, wherever these are shown.
_DERIVED = (EntitySpec, FieldSpec, MoveSpec, RoleSpec)

# Without a label pages show their key in words.
_KEYED = (CreateWithSpec, JobSpec, MenuItemSpec, MessageSpec, SectionSpec, SettingsSpec, TabSpec,
          ViewSpec, WidgetSpec)

# What looks like a label and is none: templates and names of files, one per locale already.
_NO_LABELS = {MessageSpec: {"subject", "body", "short"}, LayoutSpec: {"body"}}

# Parts of an entity's file that are objects of their own.
_ELSEWHERE = {EntitySpec: {"machines", "allow"}}


def of_new_row(name: str) -> str:
    """Return what the button for a new row says: `New service`.

    Catalogues have it as a whole, for each entity: languages bend words, `Nowa usługa`.
    """
    return f"New {labels.lowered(name)}"


def of_no_rows(plural: str) -> str:
    """Return what an empty list says: `No services yet`. Catalogues have it as a whole too."""
    return f"No {labels.lowered(plural)} yet"


def sayings(spec: EntitySpec, key: str) -> Iterator[str]:
    """Yield the sentences of pages that are about an entity and its name."""
    name = english(spec.label) or labels.derived(key)
    if not spec.internal:
        yield of_no_rows(english(spec.plural) or labels.plural(name))
        if not {"recorded", "append_only"} & set(spec.traits):
            yield of_new_row(name)


def english(label: Label | None) -> str:
    """Return the text that catalogues know a label by; empty when it has none in English."""
    return "" if not label else label.get("", label.get("en", ""))


def with_labels(spec: Spec, key: str, change: Change, path: KeyPath = ()) -> Any:
    """Return the spec with every label as `change` says; the same one when none differs.

    `key` is the name that the spec stands under, from which its own label derives.
    """
    kind = type(spec)
    left_out = _NO_LABELS.get(kind, set()) | _ELSEWHERE.get(kind, set())
    new: dict[str, Any] = {}
    for name, written, marker, nested in plan(kind):
        value = spec.__dict__[name]
        if name in left_out or marker not in ("", "label"):
            continue
        inner = (*path, written)
        if marker and not nested:
            derived = _derived(spec, name, key)
            keyed = _key_text(spec, key) if name == "label" and not derived else ""
            if value is not None or derived or keyed:
                found = change(inner, value, derived or keyed, bool(keyed))
                if found is not value:
                    new[name] = found
        elif value:
            found = _inside(value, str(key), inner, change, labels_inside=bool(marker))
            if found is not value:
                new[name] = found
    return spec.model_copy(update=new) if new else spec


def label_places(spec: Spec, key: str) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and English text of every label below an object."""
    places: list[tuple[KeyPath, str]] = []

    def note(path: KeyPath, label: Label | None, derived: str, keyed: bool) -> Label | None:
        text = english(label) if label else derived
        if text and not keyed:
            places.append((path, text))
        return label

    with_labels(spec, key, note)
    return iter(places)


def all_places(spec: Spec, key: str) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and English text of everything below an object that a page says."""
    yield from label_places(spec, key)
    yield from key_places(spec, key)


def key_places(spec: Spec, key: str, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and text of every key that a page shows in place of a label."""
    text = _key_text(spec, key)
    if text:
        yield (*path, "label"), text
    if isinstance(spec, SectionSpec) and spec.tab:
        yield (*path, "tab"), labels.derived(spec.tab)
    for name, written, marker, _ in plan(type(spec)):
        value = spec.__dict__[name]
        if marker or name in _ELSEWHERE.get(type(spec), ()) or not value:
            continue
        if isinstance(value, Spec):
            yield from key_places(value, key, (*path, written))
        elif isinstance(value, dict):
            for each, one in value.items():
                if isinstance(one, Spec):
                    yield from key_places(one, str(each), (*path, written, each))


def _key_text(spec: Spec, key: str) -> str:
    if not isinstance(spec, _KEYED) or spec.label:
        return ""
    if isinstance(spec, SectionSpec):
        return key_words(key)
    if isinstance(spec, MenuItemSpec) and (spec.entity or spec.view or spec.each or spec.settings):
        return ""
    if isinstance(spec, WidgetSpec) and spec.count:
        return ""
    if isinstance(spec, ViewSpec) and (key == "staff" or not spec.where):
        return ""
    return labels.derived(key)


def key_words(key: str) -> str:
    """Return the heading of a section: its key, written by people, or one that is a name."""
    return labels.derived(key) if key.islower() else key


def _derived(spec: Spec, name: str, key: str) -> str:
    if not isinstance(spec, _DERIVED):
        return ""
    if name == "label":
        return labels.derived(key)
    if name == "plural":
        return labels.plural(english(spec.__dict__["label"]) or labels.derived(key))
    return ""


def _inside(value: Any, key: str, path: KeyPath, change: Change, *, labels_inside: bool) -> Any:
    if isinstance(value, Spec):
        return with_labels(value, key, change, path)
    if not isinstance(value, dict):
        return value
    new = {
        name: change((*path, name), one, "", False) if labels_inside
        else with_labels(one, name, change, (*path, name)) if isinstance(one, Spec) else one
        for name, one in value.items()
    }
    return new if any(new[name] is not one for name, one in value.items()) else value
