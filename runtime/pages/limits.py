"""What the lists of an entity offer to a person: views, filters, columns, orders."""

from __future__ import annotations

from dataclasses import replace

from runtime.pages.context import PageContext
from runtime.pages.query import ListLimits
from runtime.pages.reachable import can_show, operators


def limits_of(context: PageContext, entity: str) -> ListLimits:
    """Return what the lists of an entity offer in this area."""
    model = context.model(entity)
    views = {
        name: int(view.page_size)
        for name, view in model.views.items()
        if view.area == context.area
    }
    default = context.view_of(entity)
    filters: dict[str, tuple[str, ...]] = {}
    sortable: set[str] = set()
    for name in views:
        sortable.update(model.views[name].sortable)
        for path in model.views[name].filters:
            field = context.field_at(entity, path)
            if field is not None and field.type.operators:
                filters[path] = field.type.operators
    trash = "trash" in model.spec.traits
    limits = ListLimits(views, default, filters, frozenset(sortable), trash)
    if context.area != "staff":
        return limits
    return replace(
        limits,
        more_filters=lambda path: operators(context, entity, path),
        column=lambda path: can_show(context, entity, path),
    )
