"""What a lookup answers while someone types: rows that may be linked, by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from generator.fields.relation import linked_entity
from runtime.pages.context import PageContext
from runtime.records.errors import NotFound, RecordError

LIMIT = 20
_ENTITIES_MAX = 12


def lookup_answer(
    context: PageContext, entity: str, text: str, via: str, pairs: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """Return `{items: [{id, title}], note, empty}` for the rows of `entity` that match `text`.

    `via` is the `entity.field` that links; `pairs` what its form holds now. Raises NotFound for
    a field that does not link there.
    """
    owner, bound = _linking(context, entity, via)
    translate = context.translate
    targets = _targets(context, entity, bound)
    if len(targets) == 1 and not _several(bound):
        condition = None
        if bound is not None and owner is not None:
            condition = (owner, bound.name, _values(context, owner, pairs))
        found = context.records.lookup(targets[0], text, limit=LIMIT, via=condition)
        items = [{"id": str(choice.id), "title": choice.title} for choice in found]
    else:
        items = _of_many(context, targets, text)
    return {
        "items": items,
        "note": translate("Type on to find more.") if len(items) >= LIMIT else "",
        "empty": translate("Nothing found"),
    }


def _linking(
    context: PageContext, entity: str, via: str
) -> tuple[str | None, BoundField | None]:
    """Return the field that asks. A filter may ask by a path: `service.client.country`."""
    if not via:
        return None, None
    owner, _, path = via.partition(".")
    if owner not in context.generated.entities or not path:
        raise NotFound(entity, via)
    bound = context.field_at(owner, path)
    if bound is None or bound.spec.type not in ("relation", "pick", "many"):
        raise NotFound(entity, via)
    if not _several(bound) and entity not in _targets_of(bound):
        raise NotFound(entity, via)
    return bound.entity, bound if "." not in path else None


def _several(bound: BoundField | None) -> bool:
    return bound is not None and bound.spec.type == "relation" and bound.spec.to_any


def _targets_of(bound: BoundField) -> tuple[str, ...]:
    target = linked_entity(bound)
    return (target,) if target is not None else (bound.spec.many,)


def _targets(context: PageContext, entity: str, bound: BoundField | None) -> list[str]:
    if not _several(bound):
        return [entity]
    assert bound is not None
    named = context.generated.entities if bound.spec.to == ("any",) else bound.spec.to
    return [name for name in named if context.records.can("see", name)]


def _of_many(context: PageContext, targets: list[str], text: str) -> list[dict[str, str]]:
    """Return rows of several entities: the value says which, the title begins with its name."""
    items: list[dict[str, str]] = []
    for entity in targets[:_ENTITIES_MAX] if not text else targets:
        try:
            found = context.records.lookup(entity, text, limit=5)
        except RecordError:
            continue
        name = context.name(entity)
        items += [{"id": f"{entity}/{each.id}", "title": f"{name}: {each.title}"} for each in found]
        if len(items) >= LIMIT:
            break
    return items[:LIMIT]


def _values(
    context: PageContext, owner: str, pairs: Iterable[tuple[str, str]]
) -> Mapping[str, Any]:
    """Return what the form holds, as far as it can be read: conditions on links look at it."""
    fields = context.model(owner).fields
    values: dict[str, Any] = {}
    for key, text in pairs:
        bound = fields.get(key.removeprefix("v.")) if key.startswith("v.") else None
        if bound is None or not bound.type.writable:
            continue
        try:
            values[bound.name] = bound.type.parse(bound, [text], context.format)
        except FieldProblem:
            continue
    return values
