"""Keeps the list of installed extensions that staff see: system entity `module`.

    site.yaml `extensions: [billing]` ─> loaded ─> module(name=billing, status=active, …)

An extension that is no longer named stays in the list as inactive.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import TYPE_CHECKING, Any

from config import labels
from runtime.actors import system
from runtime.records.errors import ValidationFailed
from runtime.records.values import PAGE_SIZE_MAX, ListQuery

if TYPE_CHECKING:
    from runtime.panel import Panel
    from runtime.plugins import Extensions
    from runtime.records import Records

ENTITY = "module"
BY = system("start")
_KIND_MAX, _TEXT_MAX = 40, 250


def note_modules(panel: Panel) -> None:
    """Write what is installed into the list, when it is not there already."""
    wanted = {name: _facts(panel.extensions, name) for name in panel.extensions.names}
    with panel.reading(BY) as records:
        if not any(_changes(records, wanted)):
            return
    try:
        with panel.records(BY) as records:
            for id_, values in list(_changes(records, wanted)):
                if id_ is None:
                    records.create(ENTITY, values)
                else:
                    records.update(ENTITY, id_, values)
    except ValidationFailed:
        # Another process that started at the same moment has written the same names.
        return


def _changes(
    records: Records, wanted: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    """Yield id and values of the rows that are not as wanted; the id is None for a new one."""
    query = ListQuery(
        columns=("name", "kind", "release", "description", "status"), size=PAGE_SIZE_MAX,
        count=False,
    )
    rows = {row["name"]: row for row in records.list(ENTITY, query).rows}
    for name, values in wanted.items():
        row = rows.get(name)
        if row is None:
            yield None, values
        elif any(row[key] != value for key, value in values.items()):
            yield row.id, values
    for name, row in rows.items():
        if name not in wanted and row["status"] != "inactive":
            yield row.id, {"status": "inactive"}


def _facts(extensions: Extensions, name: str) -> Mapping[str, Any]:
    plugin = extensions.manager.get_plugin(name)
    package = _package(plugin)
    said = (package and inspect.getdoc(package)) or inspect.getdoc(plugin) or ""
    return {
        "name": name,
        "kind": (_brings(extensions, name) or "Extension")[:_KIND_MAX],
        "release": _release(plugin),
        "description": said.partition("\n\n")[0].replace("\n", " ")[:_TEXT_MAX] or None,
        "status": "active",
    }


def _brings(extensions: Extensions, name: str) -> str:
    """Return the kinds of drivers that an extension brings, as words."""
    hooks = extensions.manager.hook.register_drivers.get_hookimpls()
    kinds = sorted({
        driver.kind for each in hooks if each.plugin_name == name for driver in each.function()
    })
    return ", ".join(labels.derived(kind) for kind in kinds)


def _package(plugin: Any) -> ModuleType | None:
    """Return the package of a plugin module; None for a module that stands alone."""
    return sys.modules.get((getattr(plugin, "__package__", "") or "").strip("."))


def _release(plugin: Any) -> str | None:
    """Return the version of an extension, that of the panel for one that comes with it."""
    own = getattr(plugin, "__version__", None) or getattr(_package(plugin), "__version__", None)
    if own is not None:
        return str(own)[:_KIND_MAX]
    if not str(getattr(plugin, "__name__", "")).startswith("extensions."):
        return None
    try:
        return version("panelwright")
    except PackageNotFoundError:
        return None
