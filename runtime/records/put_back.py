"""What one field held before a change, and writing it there again."""

from __future__ import annotations

from typing import Any

from config.texts.sentence import Sentence
from generator.fields.exchange import FieldProblem
from runtime.records import history, writing
from runtime.records.errors import NotFound, ValidationFailed
from runtime.records.values import Record
from runtime.records.work import Work


def earlier(work: Work, entity: str, id: int, change: int, name: str) -> Any:  # noqa: A002
    """Return the value that `name` had before the entry `change` of the row's history.

    Raises NotFound for an entry, a field or a secret that this actor cannot look up, and
    ValidationFailed where the value of then is none that the field can hold now.
    """
    bound = work.field(entity, name)
    for entry in history.entries(work, entity, id):
        if entry.id != change or name not in entry.fields or bound is None:
            continue
        if not history.is_readable(bound):
            break
        try:
            return bound.type.parse_json(bound, entry.fields[name][0])
        except FieldProblem as problem:
            raise ValidationFailed({name: [problem.sentence]}) from problem
    raise NotFound(entity, f"{id}/{change}/{name}")


def put_back(work: Work, entity: str, id: int, change: int, name: str) -> Record:  # noqa: A002
    """Write into one field what it held before a change, by the rules of every edit."""
    value = earlier(work, entity, id, change, name)
    _check_settings(work, entity, name, value)
    return writing.change(work, entity, id, {name: value})


def _check_settings(work: Work, entity: str, name: str, value: Any) -> None:
    """Refuse a driver whose settings of then nobody has: those of an entry are masked."""
    for bound in work.model(entity).fields.values():
        if getattr(bound.spec, "driver_settings", None) == name and (
            bound.type.model(bound, value) is not None
        ):
            raise ValidationFailed({name: [Sentence(
                "The history does not keep the settings of a driver. Choose it in the form and "
                "enter them there."
            )]})
