"""Inline rows of a form: each is written by the rules of its own entity, under its own parent.

An id of a row that belongs to another parent is as unknown as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from config.texts.sentence import Sentence
from runtime.records import deleting, rows, writing
from runtime.records.errors import NotFound, ValidationFailed
from runtime.records.values import ChildEdit
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import Child, EntityModel

ROWS_MAX = 500
TOO_MANY = Sentence(
    "At most {max} rows fit one form. Take some out and add them afterwards.", max=ROWS_MAX
)
Edits = Mapping[str, Sequence[ChildEdit]]


def write(
    work: Work, model: EntityModel, parent: Row, submitted: Edits
) -> bool:
    """Write the inline rows of `parent`; say whether any of them changed.

    Raises ValidationFailed with the problems of all rows, by collection and index.
    """
    problems: dict[str, dict[int, Mapping[str, Sequence[str]]]] = {}
    changed = False
    for field, edits in submitted.items():
        child = model.children.get(field)
        if child is None or child.through is not None:
            raise ValidationFailed({field: [
                Sentence("{entity} has no inline rows {name}", entity=model.name, name=field)
            ]})
        if len(edits) > ROWS_MAX:
            raise ValidationFailed({field: [TOO_MANY]})
        for index, edit in enumerate(edits):
            try:
                changed |= _write_one(work, child, model, parent, edit)
            except ValidationFailed as failed:
                problems.setdefault(field, {})[index] = failed.problems
    if problems:
        raise ValidationFailed({}, children=problems)
    return changed


def _write_one(
    work: Work, child: Child, model: EntityModel, parent: Row, edit: ChildEdit
) -> bool:
    values = {name: value for name, value in edit.values.items() if name != child.by}
    if child.by in edit.values and edit.values[child.by] not in (parent["id"], None):
        raise ValidationFailed({child.by: [Sentence("the row belongs to this one")]})
    if edit.id is None:
        if edit.remove:
            return False
        writing.insert_row(work, child.entity, values, fixed={child.by: link(work, child, parent)})
        return True
    must_belong(work, child, parent, edit.id)
    if edit.remove:
        deleting.delete(work, child.entity, edit.id)
        return True
    before = rows.need(work, child.entity, edit.id)
    if all(before.get(name, _ABSENT) == value for name, value in values.items()):
        return False
    writing.change(work, child.entity, edit.id, values)
    return True


_ABSENT: Any = object()


def link(work: Work, child: Child, parent: Row) -> Any:
    """Return what the child's relation holds for this parent."""
    bound = work.model(child.entity).fields[child.by]
    if bound.spec.to_any:
        owner = next(
            name for name in work.panel.generated.entities
            if child in work.model(name).children.values()
        )
        return (owner, parent["id"])
    return parent["id"]


def must_belong(work: Work, child: Child, parent: Row, id: int) -> None:  # noqa: A002
    """Raise NotFound for a row that hangs on another parent."""
    row = rows.need(work, child.entity, id)
    if row[child.by] != link(work, child, parent):
        raise NotFound(child.entity, id)
