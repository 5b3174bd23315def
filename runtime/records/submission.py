"""Is what was sent fit to be written? Rights by field, defaults, conditions, limits, links.

    submitted values ─ may they be written at all ─> defaults ─> hidden fields stay as they are
    ─> required ─> limits of the type ─> links and files ─> unique ─> the row that will be
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.texts.sentence import Named, Sentence
from generator.fields.base import BoundField
from generator.fields.exchange import NEUTRAL, UNCHANGED, FieldProblem
from generator.fields.translated import as_translated, is_translatable
from runtime.access import Rights
from runtime.records import granting, links, offers, rows, rules, unique
from runtime.records.errors import Forbidden, ValidationFailed
from runtime.records.values import Decision
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

FOLDED = ("email", "domain", "slug", "tax_id")
NEVER_WRITTEN = ("sequence", "many", "pick", "total", "computed")

Problems = dict[str, list[str]]


@dataclass(slots=True)
class Draft:
    """A row on its way into the database. `changed` are the fields that must be written.

    `children` are the collections whose rows were changed with it.
    """

    model: EntityModel
    before: Row | None
    row: Row
    changed: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=dict)
    children: frozenset[str] = frozenset()

    def problem(self, name: str, message: str) -> None:
        self.problems.setdefault(name, []).append(message)

    def refuse(self) -> None:
        """Raise ValidationFailed when there is a problem."""
        if self.problems:
            raise ValidationFailed(self.problems)

    def columns(self) -> dict[str, Any]:
        """Return column → what is stored, of the changed fields."""
        stored: dict[str, Any] = {}
        for name in self.changed:
            bound = self.model.fields[name]
            stored |= bound.type.to_columns(bound, self.row[name])
        return stored


def check_writable(
    work: Work, model: EntityModel, names: Iterable[str], rights: Rights, action: Any,
    permits: frozenset[int],
) -> None:
    """Raise Forbidden for the first field that the actor may not write."""
    editable = rights.editable(action, permits)
    for name in names:
        bound = model.fields.get(name)
        if bound is None:
            raise ValidationFailed({name: [
                Sentence("{entity} has no field {name}", entity=model.name, name=name)
            ]})
        if name in model.machines and action != "load_history":
            raise Forbidden(Decision(
                False, Sentence("only moves change {field}", field=Named(bound.spec.label, name))
            ))
        if bound.implicit or bound.spec.type in NEVER_WRITTEN or not bound.columns:
            raise Forbidden(Decision(False, Sentence(
                "nobody writes {field}: it is computed", field=Named(bound.spec.label, name)
            )))
        if name not in editable:
            raise Forbidden(rights.decide(action, permits, field=name))


def created(
    work: Work, model: EntityModel, submitted: Mapping[str, Any], fixed: Mapping[str, Any], *,
    keep_states: bool = False, alone: bool = False,
) -> Draft:
    """Return the draft of a new row: what was sent, what is given, and defaults for the rest.

    `alone`: the other rows are not asked; what may exist only once is left to the database.
    """
    given = _present(model, {**submitted, **fixed})
    if not keep_states:
        given = _without_left_empty(model, given)
    draft = Draft(model, None, dict.fromkeys(stored_fields(model)))
    draft.row |= {"id": None, "created_at": work.now, "updated_at": work.now}
    derived = []
    for name in stored_fields(model):
        bound = model.fields[name]
        if name in given and (keep_states or name not in model.machines):
            draft.row[name] = given[name]
        elif bound.spec.default_from is not None and name not in model.machines:
            derived.append(name)
        elif bound.spec.type != "sequence":
            draft.row[name] = bound.type.default(bound)
    for name in derived:
        expression = work.expression(f"entity/{model.name}/fields/{name}/default_from")
        if expression is not None:
            draft.row[name] = work.holds(expression, draft.row)
    _make_slugs(work, draft)
    draft.changed = set(stored_fields(model))
    _settle(work, draft, set(given))
    if not alone:
        unique.check(work, draft)
    return draft


def edited(
    work: Work, model: EntityModel, before: Row, submitted: Mapping[str, Any], *,
    alone: bool = False,
) -> Draft:
    """Return the draft of a changed row. `alone`: the other rows are not asked."""
    given = _present(model, submitted)
    draft = Draft(model, before, {**before, **given})
    draft.changed = {name for name in given if before.get(name) != given[name]}
    _settle(work, draft, set(given))
    if not alone:
        unique.check(work, draft)
    return draft


def stored_fields(model: EntityModel) -> list[str]:
    """Return the declared fields that have columns."""
    return [name for name, bound in model.fields.items() if bound.columns and not bound.implicit]


def _present(model: EntityModel, submitted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent, in its one form; a secret left empty in a form was not sent."""
    return {
        name: _canonical(model.fields[name], value)
        for name, value in submitted.items() if value is not UNCHANGED
    }


