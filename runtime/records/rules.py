"""What must hold for a row, and the rows that broke it before anybody asked for it.

A rule that came later, or became stricter, must not lock the rows that are there already: what is
wrong with such a row *stood* before an edit that does not touch what the rule reads, and is let
be. The list of such rows is the view `breaks_rules` of every entity.

    rules           enforce: touched (a rule that reads nothing but its row), or always
    required, require_when, show_when      likewise, from what the conditions read
    limits of types                        only values that change are held against them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from config import labels
from config.expressions import Expression, tree
from config.expressions.functions import FUNCTIONS
from config.specs.entity import RuleSpec
from config.texts.sentence import Sentence
from generator.fields.exchange import FieldProblem
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import BoundField, EntityModel
    from runtime.records.submission import Draft
    from runtime.records.values import Record

Condition = ColumnElement[bool]
MISSING = Sentence("Enter a value.")
# Nobody enters these, or leaving them empty means something.
NEVER_ASKED = ("sequence", "position", "boolean")
_FOLLOWS_OTHERS = ("many", "pick", "total", "computed")


def check(work: Work, draft: Draft) -> None:
    """Raise ValidationFailed for every rule of the entity that the written row breaks."""
    locale = work.actor.locale
    for key, rule in draft.model.spec.rules.items():
        expression = work.expression(_address(draft.model, key))
        if expression is None or work.holds(expression, draft.row, old=draft.before) is True:
            continue
        if not (_is_lasting(work, draft.model, rule, expression)
                and _stood(work, draft, expression)):
            draft.problem(rule.on or "", labels.text(rule.say, key, locale))
    draft.refuse()


def was_missing(work: Work, draft: Draft, bound: BoundField) -> bool:
    """Say whether a needed value was missing before, and this edit changed nothing about that."""
    before = draft.before
    if before is None or bound.name in draft.changed:
        return False
    expressions = _conditions(work, bound)
    return all(
        reads_its_row_alone(work, draft.model, each) and untouched(draft, each.names)
        for each in expressions
    )


def breaking(work: Work, model: EntityModel, source: FromClause) -> Condition | None:
    """Return the condition that a row breaks what is asked today; None where nothing can be.

    A rule or field counts for an actor who sees all that it reads, in every row.
    """
    found = [*_broken_rules(work, model, source), *_broken_fields(work, model, source)]
    return or_(*found) if found else None


def broken(work: Work, record: Record) -> list[tuple[str, str]]:
    """Return (field, or "" for the whole row; what is wrong) of a row, as far as it is seen."""
    model, locale = work.model(record.entity), work.actor.locale
    values, found = dict(record.values), []
    for key, rule in model.spec.rules.items():
        expression = work.expression(_address(model, key))
        if (
            expression is not None and expression.names <= values.keys()
            and reads_its_row_alone(work, model, expression)
            and work.holds(expression, values, old=values) is not True
        ):
            found.append((rule.on or "", labels.text(rule.say, key, locale)))
    for name, value in values.items():
        bound = model.fields.get(name)
        if bound is None or not bound.columns or bound.implicit:
            continue
        if problem := _problem(work, model, bound, value, values):
            found.append((name, problem))
    return found


def _problem(
    work: Work, model: EntityModel, bound: BoundField, value: Any, values: dict[str, Any]
) -> str | None:
    """Return what is wrong with a value that has not been entered just now."""
    conditions = _conditions(work, bound)
    if not all(
        each.names <= values.keys() and reads_its_row_alone(work, model, each)
        and work.holds(each, values) is True
        for each in conditions
    ):
        return None
    if value is None:
        needed = bound.spec.required or bound.spec.require_when is not None
        return MISSING if needed and bound.spec.type not in NEVER_ASKED else None
    if not _has_limits(bound):
        return None
    try:
        bound.type.validate(bound, value)
    except FieldProblem as problem:
        return problem.sentence
    return None


def reads_its_row_alone(work: Work, model: EntityModel, expression: Expression) -> bool:
    """Say whether an expression depends on nothing but what is stored in the row at hand."""
    return bool(work.panel.remember(
        ("alone", model.name, expression),
        lambda: _is_alone(expression.tree) and all(
            name in model.fields and model.fields[name].spec.type not in _FOLLOWS_OTHERS
            for name in expression.names
        ),
    ))


def untouched(draft: Draft, names: Iterable[str]) -> bool:
    """Say whether an edit leaves alone all that these paths begin with."""
    first = {name.partition(".")[0] for name in names}
    return not first & draft.changed and not first & draft.children


# ---------------------------------------------------------------------- one row


def _stood(work: Work, draft: Draft, expression: Expression) -> bool:
    """Say whether the row broke a rule before and this edit did not touch what the rule reads."""
    before = draft.before
    if before is None or not untouched(draft, expression.names):
        return False
    return work.holds(expression, before, old=before) is not True


def _is_lasting(
    work: Work, model: EntityModel, rule: RuleSpec, expression: Expression
) -> bool:
    """Say whether a rule is about how a row rests, not about when it may change."""
    if rule.enforce is not None:
        return rule.enforce == "touched"
    return reads_its_row_alone(work, model, expression)


def _is_alone(node: tree.Node) -> bool:
    if isinstance(node, (tree.Given, tree.Through, tree.Many, tree.Picked)):
        return False
    if isinstance(node, tree.Apply) and not FUNCTIONS[node.function].stable:
        return False
    return all(_is_alone(child) for child in tree.children(node))


def _has_limits(bound: BoundField) -> bool:
    """Say whether a field has limits of its own: its type's are as old as its values."""
    limits = ("min", "max", "pattern")
    return any(getattr(bound.spec, name, None) is not None for name in limits)


