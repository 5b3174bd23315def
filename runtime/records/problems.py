"""Everything that is wrong with a form, told at once: the row, its inline rows, its parts.

Rows are written one after the other, and the first that is refused ends that. Here all of them
are only looked at. A row that is not written yet stands in under an id that no row has, so that
conditions of the others can ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from runtime.records import children, parts, reading, submission, writing
from runtime.records.errors import RecordError, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import ChildEdit
from runtime.records.work import Row, Work

Told = Mapping[str, tuple[str, ...]]
Values = Mapping[str, Any]


def of_new(
    work: Work, entity: str, values: Values, children_of: children.Edits | None = None,
    parts_of: Mapping[str, Values] | None = None,
) -> ValidationFailed:
    """Return what keeps a new row from being written, empty when nothing does. Writes nothing."""
    reading.require(work, entity, "create")
    draft = _new(work, entity, values, {})
    with _standing_in(work):
        main = _stand_in(work, entity, draft.row)
        return ValidationFailed(
            draft.problems, _of_children(work, entity, main, children_of or {}),
            _of_parts(work, entity, main, parts_of) if parts_of is not None else None,
        )


def of_changed(
    work: Work, entity: str, id: int, values: Values,  # noqa: A002
    children_of: children.Edits | None = None,
) -> ValidationFailed:
    """Return what keeps a row from being changed, empty when nothing does. Writes nothing."""
    draft = _edited(work, entity, id, values)
    with _standing_in(work):
        work.rows[entity, id] = draft.row
        return ValidationFailed(
            draft.problems, _of_children(work, entity, draft.row, children_of or {})
        )


def with_the_rest(refused: ValidationFailed, found: ValidationFailed) -> ValidationFailed:
    """Return a refusal together with what else was found; of one row the refusal knows more."""
    own = refused.problems or found.problems
    inline = {
        name: {**found.children.get(name, {}), **refused.children.get(name, {})}
        for name in {**found.children, **refused.children}
    }
    return ValidationFailed(own, inline, {**found.parts, **refused.parts})


def _of_children(
    work: Work, entity: str, parent: Row, submitted: children.Edits
) -> dict[str, dict[int, Told]]:
    found: dict[str, dict[int, Told]] = {}
    for name, edits in submitted.items():
        child = work.model(entity).children.get(name)
        if child is None or child.through is not None or len(edits) > children.ROWS_MAX:
            continue
        for index, edit in enumerate(edits):
            told = {} if edit.remove else _of_child(work, child, parent, edit)
            if told:
                found.setdefault(name, {})[index] = told
    return found


def _of_child(work: Work, child: Any, parent: Row, edit: ChildEdit) -> Told:
    values = {name: value for name, value in edit.values.items() if name != child.by}
    try:
        if edit.id is None:
            link = {child.by: children.link(work, child, parent)}
            draft = _new(work, child.entity, values, link)
        else:
            children.must_belong(work, child, parent, edit.id)
            draft = _edited(work, child.entity, edit.id, values)
    except ValidationFailed as refused:
        return refused.problems
    except RecordError:
        return {}  # what may not be written at all is told by the writing
    return _told(draft, draft.problems.keys() - {child.by})


def _of_parts(
    work: Work, entity: str, main: Row, submitted: Mapping[str, Values]
) -> dict[str, Told]:
    found: dict[str, Told] = {}
    made: dict[str, tuple[str, Row]] = {"self": (entity, main)}
    for name, spec in work.model(entity).spec.create_with.items():
        values = submitted.get(name, {})
        try:
            existing = parts.existing(work, spec, values)
            if existing is not None:
                made[name] = (spec.entity, existing)
                continue
            draft = _new(work, spec.entity, values, parts.given(work, spec, made, values))
        except RecordError:
            return found  # the parts that follow may hang on this one
        made[name] = (spec.entity, _stand_in(work, spec.entity, draft.row))
        told = _told(draft, parts.names_of(spec.fields))
        if told:
            found[name] = told
    return found


def _told(draft: Draft, names: Any) -> Told:
    return {name: tuple(draft.problems[name]) for name in names if name in draft.problems}


def _new(work: Work, entity: str, values: Values, fixed: Values) -> Draft:
    model, rights = work.model(entity), work.rights(entity)
    typed = {name: value for name, value in values.items() if name not in fixed}
    submission.check_writable(work, model, typed, rights, "create", rights.all_places)
    return submission.created(work, model, typed, fixed)


def _edited(work: Work, entity: str, id: int, values: Values) -> Draft:  # noqa: A002
    before = writing.editable(work, entity, id, values)
    draft = submission.edited(work, work.model(entity), before, values)
    writing.check_frozen(work, draft)
    return draft


@contextmanager
def _standing_in(work: Work) -> Iterator[None]:
    sight = work.in_sight
    work.in_sight = dict(sight)
    try:
        yield
    finally:
        work.in_sight = sight
        work.forget()


def _stand_in(work: Work, entity: str, row: Row) -> Row:
    """Let others link to a row that is not written: its id is one that the database never gives."""
    row["id"] = -sum(1 for key in work.in_sight if key[1] <= 0)
    work.rows[entity, row["id"]] = row
    work.in_sight[entity, row["id"]] = True
    return row
