"""What may exist only once, said in words before the database says it in its own.

The database holds every unique of its own; asking first makes a message on the right field. Two
writers at the same moment both find nothing, so a refusal of the database is explained by asking
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError, OperationalError

from config import labels
from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from runtime.records import scope
from runtime.records.errors import ValidationFailed
from runtime.records.work import Work

if TYPE_CHECKING:
    from config.expressions import Expression
    from generator import EntityModel
    from runtime.records.submission import Draft

SLUG_TRIES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Unique:
    """Fields whose values together may exist once, among the rows for which `where` holds."""

    fields: tuple[str, ...]
    where: Expression | None
    say: str


def of_entity(work: Work, model: EntityModel) -> Iterator[Unique]:
    named = labels.text(model.spec.label, model.name, work.actor.locale)
    if not named[:2].isupper():
        named = named[:1].lower() + named[1:]
    for name, bound in model.fields.items():
        if bound.spec.unique and bound.columns:
            label = bound.label(work.actor.locale)
            yield Unique((name,), None, Sentence(
                "Another {entity} has this {field}.", entity=named, field=label
            ))
    for key, spec in model.spec.unique.items():
        where = work.expression(f"entity/{model.name}/unique/{key}/where")
        said = labels.text(spec.say, "", work.actor.locale) if spec.say else ""
        names = ", ".join(model.fields[name].label(work.actor.locale) for name in spec.fields)
        yield Unique(spec.fields, where, said or Sentence(
            "Another {entity} has the same: {fields}.", entity=named, fields=names
        ))


def check(work: Work, draft: Draft) -> None:
    """Note a problem for every unique that the draft would break."""
    for unique in of_entity(work, draft.model):
        touched = draft.before is None or draft.changed & set(unique.fields) or unique.where
        if touched and _taken(work, draft, unique):
            draft.problem(_field_for(draft, unique), unique.say)


def _field_for(draft: Draft, unique: Unique) -> str:
    """Return the field to show the message on: the last that was changed."""
    changed = [name for name in unique.fields if name in draft.changed]
    return (changed or list(unique.fields))[-1]


def _taken(work: Work, draft: Draft, unique: Unique) -> bool:
    table, row = draft.model.table, draft.row
    if any(row[name] is None for name in unique.fields):
        return False
    if unique.where is not None and work.holds(unique.where, row) is not True:
        return False
    statement = select(table.c.id).limit(1)
    for name in unique.fields:
        bound = draft.model.fields[name]
        for column, stored in bound.type.to_columns(bound, row[name]).items():
            if not column.endswith("_i18n"):
                statement = statement.where(table.c[column] == stored)
    if unique.where is not None:
        statement = statement.where(work.clause(unique.where, table))
    living = scope.living(work, draft.model.name, table)
    if living is not None:
        statement = statement.where(living)
    if row.get("id") is not None:
        statement = statement.where(table.c.id != row["id"])
    return work.run(statement).first() is not None


def suspects(work: Work, drafts: Sequence[Draft]) -> set[int]:
    """Return the indexes of new rows whose values another row, or an earlier draft, has.

    They are only suspected: `check` decides for one, and says it in words.
    """
    found: set[int] = set()
    for unique in of_entity(work, drafts[0].model) if drafts else ():
        keys: dict[tuple[Any, ...], int] = {}
        for index, draft in enumerate(drafts):
            key = _key(work, draft, unique)
            if key is None:
                continue
            if key in keys:
                found.add(index)
            else:
                keys[key] = index
        found |= {keys[key] for key in _existing(work, drafts[0].model, unique, keys)}
    return found


def _key(work: Work, draft: Draft, unique: Unique) -> tuple[Any, ...] | None:
    """Return what a draft stores in the columns of a unique, None where it does not apply."""
    if any(draft.row[name] is None for name in unique.fields):
        return None
    if unique.where is not None and work.holds(unique.where, draft.row) is not True:
        return None
    return tuple(
        stored
        for name in unique.fields
        for column, stored in _columns(draft.model.fields[name], draft.row[name])
    )


def _columns(bound: BoundField, value: Any) -> list[tuple[str, Any]]:
    stored = bound.type.to_columns(bound, value)
    return [(name, each) for name, each in stored.items() if not name.endswith("_i18n")]


def _existing(
    work: Work, model: EntityModel, unique: Unique, keys: Mapping[tuple[Any, ...], int]
) -> list[tuple[Any, ...]]:
    """Return those of the keys that rows of the table have."""
    if not keys:
        return []
    table, first = model.table, next(iter(keys))
    names = [
        column.name
        for name in unique.fields for column in model.fields[name].columns
        if not column.name.endswith("_i18n")
    ]
    assert len(names) == len(first)
    columns = [table.c[name] for name in names]
    if len(columns) == 1:
        statement = select(*columns).where(columns[0].in_([key[0] for key in keys]))
    else:
        statement = select(*columns).where(tuple_(*columns).in_(list(keys)))
    if unique.where is not None:
        statement = statement.where(work.clause(unique.where, table))
    living = scope.living(work, model.name, table)
    if living is not None:
        statement = statement.where(living)
    return [key for row in work.run(statement) if (key := tuple(row)) in keys]


def explained(work: Work, draft: Draft, error: IntegrityError) -> ValidationFailed:
    """Return what a refusal of the database means, on the field it is about."""
    draft.problems.clear()
    check(work, draft)
    if draft.problems:
        return ValidationFailed(draft.problems)
    said = str(error.orig).lower()
    if "foreign key" in said:
        return ValidationFailed({"": [Sentence("A linked row is no longer there.")]})
    if "not null" in said or "null value" in said:
        return ValidationFailed({"": [Sentence("A required value is missing.")]})
    return ValidationFailed({"": [Sentence("The values do not fit the other rows.")]})


def is_too_long(error: OperationalError) -> bool:
    """Say whether an index of PostgreSQL has no place for what was to be written."""
    return getattr(error.orig, "sqlstate", None) == "54000"


def too_long(draft: Draft) -> ValidationFailed:
    """Return what such a refusal means, on the longest text of the row."""
    texts = {name: value for name in draft.changed if isinstance(value := draft.row[name], str)}
    longest = max(texts, key=lambda name: len(texts[name].encode()), default="")
    return ValidationFailed({longest: [Sentence("This text is too long. Shorten it.")]})


def free_slug(work: Work, model: EntityModel, bound: BoundField, text: str) -> str | None:
    """Return a slug of `text` that no other row has, with a number when it is taken."""
    base = bound.type.from_text(bound, text)
    if base is None or not bound.spec.unique:
        return base
    column = model.table.c[bound.columns[0].name]
    used = set(work.run(select(column).where(column.startswith(base, autoescape=True))).scalars())
    if base not in used:
        return base
    for number in range(2, SLUG_TRIES_MAX):
        ending = f"-{number}"
        candidate = base[: bound.spec.max - len(ending)].rstrip("-") + ending
        if candidate not in used:
            return candidate
    return base


__all__ = ["Any", "Unique", "check", "explained", "free_slug", "of_entity", "suspects"]
