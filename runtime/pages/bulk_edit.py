"""One value written into many rows: first which fields, then their values."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from generator.fields.base import BoundField
from generator.fields.exchange import ControlState
from runtime.pages.context import PageContext
from runtime.pages.controls import FormField

FIELDS_MAX = 20
# What is each row's own, or is no single value.
_EACH_ITS_OWN = frozenset({
    "many", "position", "sequence", "file", "image", "secret", "driver_settings", "uuid", "slug",
})


def bulk_fields(context: PageContext, entity: str) -> dict[str, BoundField]:
    """Return the fields that this person may set to one value in many rows."""
    records, model = context.records, context.model(entity)
    if not records.can("edit", entity):
        return {}
    alone = {names[0] for each in model.spec.unique.values() if len(names := each.fields) == 1}
    return {
        name: field for name, field in model.fields.items()
        if not field.implicit and field.columns and field.type.writable
        and field.spec.type not in _EACH_ITS_OWN and name not in model.machines
        and name not in alone and not getattr(field.spec, "unique", False)
        and records.can("edit", entity, field=name)
    }


def which_fields(
    context: PageContext, offered: dict[str, BoundField], problem: str = ""
) -> FormField:
    """Return the question which fields are to be changed."""
    state = ControlState(name="change", problems=(problem,) if problem else ())
    boxes = Markup("").join(
        Markup('<label class="form-check"><input class="form-check-input" type="checkbox"'
               ' name="change" value="{}"> <span class="form-check-label">{}</span></label>')
        .format(name, field.label(context.format.locale)) for name, field in offered.items()
    )
    control = Markup('<div class="pw-columns-list" role="group" aria-labelledby="{}">{}</div>')
    label = context.translate("Which fields?")
    return FormField(
        "change", label, "", control.format(state.label_id, boxes), state, group=True
    )


def chosen(offered: dict[str, BoundField], names: Sequence[object]) -> tuple[BoundField, ...]:
    """Return the fields that were ticked, in their own order."""
    ticked = set(map(str, names))
    return tuple(field for name, field in offered.items() if name in ticked)[:FIELDS_MAX]
