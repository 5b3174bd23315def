"""What a cell of a list says beside its value: lines beneath it, a way to what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import escape

from generator.fields.base import BoundField
from runtime.pages.context import PageContext
from runtime.records.values import Record

if TYPE_CHECKING:
    from runtime.pages.rows import Column

# A number, a day or a yes does not say what it is; a name, a state or an address does.
_UNCLEAR = frozenset({"moment", "date", "duration", "boolean", "integer", "json"})
_CLEAR_COMPUTED = frozenset({"text", "flag"})
_COUNT = ".count"


def with_line(cells: Sequence[str], lines: Sequence[str], column: Column) -> list[str]:
    """Return the cells, each with its value of `column` beneath it in small letters."""
    label = escape(column.label)
    said = f"{label} " if _unclear(column.field) else ""
    tip = "" if said else f' title="{label}"'
    return [
        f'{cell}<div class="pw-beneath"{tip}>{said}{line}</div>' if line else cell
        for cell, line in zip(cells, lines, strict=True)
    ]


def _unclear(field: BoundField) -> bool:
    if field.spec.type == "computed":
        return field.spec.as_ not in _CLEAR_COMPUTED
    # A rate has its percent sign.
    numeric = field.type.numeric and field.spec.type != "rate"
    return numeric or field.spec.type in _UNCLEAR


def counted_tab(context: PageContext, entity: str, field: BoundField) -> str:
    """Return the tab that lists what a field counts (`compute: regions.count`), empty without one.

    A tab whose rows the reader may not see is none.
    """
    compute = field.spec.compute or ""
    if field.entity != entity or not compute.endswith(_COUNT):
        return ""
    model = context.model(entity)
    name = compute.removesuffix(_COUNT)
    child = model.children.get(name)
    if child is None:
        return ""
    rows = child.through or child.entity
    if not context.view_of(rows) or not context.records.can("see", rows):
        return ""
    tabs = model.detail.tabs.items()
    return next(
        (key for key, tab in tabs if name == tab.many or tab.related == f"{rows}.{child.by}"), ""
    )


def linked_counts(
    cells: Sequence[str], rows: Sequence[Record], start: str, tab: str
) -> list[str]:
    """Return the cells as links to what they count; nothing leads nowhere."""
    return [
        f'<a href="{start}{record.id}?tab={tab}">{cell}</a>' if cell not in ("", "0") else cell
        for cell, record in zip(cells, rows, strict=True)
    ]
