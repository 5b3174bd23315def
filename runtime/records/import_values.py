"""Texts of a file as values of fields, links named by words as ids, keys as the rows they name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.exchange import UNCHANGED, FieldProblem
from generator.fields.secret import Sealed
from runtime.records import scope
from runtime.records.errors import ValidationFailed
from runtime.records.exporting import unescape_formula
from runtime.records.parts import names_of
from runtime.records.submission import NEVER_WRITTEN, Draft
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.records.importing import ImportPlan, Line

IDS_AT_ONCE = 500
DATES = ("created_at", "updated_at")
# Files come by upload, drivers' settings by their own form.
_NOT_FROM_TEXT = ("file", "image", "driver_settings")


@dataclass(frozen=True, slots=True)
class Target:
    """What a column may be mapped to: `name`, or `name.by` for a link named by a field there.

    `part` is a row that is made with a new one (`create_with`): `part.name`, `part.name.by`.
    """

    path: str
    field: BoundField
    by: BoundField | None = None
    part: str = ""

    @property
    def name(self) -> str:
        """Return the name of its value among those of the line."""
        return f"{self.part}.{self.field.name}" if self.part else self.field.name


def targets(work: Work, entity: str) -> Iterator[Target]:
    """Yield every field that the actor may write from a file, and links by what names them."""
    model, rights = work.model(entity), work.rights(entity)
    open_fields = rights.editable("create", rights.all_places) | rights.editable(
        "edit", rights.all_places
    )
    with_history = rights.may_somewhere("load_history")
    if "id" in rights.ever_visible and rights.may_somewhere("edit"):
        yield Target("id", model.fields["id"])
    for name, bound in model.fields.items():
        given_later = bound.implicit or name in model.machines or bound.spec.type == "sequence"
        if given_later:
            if not (with_history and _can_be_loaded(model, name)):
                continue
        elif name not in open_fields or not _writable(bound):
            continue
        yield Target(name, bound)
        if bound.spec.type == "relation" and not bound.spec.to_any:
            yield from _by_words(work, name, bound)
    yield from _of_parts(work, model)


def _of_parts(work: Work, model: EntityModel) -> Iterator[Target]:
    """Yield what the form of a new row asks of the rows that are made with it."""
    parts = model.spec.create_with
    may_create = (work.rights(name).may_somewhere("create")
                  for name in (model.name, *(spec.entity for spec in parts.values())))
    if not all(may_create):
        return
    for part, spec in parts.items():
        if part in model.fields and model.fields[part].spec.type == "relation":
            # Its name already means the row that is linked.
            continue
        rights, fields = work.rights(spec.entity), work.model(spec.entity).fields
        allowed = rights.editable("create", rights.all_places)
        for name in names_of(spec.fields):
            bound = fields[name]
            if name not in allowed or not _writable(bound):
                continue
            path = f"{part}.{name}"
            yield Target(path, bound, None, part)
            if bound.spec.type == "relation" and not bound.spec.to_any:
                yield from (replace(each, part=part) for each in _by_words(work, path, bound))


def split_parts(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the values of the row itself, and those of each row that is made with it."""
    own: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        part, dot, field = name.partition(".")
        if dot:
            parts.setdefault(part, {})[field] = value
        else:
            own[name] = value
    return own, parts


def _can_be_loaded(model: EntityModel, name: str) -> bool:
    if "append_only" in model.spec.traits:
        return False
    return name in DATES or name in model.machines or model.fields[name].spec.type == "sequence"


def _writable(bound: BoundField) -> bool:
    kind = bound.spec.type
    return bool(bound.columns) and bound.type.writable and kind not in (
        *_NOT_FROM_TEXT, *NEVER_WRITTEN
    )


def _by_words(work: Work, name: str, bound: BoundField) -> Iterator[Target]:
    """Yield the link by each field that only one row of the target has."""
    target = work.model(bound.spec.to[0])
    visible = work.rights(target.name).always_visible
    alone = {spec.fields[0] for spec in target.spec.unique.values()
             if len(spec.fields) == 1 and not spec.where}
    for key, each in target.fields.items():
        unique = bool(each.spec.unique) or key in alone
        if unique and key in visible and len(each.columns) == 1 and not each.implicit:
            yield Target(f"{name}.{key}", bound, each)


def check_mapping(
    work: Work, entity: str, mapping: Mapping[str, str], key: str | None
) -> dict[str, Target]:
    """Return path → target of a mapping. Raises ValidationFailed for what cannot be mapped."""
    known = {target.path: target for target in targets(work, entity)}
    taken: set[str] = set()
    for path in mapping.values():
        if path not in known:
            said = Sentence("{name} cannot be filled from a file.", name=path)
            raise ValidationFailed({path: [said]})
        name = known[path].name
        if name in taken:
            said = Sentence("Two columns are chosen for the same field.")
            raise ValidationFailed({path: [said]})
        taken.add(name)
    if key is not None and key not in mapping.values():
        raise ValidationFailed({key: [Sentence("No column is chosen for the key.")]})
    return known


Values = dict[str, Any]


