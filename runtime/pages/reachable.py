"""Which fields a list can show, and be narrowed by: those of its rows and of rows they link to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.fields.base import BoundField
from generator.fields.relation import linked_entity
from runtime.pages.context import PageContext

# A collection has a page of its own; a secret is shown one at a time, and written down.
_NO_CELL = frozenset({"many", "secret", "driver_settings"})
_IMPLICIT_HIDDEN = frozenset({"version", "deleted_at"})

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Paths of one entity: of the list's own rows (`label` is empty) or behind one link."""

    label: str
    fields: tuple[tuple[str, str], ...]


def can_show(context: PageContext, entity: str, path: str) -> bool:
    """Say whether a list may have this column, for this person."""
    field = _field(context, entity, path)
    return field is not None and field.spec.type not in _NO_CELL and (
        "." not in path or _comes_along(field)
    )


def operators(context: PageContext, entity: str, path: str) -> tuple[str, ...]:
    """Return how this person may compare rows by a path; nothing when they may not."""
    field = _field(context, entity, path)
    if field is None or not _comes_along(field):
        return ()
    return tuple(field.type.operators)


def _comes_along(field: BoundField) -> bool:
    """Say whether the database finds the field itself: it is stored, or a row that is picked."""
    return bool(field.columns) or field.spec.type == "pick"


def showable(context: PageContext, entity: str) -> tuple[FieldGroup, ...]:
    """Return every path that can be a column, under the labels that people know."""
    return _groups(context, entity, lambda path: can_show(context, entity, path))


def filterable(context: PageContext, entity: str) -> tuple[FieldGroup, ...]:
    """Return every path that rows can be compared by."""
    return _groups(context, entity, lambda path: bool(operators(context, entity, path)))


def _groups(context: PageContext, entity: str, wanted: Wanted) -> tuple[FieldGroup, ...]:
    own = tuple(_labelled(context, entity, "", wanted))
    groups = [FieldGroup("", own)]
    for name, target in _links(context, entity):
        below = tuple(_labelled(context, target, f"{name}.", wanted))
        if below:
            label = context.model(entity).fields[name].label(context.format.locale)
            groups.append(FieldGroup(label, below))
    return tuple(groups)


def _labelled(
    context: PageContext, entity: str, prefix: str, wanted: Wanted
) -> Iterator[tuple[str, str]]:
    for name, field in context.model(entity).fields.items():
        if name not in _IMPLICIT_HIDDEN and wanted(f"{prefix}{name}"):
            yield f"{prefix}{name}", field.label(context.format.locale)


def _links(context: PageContext, entity: str) -> Iterator[tuple[str, str]]:
    """Yield the relations and picks of one entity whose rows this person may see."""
    visible = context.records.visible_fields(entity)
    for name, field in context.model(entity).fields.items():
        target = linked_entity(field) if name in visible else None
        if target in context.generated.entities and context.records.can("see", target):
            yield name, target


def _field(context: PageContext, entity: str, path: str) -> BoundField | None:
    """Return the field at the end of a path of at most one link that this person may see."""
    first, dot, rest = path.partition(".")
    if dot:
        target = dict(_links(context, entity)).get(first)
        return None if target is None or "." in rest else _field(context, target, rest)
    if first not in context.records.visible_fields(entity):
        return None
    return context.model(entity).fields.get(first)
