"""Many rows changed at once, each by the rules of a single edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from runtime.records import (
    history,
    many,
    order,
    reach,
    rules,
    submission,
    titles,
    unique,
    writing,
)
from runtime.records import rows as rows_of
from runtime.records.errors import Forbidden, NotFound, RecordError, ValidationFailed
from runtime.records.many import NotKept, Values
from runtime.records.submission import Draft
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

Change = tuple[int, Values]
Outcome = Draft | RecordError


def change(work: Work, entity: str, changes: Sequence[Change]) -> list[Outcome]:
    """Change rows by their ids, each at most once; return the drafts written, or the refusals.

    A draft tells the row before and after; one without changed fields was as it should be.
    """
    found: list[Outcome] = []
    for start in range(0, len(changes), many.ROWS_AT_ONCE):
        found += _change_some(work, entity, changes[start : start + many.ROWS_AT_ONCE])
    return found


def _change_some(work: Work, entity: str, changes: Sequence[Change]) -> list[Outcome]:
    model = work.model(entity)

    def drafts(places: Sequence[int], refused: dict[int, RecordError]) -> dict[int, Draft]:
        return _drafts(work, model, changes, places, refused)

    def doubtful(made: Mapping[int, Draft]) -> set[int]:
        return {place for place, draft in made.items() if _moves_others(draft)}

    def written(good: Mapping[int, Draft]) -> None:
        changed = {place: draft for place, draft in good.items() if draft.changed}
        if changed:
            _store(work, model, list(changed.values()))
            _check_written(work, model, changed)
            _note(work, model, list(changed.values()))

    def alone(place: int) -> Draft:
        row_id, values = changes[place]
        before = dict(rows_of.need(work, entity, row_id))
        writing.change(work, entity, row_id, values)
        after = rows_of.need(work, entity, row_id)
        names = submission.stored_fields(model)
        changed = {name for name in names if before[name] != after[name]}
        return Draft(model, before, after, changed)

    return many.settle(work, len(changes), drafts, doubtful, written, alone)


def _drafts(
    work: Work, model: EntityModel, changes: Sequence[Change], places: Sequence[int],
    refused: dict[int, RecordError],
) -> dict[int, Draft]:
    before = _locked(work, model, [changes[place][0] for place in places])
    permits = reach.permits_of_many(work, model.name, list(before))
    drafts = {}
    with many.read_ahead(work, model, [changes[place][1] for place in places]):
        for place in places:
            row_id, values = changes[place]
            try:
                drafts[place] = _draft(
                    work, model, row_id, values, before.get(row_id), permits.get(row_id)
                )
            except RecordError as problem:
                refused[place] = problem
    return drafts


def _locked(work: Work, model: EntityModel, ids: Sequence[int]) -> dict[int, Row]:
    """Lock the rows and return them whole, by id."""
    statement = (
        select(model.table).where(model.table.c.id.in_(sorted(ids)))
        .order_by(model.table.c.id).with_for_update()
    )
    found = {}
    for mapping in work.run(statement).mappings().all():
        row = rows_of.whole(work, model, mapping)
        found[row["id"]] = work.rows[model.name, row["id"]] = row
    return found


def _draft(
    work: Work, model: EntityModel, row_id: int, values: Values, before: Row | None,
    permits: frozenset[int] | None,
) -> Draft:
    """Return the checked draft of one change; raise what `writing.change` would."""
    entity, rights = model.name, work.rights(model.name)
    if before is None or permits is None or not rights.allows("see", permits):
        raise NotFound(entity, row_id)
    if before.get("deleted_at") is not None:
        raise NotFound(entity, row_id)
    writing.check_editable(work, model, values, permits)
    draft = submission.edited(work, model, before, values, alone=True)
    unique.check(work, draft)
    writing.check_frozen(work, draft)
    draft.refuse()
    return draft


def _moves_others(draft: Draft) -> bool:
    """Say whether the change takes something from other rows, or gives a file to its row."""
    for bound in order.positions(draft):
        if bound.name in draft.changed or draft.changed & set(bound.spec.within):
            return True
    return any(
        bound.spec.type in ("file", "image")
        or (bound.spec.type == "boolean" and bound.spec.only_one and draft.row[name])
        for name in draft.changed if (bound := draft.model.fields[name])
    )


def _store(work: Work, model: EntityModel, drafts: Sequence[Draft]) -> None:
    """Update the rows, in one statement for all that change the same columns."""
    versioned = "versioned" in model.spec.traits
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for draft in drafts:
        assert draft.before is not None
        stored = draft.columns() | {"updated_at": work.now}
        draft.row["updated_at"] = work.now
        if versioned:
            stored["version"] = draft.row["version"] = draft.before["version"] + 1
        alike.setdefault(tuple(sorted(stored)), []).append({**stored, "row_id": draft.row["id"]})
    statement = update(model.table).where(model.table.c.id == bindparam("row_id"))
    for parameters in alike.values():
        work.run(statement, parameters)
    for draft in drafts:
        work.forget(model.name, draft.row["id"])


def _check_written(work: Work, model: EntityModel, drafts: Mapping[int, Draft]) -> None:
    """Ask of the rows as they rest now: are they still in reach, do they keep the rules?"""
    ids = [draft.row["id"] for draft in drafts.values()]
    permits = reach.permits_of_many(work, model.name, ids)
    bad = set()
    for place, draft in drafts.items():
        try:
            many.require_all(work, model.name, ("edit",), permits[draft.row["id"]])
            rules.check(work, draft)
        except (Forbidden, ValidationFailed):
            bad.add(place)
    if bad:
        raise NotKept(bad)


def _note(work: Work, model: EntityModel, drafts: Sequence[Draft]) -> None:
    """Write one entry of the history for each row of an audited entity."""
    if "audited" not in model.spec.traits or not history.is_kept(work, model.name):
        return
    named = work.trusted()
    titles.load(named, model.name, [draft.row["id"] for draft in drafts])
    entries = []
    for draft in drafts:
        row_id = draft.row["id"]
        title = named.titles.pop((model.name, row_id), None)
        changes = history.differences(model, draft.before, draft.row)
        if changes:
            entries.append(history.entry(
                work, model.name, row_id, "edit", changes=changes,
                version=draft.row.get("version"), title=title.text if title else f"#{row_id}",
            ))
    if entries:
        work.run(insert(work.table(history.ENTITY)), entries)
