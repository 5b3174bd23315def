"""Lines of text from a file, each written by the rules of a form; or only tried, to see problems.

Every line stands alone: one that is refused changes nothing and does not stop the others.

    cells ─ texts to values ─ links by their words to ids ─ key: new row or change ─> written
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from config.texts.sentence import Sentence
from generator.fields.exchange import NEUTRAL, FormatContext
from generator.fields.formats import Number
from runtime.records import import_values, load, load_many, many, many_changes, parts, reading
from runtime.records import rows as rows_of
from runtime.records.errors import Forbidden, RecordError, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import ImportResult
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

ROWS_MAX = 100_000
Done = Literal["created", "updated", "same", "refused"]
Problems = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How the columns of a file become fields.

    `mapping`: header → field, or `client.email`: the client who has that e-mail address.
    `key`: the field by which a line finds the row that it changes; without one all rows are new.
    A column may also fill a row that is made with a new one (`owner.email`); once one does, new
    rows are made with all of them, as by the form.
    `clear_empty`: an empty cell empties the field of a row that is changed.
    `formats`: how numbers and dates are written in the file.
    """

    entity: str
    mapping: Mapping[str, str]
    key: str | None = None
    clear_empty: bool = False
    formats: FormatContext = NEUTRAL


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: header → text. `number` counts the header as line 1.

    `extra` are cells beyond the last column that the header names.
    """

    number: int
    cells: Mapping[str, str]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line. `before`: field → its JSON before the change."""

    number: int
    done: Done
    id: int | None = None
    problems: Problems = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


class _Tried(Exception):
    """Ends a dry run: whatever was written is taken back."""


def import_lines(
    work: Work, plan: ImportPlan, lines: Sequence[Line], *, only_try: bool = False,
    written: Callable[[Collection[int]], Mapping[int, int]] = lambda ids: {},
) -> list[LineResult]:
    """Write the lines and say of each what became of it.

    `written` returns id → line for those of the rows that earlier lines of the file wrote.
    """
    reading.require(work, plan.entity, "import")
    import_values.check_mapping(work, plan.entity, plan.mapping, plan.key)
    run = _Run(work, plan, lines, written)
    try:
        with work.atomic():
            run.write()
            if only_try:
                raise _Tried
    except _Tried:
        pass
    return [run.results[line.number] for line in lines]


def import_rows(
    work: Work, entity: str, lines: Sequence[Mapping[str, str]], mapping: Mapping[str, str], *,
    dry_run: bool = False, key: str | None = None,
) -> ImportResult:
    """Write rows that somebody has already read from a file, numbered from 1."""
    if len(lines) > ROWS_MAX:
        said = Sentence("At most {count} rows are read from one file.", count=Number(ROWS_MAX))
        raise ValidationFailed({"": [said]})
    numbered = [Line(number, cells) for number, cells in enumerate(lines, 1)]
    results = import_lines(work, ImportPlan(entity, mapping, key), numbered, only_try=dry_run)
    return ImportResult(
        sum(each.done == "created" for each in results),
        sum(each.done in ("updated", "same") for each in results),
        {each.number: each.problems for each in results if each.done == "refused"},
        dry_run,
    )


