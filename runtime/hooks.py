"""Every hook that an extension can implement, in one file.

An extension is a module with functions marked `@hookimpl` (from runtime.api). `register_*` and
`required_*` give values once at start; a past participle tells what has been committed.
Arguments are passed by keyword; an implementation takes those it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pluggy

from runtime.api import Check, Driver, Function, PageEntry, WidgetEntry

hookspec = pluggy.HookspecMarker("panelwright")


@hookspec
def register_functions() -> Iterable[Function]:
    """Return the functions that the YAML may name as `extension.function`."""


@hookspec
def register_drivers() -> Iterable[Driver]:
    """Return the drivers that a `driver:` field offers."""


@hookspec
def register_pages() -> Iterable[PageEntry]:
    """Return the pages that a menu may point to."""


@hookspec
def register_widgets() -> Iterable[WidgetEntry]:
    """Return the widgets that a dashboard or a detail page may show."""


@hookspec
def register_checks() -> Iterable[Check]:
    """Return the checks that `panelwright audit` runs beside its own."""


@hookspec
def required_fields() -> Mapping[str, Mapping[str, str]]:
    """Say which fields this extension needs: entity name → field name → field type.

    A missing or wrongly typed field stops the start with its place in the YAML.
    """


@hookspec
def record_moved(entity: str, id: int, move: str, from_state: str, to_state: str) -> None:  # noqa: A002
    """A row changed its state by `move`, and that was committed.

    Called after the commit, outside any transaction. What an implementation raises is logged
    and stops nothing.
    """
