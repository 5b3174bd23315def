"""The bar of a list that acts on all chosen rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.pages.bulk_edit import bulk_fields
from runtime.pages.context import PageContext

BUTTONS_MAX = 5


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button of the bulk bar; a dangerous one stands in its menu alone."""

    name: str
    label: str
    icon: str
    danger: bool = False


def bulk_actions(
    context: PageContext, entity: str, *, trash: bool
) -> tuple[BulkAction, ...]:
    """Return what this person may do with many rows, in the order of the bar."""
    records, translate = context.records, context.translate
    if trash:
        offered: Sequence[tuple[str, BulkAction]] = (
            ("restore", BulkAction("restore", translate("Restore"), "arrow-back-up")),
            ("purge", BulkAction("purge", translate("Delete forever"), "trash", danger=True)),
        )
        return tuple(action for right, action in offered if records.can(right, entity))
    # What every list has stands first, at the same place; moves that cannot be undone come last.
    actions = []
    if context.area == "staff" and bulk_fields(context, entity):
        actions.append(BulkAction("edit", translate("Edit"), "pencil"))
    if records.can("delete", entity):
        actions.append(BulkAction("delete", translate("Delete"), "trash"))
    moves = [
        BulkAction(f"move:{name}", context.text(move.label, name), move.icon or "arrow-right",
                   danger=move.danger)
        for machine in context.model(entity).machines.values()
        for name, move in machine.moves.items() if records.can("move", entity, move=name)
    ]
    return (*actions, *sorted(moves, key=lambda action: action.danger))


def bulk_buttons(bulk: Sequence[BulkAction]) -> int:
    """Return how many of the actions stand as buttons: the first ones that are no danger."""
    return sum(not action.danger for action in bulk[:BUTTONS_MAX])
