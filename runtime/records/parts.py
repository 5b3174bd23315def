"""Rows that are made together with another one: `create_with`.

The actor needs the right to create each part. What the configuration gives (links, fixed and
copied values) is not asked of the actor; what they typed is, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from config.specs.entity import CreateWithSpec
from config.texts.sentence import Sentence
from generator.fields.exchange import NEUTRAL
from runtime.records import reading, rows, scope, writing
from runtime.records.errors import ValidationFailed
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel


def create(
    work: Work, model: EntityModel, main: Row, submitted: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make the parts of a new row in their order; ValidationFailed names the part."""
    unknown = set(submitted) - set(model.spec.create_with)
    if unknown:
        raise ValidationFailed({sorted(unknown)[0]: [
            Sentence("{entity} has no such part", entity=model.name)
        ]})
    made: dict[str, tuple[str, Row]] = {"self": (model.name, main)}
    for name, spec in model.spec.create_with.items():
        try:
            made[name] = (spec.entity, _part(work, spec, made, submitted.get(name, {})))
        except ValidationFailed as failed:
            raise ValidationFailed({}, parts={name: failed.problems}) from failed


def _part(
    work: Work, spec: CreateWithSpec, made: Mapping[str, tuple[str, Row]],
    values: Mapping[str, Any],
) -> Row:
    offered = names_of(spec.fields)
    for name in values:
        if name not in offered:
            raise ValidationFailed({name: [Sentence("this form does not have it")]})
    found = existing(work, spec, values)
    if found is not None:
        return found
    return writing.insert_row(work, spec.entity, values, fixed=given(work, spec, made, values))


def given(
    work: Work, spec: CreateWithSpec, made: Mapping[str, tuple[str, Row]],
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the configuration gives to a part: copies, set values, links to rows made."""
    part = work.model(spec.entity)
    fixed: dict[str, Any] = {}
    for name, path in spec.copy_.items():
        if values.get(name) is None:
            fixed[name] = _copied(work, made, path)
    for name, text in spec.set.items():
        bound = part.fields[name]
        fixed[name] = bound.type.parse(bound, [text], NEUTRAL)
    for name, target in spec.links.items():
        entity, row = made[target]
        to_any = part.fields[name].spec.to_any
        fixed[name] = (entity, row["id"]) if to_any else row["id"]
    return fixed


def names_of(fields: tuple[Any, ...]) -> tuple[str, ...]:
    """Return the fields of a part that its form asks for, in their order."""
    return tuple(
        name for entry in fields for name in ((entry,) if isinstance(entry, str) else entry)
    )


def existing(work: Work, spec: CreateWithSpec, values: Mapping[str, Any]) -> Row | None:
    """Return the row that is taken instead of a new part, None when one is made."""
    if spec.find_by is None:
        return None
    reading.require(work, spec.entity, "create")
    return _found(work, work.model(spec.entity), spec.find_by, values.get(spec.find_by))


def _found(work: Work, part: EntityModel, name: str, value: Any) -> Row | None:
    if value is None:
        return None
    bound, table = part.fields[name], part.table
    statement = select(table.c.id)
    for column, stored in bound.type.to_columns(bound, value).items():
        statement = statement.where(table.c[column] == stored)
    living = scope.living(work, part.name, table)
    if living is not None:
        statement = statement.where(living)
    found = work.run(statement.limit(1)).scalar()
    return None if found is None else rows.fetch(work, part.name, found)


def _copied(work: Work, made: Mapping[str, tuple[str, Row]], path: str) -> Any:
    """Return the value at `self.company_name` or `owner.email`, following links."""
    first, *names = path.split(".")
    entity, row = made[first]
    value: Any = None
    for index, name in enumerate(names):
        value = row.get(name)
        if index == len(names) - 1 or value is None:
            return value
        entity = work.model(entity).fields[name].spec.to[0]
        following = rows.fetch(work, entity, value)
        if following is None:
            return None
        row = following
    return value