class Reader:
    """Reads the lines of one batch."""

    def __init__(self, work: Work, plan: ImportPlan) -> None:
        self.work, self.plan = work, plan
        known = check_mapping(work, plan.entity, plan.mapping, plan.key)
        self.columns = [(header, known[path]) for header, path in plan.mapping.items()]

    def read(self, lines: Sequence[Line]) -> list[Values | ValidationFailed]:
        """Return for each line its values, or what cannot be read."""
        problems: list[dict[str, list[str]]] = [{} for _ in lines]
        rows: list[Values] = [{} for _ in lines]
        for header, target in self.columns:
            found = [self._value(line, header, target, problems[index])
                     for index, line in enumerate(lines)]
            if target.by is not None:
                found = self._links(target, found, problems)
            for row, value in zip(rows, found, strict=True):
                if value is not UNCHANGED:
                    row[target.name] = value
        return [
            ValidationFailed(told) if told else row
            for row, told in zip(rows, problems, strict=True)
        ]

    def _value(
        self, line: Line, header: str, target: Target, problems: dict[str, list[str]]
    ) -> Any:
        text = unescape_formula(line.cells.get(header) or "")
        if not text.strip():
            # An empty key finds no row, so there is none to empty a field of.
            clear = self.plan.clear_empty and target.path != self.plan.key
            return None if clear else UNCHANGED
        bound = target.by or target.field
        try:
            return bound.type.parse(bound, [text], self.plan.formats)
        except FieldProblem as problem:
            problems.setdefault(target.path, []).append(problem.sentence)
            return UNCHANGED

    def _links(
        self, target: Target, words: list[Any], problems: list[dict[str, list[str]]]
    ) -> list[Any]:
        """Return the ids of the rows that the words name."""
        assert target.by is not None
        other = self.work.model(target.field.spec.to[0])
        asked = [each for each in words if each is not UNCHANGED and each is not None]
        known = ids_by(self.work, other, target.by, asked, "see")
        found: list[Any] = []
        for index, each in enumerate(words):
            if each is UNCHANGED or each is None:
                found.append(each)
                continue
            ids = known.get(stored_key(target.by, each), [])
            if len(ids) != 1:
                said = Sentence("There is no “{text}” to link to.", text=str(each)[:80])
                problems[index].setdefault(target.path, []).append(said)
            found.append(ids[0] if ids else UNCHANGED)
        return found


def stored_key(bound: BoundField, value: Any) -> Hashable:
    """Return what a value is stored as, to compare it with what the database returns."""
    return tuple(bound.type.to_columns(bound, value).values())


def ids_by(
    work: Work, model: EntityModel, bound: BoundField, values: Sequence[Any], action: Any
) -> dict[Hashable, list[int]]:
    """Return stored value → ids of the living rows in reach that have it."""
    table, found = model.table, dict[Hashable, list[int]]()
    keys = sorted({stored_key(bound, value) for value in values}, key=repr)
    conditions = [
        each for each in (
            scope.living(work, model.name, table), scope.reach(work, model.name, action, table)
        ) if each is not None
    ]
    column = table.c[bound.columns[0].name]
    for start in range(0, len(keys), IDS_AT_ONCE):
        some = keys[start : start + IDS_AT_ONCE]
        statement = select(table.c.id, column).where(
            column.in_([key[0] for key in some]), *conditions  # type: ignore[index]
        )
        for row_id, stored in work.run(statement):
            found.setdefault((stored,), []).append(row_id)
    return found


class Existing:
    """The rows that a batch is about, by the key of each line."""

    def __init__(
        self, bound: BoundField | None, ids: Mapping[Hashable, list[int]],
        lines: Mapping[Hashable, list[int]],
    ) -> None:
        self._bound, self._ids, self._lines = bound, ids, lines

    def ids(self, value: Any) -> list[int]:
        return self._ids.get(self._key(value), [])

    def earlier_line(self, number: int, value: Any) -> int | None:
        """Return the line of the batch that came first with the same key, if there was one."""
        first = self._lines[self._key(value)][0]
        return None if first == number else first

    def _key(self, value: Any) -> Hashable:
        assert self._bound is not None
        return stored_key(self._bound, value)


def existing(
    work: Work, model: EntityModel, key: str | None, lines: Mapping[int, Values]
) -> Existing:
    """Find the rows that the keys of the lines name, those that the actor may see."""
    if key is None:
        return Existing(None, {}, {})
    bound = model.fields[key]
    numbers: dict[Hashable, list[int]] = {}
    values = []
    for number, row in lines.items():
        value = row.get(key)
        if value is not None:
            values.append(value)
            numbers.setdefault(stored_key(bound, value), []).append(number)
    return Existing(bound, ids_by(work, model, bound, values, "see"), numbers)


def before(draft: Draft) -> dict[str, Any]:
    """Return field → JSON of what a change replaced, from which it can be taken back."""
    assert draft.before is not None
    found = {}
    for name in sorted(draft.changed):
        bound, value = draft.model.fields[name], draft.before[name]
        if isinstance(value, Sealed):
            found[name] = {"sealed": value.token}
        elif bound.spec.type == "driver_settings" and value is not None:
            found[name] = bound.type.to_stored(bound, value)
        else:
            found[name] = bound.type.json(bound, value)
    return found
