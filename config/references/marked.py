"""Keys that mean the same wherever they stand: labels, icons, functions, extension data."""

from __future__ import annotations

from config.errors import suggest
from config.objects import Item, Objects
from config.source import KeyPath
from config.walk import marked

PURPOSES = {"compute_by": "compute", "guard_by": "guard", "job": "job", "run": "job",
            "chart": "chart"}


def check_marked(objects: Objects) -> None:
    """Check every label, icon and function name of every object."""
    locales = _locales(objects)
    for items in objects.kinds.values():
        for item in items.values():
            if item.spec is None or not objects.is_checked(item):
                continue
            for path, kind, value, _above in marked(item.spec):
                if item.kind == "entity" and path[0] in ("machines", "allow"):
                    continue
                if kind == "label":
                    _check_label(objects, item, path, value, locales)
                elif kind == "icon" and path[:-1] not in item.grafts:
                    # The icon of an item that an entity's own file makes is told there.
                    _check_icon(objects, item, path, value)
                elif kind == "function":
                    _check_function(objects, item, path, value)


def _locales(objects: Objects) -> tuple[str, ...]:
    for site in objects.whole("site"):
        return tuple(site.spec.locales)
    return ()


def _check_label(
    objects: Objects, item: Item, path: KeyPath, label: object, locales: tuple[str, ...]
) -> None:
    if isinstance(label, dict):
        for locale, text in label.items():
            if not text.strip():
                objects.report(item, (*path, locale) if locale else path, "the text is empty",
                               "empty-label", "write the text, or leave the key out")
    # Layers of the program speak more languages than a site may list.
    if not isinstance(label, dict) or not locales or item.layer.protected:
        return
    for locale in label:
        if locale and locale not in locales:
            objects.report(item, (*path, locale), f"the site has no locale '{locale}'",
                           "unknown-locale", suggest(locale, locales), on_key=True)


def _check_icon(objects: Objects, item: Item, path: KeyPath, name: str) -> None:
    icons = objects.vocabulary.icons
    if icons and name not in icons:
        objects.unknown(item, path, "icon", name, icons, "unknown-icon")


def _check_function(objects: Objects, item: Item, path: KeyPath, name: str) -> None:
    functions = objects.vocabulary.functions
    wanted = PURPOSES.get(str(path[-1]), "")
    known = [each for each, info in functions.items() if info.purpose == wanted]
    if name not in functions:
        objects.unknown(item, path, "function", name, known, "unknown-function")
    elif functions[name].purpose != wanted:
        objects.report(item, path, f"{name} is made for {functions[name].purpose}, "
                       f"not for {wanted}", "wrong-function", suggest(name, known))
