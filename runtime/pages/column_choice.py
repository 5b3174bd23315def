"""The panel in which a person chooses the columns of a list and their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.pages.context import PageContext
from runtime.pages.query import ListAddress
from runtime.pages.reachable import FieldGroup, showable
from runtime.pages.rows import column_label, told_apart


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """`shown` are (path, label) in the order of the list; `others` what could be shown too."""

    shown: tuple[tuple[str, str], ...]
    others: tuple[FieldGroup, ...]
    usual_url: str


def column_choice(
    context: PageContext, entity: str, columns: Sequence[str], address: ListAddress
) -> ColumnChoice | None:
    """Return what the panel shows; None while it is closed."""
    if not address.columns_open or context.area != "staff":
        return None
    shown = []
    view = context.model(entity).views.get(address.query.view)
    for path in columns:
        field = context.field_at(entity, path)
        if field is not None:
            shown.append((path, column_label(context, entity, path, field, view)))
    taken = {path for path, _ in shown}
    others = [
        FieldGroup(group.label, tuple(field for field in group.fields if field[0] not in taken))
        for group in showable(context, entity)
    ]
    own = [field for group in others if not group.label for field in group.fields]
    shown = told_apart(context, entity, [*shown, *own])[: len(shown)]
    return ColumnChoice(
        tuple(shown), tuple(group for group in others if group.fields), address.url(columns=None)
    )