class _Run:
    """A batch of lines on its way. `results`: number of the line → what became of it."""

    def __init__(
        self, work: Work, plan: ImportPlan, lines: Sequence[Line],
        written: Callable[[Collection[int]], Mapping[int, int]],
    ) -> None:
        self.work, self.plan, self.lines, self.written = work, plan, lines, written
        self.model: EntityModel = work.model(plan.entity)
        self.results: dict[int, LineResult] = {}
        known = import_values.check_mapping(work, plan.entity, plan.mapping, plan.key)
        self.makes_parts = any(known[path].part for path in plan.mapping.values())

    def write(self) -> None:
        values = self._values()
        existing = import_values.existing(self.work, self.model, self.plan.key, values)
        new: dict[int, dict[str, Any]] = {}
        changes: dict[int, tuple[int, dict[str, Any]]] = {}
        for number, row in values.items():
            try:
                row_id = self._row_of(number, row, existing)
            except ValidationFailed as refused:
                self._refuse(number, refused)
                continue
            if row_id is None:
                new[number] = row
            else:
                own, _ = import_values.split_parts(row)
                changes[number] = (row_id, _without(own, self.plan.key))
        self._change(self._not_yet_written(changes))
        self._create(new)

    def _values(self) -> dict[int, dict[str, Any]]:
        """Return number of the line → values; lines that cannot be read are refused."""
        reader = import_values.Reader(self.work, self.plan)
        found = {}
        for line, values in zip(self.lines, reader.read(self.lines), strict=True):
            if line.extra:
                said = Sentence("The line has more cells than the header has columns.")
                self._refuse(line.number, ValidationFailed({"": [said]}))
            elif isinstance(values, ValidationFailed):
                self._refuse(line.number, values)
            else:
                found[line.number] = values
        return found

    def _row_of(
        self, number: int, values: Mapping[str, Any], existing: import_values.Existing
    ) -> int | None:
        """Return the id of the row that a line is about, None for a new one."""
        key = self.plan.key
        value = None if key is None else values.get(key)
        if key is None or value is None:
            return None
        earlier = existing.earlier_line(number, value)
        if earlier is not None:
            raise ValidationFailed({key: [_same(earlier)]})
        ids = existing.ids(value)
        if len(ids) > 1:
            raise ValidationFailed({key: [Sentence("More than one row has this value.")]})
        if not ids:
            if key == "id":
                raise ValidationFailed({key: [Sentence("There is no such row.")]})
            return None
        return ids[0]

    def _not_yet_written(
        self, changes: Mapping[int, tuple[int, dict[str, Any]]]
    ) -> dict[int, tuple[int, dict[str, Any]]]:
        """Refuse the lines whose rows an earlier batch wrote; return the others."""
        earlier = self.written([row_id for row_id, _ in changes.values()]) if changes else {}
        for number, (row_id, _) in changes.items():
            if row_id in earlier:
                refused = ValidationFailed({self.plan.key or "": [_same(earlier[row_id])]})
                self._refuse(number, refused)
        return {
            number: change for number, change in changes.items() if change[0] not in earlier
        }

    def _change(self, changes: Mapping[int, tuple[int, dict[str, Any]]]) -> None:
        numbers = list(changes)
        outcomes = many_changes.change(
            self.work, self.plan.entity, [changes[number] for number in numbers]
        )
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, RecordError):
                self._refuse(number, outcome)
            elif outcome.changed:
                self._done(number, "updated", outcome.row["id"], import_values.before(outcome))
            else:
                self._done(number, "same", outcome.row["id"])

    def _create(self, new: Mapping[int, dict[str, Any]]) -> None:
        rights = self.work.rights(self.plan.entity)
        historic: list[int] = []
        plain: list[int] = []
        for number, values in new.items():
            tells_history = any(
                name in self.model.machines or name in load.DATES for name in values
            ) and rights.may_somewhere("load_history")
            (historic if tells_history else plain).append(number)
        self._create_by(many.new_rows("import"), plain, new)
        self._create_by(load_many.loaded_rows("a file"), historic, new)

    def _create_by(
        self, way: many.Way, numbers: Sequence[int], new: Mapping[int, dict[str, Any]]
    ) -> None:
        rows = [_without(new[number], "id") for number in numbers]
        if self.makes_parts:
            outcomes = [self._with_parts(way, row) for row in rows]
        else:
            outcomes = many.write(self.work, self.plan.entity, rows, way)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, RecordError):
                self._refuse(number, outcome)
            else:
                self._done(number, "created", outcome)

    def _with_parts(self, way: many.Way, values: Mapping[str, Any]) -> many.Outcome:
        """Write one row and those that are made with it: all of them or none."""
        own, made_with = import_values.split_parts(values)
        try:
            with self.work.atomic():
                row_id = way.one(self.work, self.plan.entity, own)
                row = rows_of.need(self.work, self.plan.entity, row_id)
                parts.create(self.work, self.model, row, made_with)
        except RecordError as refused:
            return refused
        return row_id

    def _done(
        self, number: int, done: Done, row_id: int, before: Mapping[str, Any] | None = None
    ) -> None:
        self.results[number] = LineResult(number, done, row_id, {}, before or {})

    def _refuse(self, number: int, refused: RecordError) -> None:
        self.results[number] = LineResult(number, "refused", None, problems_of(refused))


def problems_of(refused: RecordError) -> Problems:
    """Return why a line was refused: field ("" for the whole line) → sentences."""
    if isinstance(refused, ValidationFailed):
        return refused.problems | {
            f"{part}.{name}" if name else part: told
            for part, problems in refused.parts.items() for name, told in problems.items()
        }
    if isinstance(refused, Forbidden):
        return {"": (refused.decision.reason,)}
    return {"": (str(refused),)}


def _same(line: int) -> Sentence:
    return Sentence("Line {line} is about the same row.", line=line)


def _without(values: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


__all__ = ["Draft", "ImportPlan", "Line", "LineResult", "import_lines", "import_rows"]
