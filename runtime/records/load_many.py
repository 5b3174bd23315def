"""Many rows from elsewhere at once: what `load` does for one, in a few statements for hundreds.

Every value, link and rule is checked as always. The first bad row ends it: what was loaded by the
same call is the caller's transaction to take back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from runtime.records import load, many
from runtime.records.many import Outcome, Values, Way
from runtime.records.submission import Draft
from runtime.records.work import Work


def load_many(
    work: Work, entity: str, rows: Sequence[Mapping[str, Any]], source: str = "import"
) -> list[int]:
    """Create rows as they were elsewhere; return their ids in the same order."""
    ids: list[int] = []
    for start in range(0, len(rows), many.ROWS_AT_ONCE):
        some = rows[start : start + many.ROWS_AT_ONCE]
        ids += [_id(outcome) for outcome in many.write(work, entity, some, loaded_rows(source))]
    return ids


def loaded_rows(source: str) -> Way:
    """Return how rows come to be that are as they were elsewhere."""
    return Way(("load_history",), _draft, partial(_load, source=source), "load",
               f"loaded from {source}")


def _draft(work: Work, entity: str, values: Values) -> Draft:
    return load.draft_of(work, entity, values, alone=True)


def _load(work: Work, entity: str, values: Values, source: str) -> int:
    return load.load(work, entity, values, source).id


def _id(outcome: Outcome) -> int:
    if isinstance(outcome, int):
        return outcome
    raise outcome