def _without_left_empty(model: EntityModel, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given but for empty values that the panel fills itself.

    A default that stood in the form and was taken out stays out, unless the row needs a value.
    """
    found = dict(given)
    for name, value in given.items():
        spec = model.fields[name].spec
        made = spec.default_from is not None or (spec.required and spec.default is not None)
        if made and _is_empty(value):
            del found[name]
    return found


def _canonical(bound: BoundField, value: Any) -> Any:
    """Return the value as it is compared and stored: addresses folded, texts by locale."""
    if value is None or value == "":
        return None
    if is_translatable(bound):
        return as_translated(bound, value)
    if bound.spec.type in FOLDED and isinstance(value, str):
        try:
            return bound.type.parse(bound, [value], NEUTRAL)
        except FieldProblem:
            return value  # `validate` says what is wrong with it
    return value


def _settle(work: Work, draft: Draft, given: set[str]) -> None:
    """Find every problem of a draft that can be told before it is written."""
    out_of_sight = _take_out_of_sight(work, draft)
    _hide(work, draft)
    _follow_drivers(work, draft, given)
    for name in stored_fields(draft.model):
        bound = draft.model.fields[name]
        if not _shown(work, draft, bound):
            continue
        value = draft.row[name]
        if name in out_of_sight:
            draft.problem(name, links.NOT_THERE)
        elif _is_empty(value):
            if bound.spec.type not in rules.NEVER_ASKED and _required(
                work, draft, bound, given
            ) and not rules.was_missing(work, draft, bound):
                draft.problem(name, rules.MISSING)
        elif name in draft.changed:
            _check_value(work, draft, bound, value)
    granting.check(work, draft)


def _take_out_of_sight(work: Work, draft: Draft) -> set[str]:
    """Take new links to rows that the actor may not see out of the draft; return their names.

    A condition that looked at such a row would tell of it by what it says of other fields.
    """
    found = set()
    for name in draft.changed:
        bound, value = draft.model.fields[name], draft.row[name]
        if bound.spec.type == "relation" and value is not None and not links.is_there(
            work, bound, value
        ):
            draft.row[name] = None
            found.add(name)
    return found


def _hide(work: Work, draft: Draft) -> None:
    """Leave fields that are not shown as they were: whatever was sent for them is not written."""
    for name in stored_fields(draft.model):
        bound = draft.model.fields[name]
        if name in draft.changed and not _shown(work, draft, bound):
            if draft.before is None:
                draft.row[name] = None
            else:
                draft.row[name] = draft.before[name]
                draft.changed.discard(name)


def _follow_drivers(work: Work, draft: Draft, given: set[str]) -> None:
    """Check settings again with their driver: those of another driver are never kept."""
    for name in stored_fields(draft.model):
        bound = draft.model.fields[name]
        if bound.spec.type != "driver_settings":
            continue
        driver = bound.spec.driver_settings
        if not draft.changed & {name, driver}:
            continue
        shown = _shown(work, draft, bound)
        if driver in draft.changed and not (shown and name in given):
            draft.row[name] = None
        draft.changed.add(name)
        if shown and draft.row[name] is None and (
            bound.type.model(bound, draft.row.get(driver)) is not None
        ):
            # Nothing was entered: the driver says what it cannot do without.
            draft.row[name] = {}


def moved(work: Work, draft: Draft, given: set[str]) -> None:
    """Check the settings of drivers in a row of which a move writes the fields `given`."""
    _follow_drivers(work, draft, given)
    for name in stored_fields(draft.model):
        bound = draft.model.fields[name]
        if bound.spec.type == "driver_settings" and name in draft.changed and (
            draft.row[name] is not None
        ):
            _check_value(work, draft, bound, draft.row[name])


def _shown(work: Work, draft: Draft, bound: BoundField) -> bool:
    if bound.spec.show_when is None:
        return True
    address = f"entity/{draft.model.name}/fields/{bound.name}/show_when"
    expression = work.expression(address)
    return expression is None or work.holds(expression, draft.row, old=draft.before) is True


def _required(work: Work, draft: Draft, bound: BoundField, given: set[str]) -> bool:
    if bound.spec.required:
        # An old row may lack what became required later; only its own edit must mend it.
        return draft.before is None or bound.name in given
    if bound.spec.require_when is None:
        return False
    expression = work.expression(f"entity/{draft.model.name}/fields/{bound.name}/require_when")
    return expression is not None and work.holds(expression, draft.row, old=draft.before) is True


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == frozenset()


class _Beside(dict[str, Any]):
    """The other fields of a draft, and by dotted path those of the rows it links to."""

    def __init__(self, work: Work, draft: Draft) -> None:
        super().__init__(draft.row)
        self._work, self._entity = work, draft.model.name

    def get(self, path: str, default: Any = None) -> Any:
        value = rows.value_at(self._work, self._entity, self, path) if "." in path else (
            super().get(path)
        )
        return default if value is None else value


def _check_value(work: Work, draft: Draft, bound: BoundField, value: Any) -> None:
    try:
        old = draft.before.get(bound.name) if draft.before else None
        if getattr(bound.spec, "driver_settings", None) in draft.changed:
            # The secrets of one driver are nothing for another to read.
            old = None
        value = bound.type.settle(bound, value, _Beside(work, draft), old)
        draft.row[bound.name] = value
        bound.type.validate(bound, value)
    except FieldProblem as problem:
        draft.problem(bound.name, problem.sentence)
        return
    if bound.spec.type in ("relation", "file", "image"):
        message = links.problem(work, draft.model, bound, draft.row)
        if message:
            draft.problem(bound.name, message)
    elif bound.spec.type == "currency" and (message := offers.problem(work, bound, value, old)):
        draft.problem(bound.name, message)


def _make_slugs(work: Work, draft: Draft) -> None:
    for name in stored_fields(draft.model):
        bound = draft.model.fields[name]
        # The type first: asking a spec for a key that it does not have is slow.
        if bound.spec.type == "slug" and bound.spec.of and draft.row[name] is None:
            text = draft.row.get(bound.spec.of)
            if text is not None:
                draft.row[name] = unique.free_slug(work, draft.model, bound, str(text))