# ---------------------------------------------------------------------- all rows


def _broken_rules(
    work: Work, model: EntityModel, source: FromClause
) -> Iterator[Condition]:
    for key, rule in model.spec.rules.items():
        expression = work.expression(_address(model, key))
        if (
            expression is not None and _is_lasting(work, model, rule, expression)
            and not _compares_with_before(expression.tree)
            and _is_seen(work, model, expression.names)
        ):
            yield work.clause(expression, source).is_not(true())


def _broken_fields(
    work: Work, model: EntityModel, source: FromClause
) -> Iterator[Condition]:
    for name, bound in model.fields.items():
        if not bound.columns or bound.implicit or not _is_seen(work, model, (name,)):
            continue
        found = _outside(work, model, bound, source)
        if found is not None:
            yield found


def _outside(
    work: Work, model: EntityModel, bound: BoundField, source: FromClause
) -> Condition | None:
    """Return the condition that a field is empty and needed, or holds what it may not."""
    address = f"entity/{model.name}/fields/{bound.name}"
    conditions = _conditions(work, bound)
    if not all(
        reads_its_row_alone(work, model, each) and _is_seen(work, model, each.names)
        for each in conditions
    ):
        return None
    found = []
    outside = bound.type.outside(bound, source)
    if outside is not None:
        found.append(outside)
    if (needed := _needed(work, bound, source, address)) is not None:
        found.append(and_(needed, source.c[bound.column.name].is_(None)))
    if not found:
        return None
    shown = work.expression(f"{address}/show_when") if bound.spec.show_when else None
    either = or_(*found)
    return either if shown is None else and_(work.clause(shown, source), either)


def _needed(
    work: Work, bound: BoundField, source: FromClause, address: str
) -> Any:
    """Return the condition that a field needs a value; None where it never lacks one."""
    if bound.spec.type in NEVER_ASKED:
        return None
    if bound.spec.required:
        # Without a condition to show it, its column is never empty.
        return true() if bound.spec.show_when is not None else None
    expression = work.expression(f"{address}/require_when") if bound.spec.require_when else None
    return None if expression is None else work.clause(expression, source)


def _conditions(work: Work, bound: BoundField) -> list[Expression]:
    """Return the expressions that say whether a field is shown and needed."""
    address = f"entity/{bound.entity}/fields/{bound.name}"
    asked = [
        work.expression(f"{address}/{key}") for key, given in (
            ("show_when", bound.spec.show_when), ("require_when", bound.spec.require_when)
        ) if given is not None
    ]
    return [each for each in asked if each is not None]


def _compares_with_before(node: tree.Node) -> bool:
    if isinstance(node, tree.Given) and node.source == "old":
        return True
    return any(_compares_with_before(child) for child in tree.children(node))


def _is_seen(work: Work, model: EntityModel, names: Iterable[str]) -> bool:
    """Say whether the actor sees what paths begin with in every row: the list would tell of it."""
    seen = work.rights(model.name).always_visible
    return all(name.partition(".")[0] in seen for name in names)


def _address(model: EntityModel, key: str) -> str:
    return f"entity/{model.name}/rules/{key}/check"
