"""One action on many rows. Each row is asked for on its own; a refused one stops no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.texts.sentence import Sentence
from runtime.records import deleting, moves, writing
from runtime.records.errors import RecordError, ValidationFailed
from runtime.records.values import BulkResult
from runtime.records.work import Work

ROWS_MAX = 1000


def run(
    work: Work, entity: str, ids: Sequence[int], action: str, *,
    values: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None,
) -> BulkResult:
    """Do `delete`, `restore`, `purge`, `edit` (with `values`) or a move (with `answers`)."""
    if len(ids) > ROWS_MAX:
        raise ValidationFailed({"": [Sentence("choose at most {max} rows", max=ROWS_MAX)]})
    one = _action(work, entity, action, values or {}, answers or {})
    done: list[int] = []
    refused: dict[int, str] = {}
    for id in dict.fromkeys(ids):  # noqa: A001
        try:
            one(id)
        except RecordError as error:
            refused[id] = str(error)
        else:
            done.append(id)
    return BulkResult(tuple(done), refused)


def _action(
    work: Work, entity: str, action: str, values: Mapping[str, Any], answers: Mapping[str, Any]
) -> Callable[[int], Any]:
    plain: dict[str, Callable[..., Any]] = {
        "delete": deleting.delete, "restore": deleting.restore, "purge": deleting.purge,
    }
    if action in plain:
        return lambda id: plain[action](work, entity, id)  # noqa: A006
    if action == "edit":
        return lambda id: writing.change(work, entity, id, values)  # noqa: A006
    return lambda id: moves.move(work, entity, id, action, answers)  # noqa: A006
