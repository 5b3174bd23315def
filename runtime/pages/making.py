"""Whether a page may offer to make a row: the right alone is not enough."""

from __future__ import annotations

from dataclasses import dataclass

from generator.fields.base import BoundField
from runtime.pages.context import PageContext
from runtime.pages.forms import form_names


@dataclass(frozen=True, slots=True)
class CreateButton:
    """Leads to the form of a new row that is linked to the one at hand."""

    label: str
    url: str


def may_create(context: PageContext, entity: str) -> bool:
    """Say whether the actor may make a row, and there is a form to do it with.

    Logs have none: whatever a role says about all entities, only the program writes them.
    """
    allowed = context.records.can("create", entity)
    return bool(allowed) and bool(form_names(context, entity, None)) and not any(
        _left_empty(field) for field in context.model(entity).fields.values()
    )


def create_buttons(context: PageContext, entity: str, id: int) -> tuple[CreateButton, ...]:  # noqa: A002
    """Return what may be made out of the row `id`, as `detail: {create: …}` declares it."""
    buttons = []
    for relation, label in context.model(entity).detail.create.items():
        other, _, field = relation.partition(".")
        if may_create(context, other) and field in form_names(context, other, None):
            said = context.text(label) or context.new(other)
            buttons.append(CreateButton(said, context.links.new(other, {field: id})))
    return tuple(buttons)


def _left_empty(field: BoundField) -> bool:
    """Say whether a new row lacks a value that no form can give: the program makes such rows."""
    spec = field.spec
    given = spec.default is not None or spec.default_from or field.machine is not None
    return bool(
        field.columns and spec.required and spec.read_only and not given
        and not field.implicit and field.type.writable
    )
