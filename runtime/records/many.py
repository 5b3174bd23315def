"""Many new rows at once: the checks of one row for each, the statements of a few for hundreds.

    values ─ draft ─┬─ good ──> one INSERT ─> reach and rules of all ─> history in one INSERT
                    └─ doubtful (a value that exists, an order that matters) ─> one by one

A row that is refused changes nothing and keeps no other one out. What one row would be told alone
it is told here: whatever is doubtful goes through the way of a single row, which decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, insert, text
from sqlalchemy.exc import IntegrityError

from runtime.records import (
    history,
    links,
    order,
    reach,
    reading,
    rules,
    sequences,
    submission,
    titles,
    unique,
    writing,
)
from runtime.records import rows as rows_of
from runtime.records.errors import Forbidden, RecordError, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import Action
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

ROWS_AT_ONCE = 500
TRIES_MAX = 3

Values = Mapping[str, Any]
Outcome = int | RecordError


@dataclass(frozen=True, slots=True)
class Way:
    """How rows come to be: `draft` checks one that is not yet among the others, `one` writes one.

    `actions` are asked of each row once it is there. `note` is the word of the history, `reason`
    what it says beside it.
    """

    actions: tuple[Action, ...]
    draft: Callable[[Work, str, Values], Draft]
    one: Callable[[Work, str, Values], int]
    note: str
    reason: str = ""


def new_rows(*also: Action) -> Way:
    """Return how new rows are made as by `create`; `also` are rights asked beside that one."""

    def one(work: Work, entity: str, values: Values) -> int:
        row_id: int = writing.insert_row(work, entity, values)["id"]
        require_all(work, entity, also, reach.permits_of(work, entity, row_id))
        return row_id

    return Way(("create", *also), _new_draft, one, "create")


def require_all(
    work: Work, entity: str, actions: Sequence[Action], permits: frozenset[int]
) -> None:
    """Raise Forbidden for the first action that a row with these permits does not allow."""
    rights = work.rights(entity)
    for action in actions:
        if not rights.allows(action, permits):
            raise Forbidden(rights.decide(action, permits))


def _new_draft(work: Work, entity: str, values: Values) -> Draft:
    model, rights = work.model(entity), work.rights(entity)
    reading.require(work, entity, "create")
    submission.check_writable(work, model, values, rights, "create", rights.all_places)
    draft = submission.created(work, model, values, {}, alone=True)
    draft.refuse()
    return draft


def write(work: Work, entity: str, rows: Sequence[Values], way: Way) -> list[Outcome]:
    """Write the rows; return for each its id, or why it was refused."""
    outcomes: list[Outcome] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        outcomes += _write_some(work, entity, rows[start : start + ROWS_AT_ONCE], way)
    return outcomes


def _write_some(work: Work, entity: str, rows: Sequence[Values], way: Way) -> list[Outcome]:
    model = work.model(entity)

    def drafts(places: Sequence[int], refused: dict[int, RecordError]) -> dict[int, Draft]:
        return _drafts(work, entity, rows, places, way, refused)

    def written(good: Mapping[int, Draft]) -> None:
        _take_places(work, good)
        _insert(work, model, list(good.values()))
        _check_written(work, model, rows, good, way)
        _note(work, entity, list(good.values()), way)

    def alone(place: int) -> int:
        return way.one(work, entity, rows[place])

    found = settle(
        work, len(rows), drafts, lambda made: _doubtful(work, model, made), written, alone
    )
    return [each.row["id"] if isinstance(each, Draft) else each for each in found]


Result = TypeVar("Result")


def settle(
    work: Work,
    count: int,
    drafts: Callable[[Sequence[int], dict[int, RecordError]], dict[int, Draft]],
    doubtful: Callable[[Mapping[int, Draft]], set[int]],
    written: Callable[[Mapping[int, Draft]], None],
    alone: Callable[[int], Result],
) -> list[Draft | Result | RecordError]:
    """Write `count` rows, the good ones at once and the doubtful ones one by one.

    `drafts` checks rows by their places and notes those that are refused; `written` writes drafts
    and raises NotKept when some keep the others out: nothing of the batch is kept then, and it
    is written again without those.
    """
    found: dict[int, Draft | Result | RecordError] = {}
    apart: set[int] = set()
    for _ in range(TRIES_MAX):
        refused: dict[int, RecordError] = {}
        made = drafts([place for place in range(count) if place not in found], refused)
        found |= refused
        apart |= doubtful(made)
        good = {place: draft for place, draft in made.items() if place not in apart}
        bad = _kept_out(work, good, written) if good else set()
        if not bad:
            found |= good
            break
        apart |= bad
    for place in range(count):
        if place not in found:
            found[place] = _alone(work, place, alone)
    return [found[place] for place in range(count)]


def _kept_out(
    work: Work, good: Mapping[int, Draft], written: Callable[[Mapping[int, Draft]], None]
) -> set[int]:
    """Write the drafts, all or none; return the places of those that kept the others out."""
    try:
        with work.atomic():
            written(good)
    except NotKept as refused:
        return refused.places
    except (IntegrityError, ValidationFailed):
        return set(good)
    return set()


def _alone(
    work: Work, place: int, alone: Callable[[int], Result]
) -> Result | RecordError:
    try:
        with work.atomic():
            return alone(place)
    except RecordError as refused:
        return refused


class NotKept(Exception):
    """Takes a batch back. `places` are those of the rows that it must be written without."""

    def __init__(self, places: set[int]) -> None:
        super().__init__(places)
        self.places = places


# ---------------------------------------------------------------------- before


def _drafts(
    work: Work, entity: str, rows: Sequence[Values], places: Sequence[int], way: Way,
    refused: dict[int, RecordError],
) -> dict[int, Draft]:
    """Return the drafts of the rows at `places`; those that are refused are noted."""
    drafts = {}
    with read_ahead(work, work.model(entity), [rows[place] for place in places]):
        for place in places:
            try:
                drafts[place] = way.draft(work, entity, rows[place])
            except RecordError as problem:
                refused[place] = problem
    return drafts


def read_ahead(
    work: Work, model: EntityModel, rows: Sequence[Values]
) -> AbstractContextManager[None]:
    """Read the rows that are linked to at once; rules and checks of links ask for each.

    Which of them are in the actor's sight is known inside the block.
    """
    linked: dict[str, set[int]] = {}
    for name, bound in model.fields.items():
        if bound.spec.type == "relation" and not bound.spec.to_any:
            ids = {values[name] for values in rows if isinstance(values.get(name), int)}
            linked.setdefault(bound.spec.to[0], set()).update(ids)
    for entity, ids in linked.items():
        rows_of.remember(work, entity, ids)
    return links.seen_ahead(work, linked)


def _doubtful(work: Work, model: EntityModel, drafts: Mapping[int, Draft]) -> set[int]:
    """Return the places of rows that depend on others, or whose values may exist already."""
    found = set()
    group_holders: set[tuple[Any, ...]] = set()
    for place, draft in drafts.items():
        if _has_file(model, draft) or not _first_of_its_groups(model, draft, group_holders):
            found.add(place)
    places = list(drafts)
    suspects = unique.suspects(work, [drafts[place] for place in places])
    return found | {places[index] for index in suspects}


def _has_file(model: EntityModel, draft: Draft) -> bool:
    return any(
        bound.spec.type in ("file", "image") and bound.columns
        and draft.row[bound.name] is not None
        for bound in model.fields.values()
    )


def _first_of_its_groups(
    model: EntityModel, draft: Draft, holders: set[tuple[Any, ...]]
) -> bool:
    """Say whether no earlier row of the batch takes the one yes that this one takes."""
    first = True
    for bound in model.fields.values():
        groups = bound.spec.only_one if bound.spec.type == "boolean" else ()
        if groups and draft.row[bound.name]:
            names = () if groups == order.ALL else groups
            key = (bound.name, *(draft.row[name] for name in names))
            first &= key not in holders
            holders.add(key)
    return first


# ---------------------------------------------------------------------- written


def _take_places(work: Work, drafts: Mapping[int, Draft]) -> None:
    """Put each row at the end of its group. One that asks for an earlier place moves others."""
    last: dict[tuple[Any, ...], int] = {}
    earlier = set()
    for place, draft in drafts.items():
        for bound in order.positions(draft):
            group = (bound.name, *(draft.row[name] for name in bound.spec.within))
            if group not in last:
                last[group] = order.count_in_group(work, draft, bound)
            wanted = draft.row[bound.name]
            if wanted is not None and wanted <= last[group]:
                earlier.add(place)
                continue
            last[group] += 1
            draft.row[bound.name] = last[group]
    if earlier:
        raise NotKept(earlier)


def _insert(work: Work, model: EntityModel, drafts: Sequence[Draft]) -> None:
    sequences.take_many(work, drafts)
    for draft in drafts:
        order.take_only_one(work, draft)
    ids = inserted(work, model.table, [writing.stored_columns(draft) for draft in drafts])
    for draft, row_id in zip(drafts, ids, strict=True):
        draft.row["id"] = row_id
        work.forget(model.name, row_id)


def inserted(work: Work, table: Table, stored: list[dict[str, Any]]) -> list[int]:
    """Insert the rows in one statement and return their ids in the same order."""
    if work.connection.dialect.name != "sqlite":
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return list(work.run(statement, stored).scalars())
    # SQLite returns rows in no order, but it has one writer: the next ids are known beforehand.
    sequence = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = work.run(sequence, {"name": table.name}).scalar() or 0
    ids = list(range(last + 1, last + 1 + len(stored)))
    named = zip(stored, ids, strict=True)
    work.run(insert(table), [{**row, "id": row_id} for row, row_id in named])
    return ids


def _check_written(
    work: Work, model: EntityModel, rows: Sequence[Values], drafts: Mapping[int, Draft], way: Way
) -> None:
    """Ask of the rows as they rest now what is asked of one: whose they are, and the rules."""
    rights = work.rights(model.name)
    ids = [draft.row["id"] for draft in drafts.values()]
    permits = reach.permits_of_many(work, model.name, ids)
    bad = set()
    for place, draft in drafts.items():
        try:
            held = permits[draft.row["id"]]
            require_all(work, model.name, way.actions, held)
            if rights.limited and "create" in way.actions:
                submission.check_writable(work, model, rows[place], rights, "create", held)
            rules.check(work, draft)
        except (Forbidden, ValidationFailed):
            bad.add(place)
    if bad:
        raise NotKept(bad)


def _note(work: Work, entity: str, drafts: Sequence[Draft], way: Way) -> None:
    """Write one entry of the history for each row."""
    if not history.is_kept(work, entity):
        return
    model = work.model(entity)
    audited = "audited" in model.spec.traits and way.note == "create"
    ids = [draft.row["id"] for draft in drafts]
    named = work.trusted()
    titles.load(named, entity, ids)
    entries = []
    for draft in drafts:
        title = named.titles.pop((entity, draft.row["id"]), None)
        changes = history.differences(model, None, draft.row) if audited else None
        entries.append(history.entry(
            work, entity, draft.row["id"], way.note, reason=way.reason,
            title=title.text if title else f"#{draft.row['id']}",
            changes=changes or None, version=draft.row.get("version"),
        ))
    work.run(insert(work.table(history.ENTITY)), entries)
