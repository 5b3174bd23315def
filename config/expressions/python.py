"""Compiles a checked expression to a Python function: closures over closures, no eval.

The function takes the row (field -> value) and an `Env`. What it answers is what the SQL of
the same expression answers (generator/sql.py), held by a property test:

* a comparison with null on either side is false, `not` of it true;
* a path through a link that is null, or whose row is gone, is null;
* arithmetic with null is null, and so is a number too large to be stored (limits.py);
* a boolean that is null counts as no, except in a null test.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from config.expressions import tree
from config.expressions.expression import Expression
from config.expressions.functions import FUNCTIONS
from config.expressions.limits import is_bounded, within
from config.expressions.operators import calculate, exact, negate
from config.expressions.types import DURATION, RATE, Type
from config.values.money import Money
from config.values.rate import Rate

Row = Mapping[str, object]


def _nothing_related(_entity: str, _id: int) -> Row | None:
    return None


def _no_children(_entity: str, _field: str, _id: int) -> Sequence[Row]:
    return ()


@dataclass(frozen=True)
class Env:
    """What an expression may know beside its row.

    `now` is aware, in UTC; `today` the day of the business. `old` is the row as it was before.
    `related(entity, id)` returns a row, in the trash or not: a link to it still stands.
    `children(entity, field, id)` returns the rows of a collection or named set `field` of one
    row of `entity`, those in the trash left out. SQL (generator/sql/) reads the same rows.
    """

    now: datetime
    today: date
    me: Mapping[str, object] = field(default_factory=dict)
    old: Row | None = None
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    variables: Mapping[str, object] = field(default_factory=dict)
    related: Callable[[str, int], Row | None] = _nothing_related
    children: Callable[[str, str, int], Sequence[Row]] = _no_children


Compiled = Callable[[Row, Env], object]


def compile_python(expression: Expression) -> Compiled:
    """Return the function `(row, env) -> value`; a boolean expression gives True or False."""
    run = compile_node(expression.tree)
    if expression.type.kind == "boolean":
        return lambda row, env: run(row, env) is True
    if expression.type == RATE:
        return lambda row, env: _rate(run(row, env))
    if expression.type.kind == "decimal":
        return lambda row, env: _decimal(run(row, env))
    if expression.type.kind == "choices":
        return lambda row, env: run(row, env) or frozenset()
    return run


def compile_node(node: tree.Node) -> Compiled:
    """Return the function of one part. Rates come as Decimal, yes or no may be null."""
    return _COMPILERS[type(node)](node)


def _rate(value: object) -> Rate | None:
    return None if value is None else Rate(int(Decimal(value).scaleb(RATE.scale)))


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(value)


def _constant(node: tree.Constant) -> Compiled:
    value = node.value
    return lambda row, env: value


def _given(node: tree.Given) -> Compiled:
    source, key = node.source, node.key
    if source == "now":
        return lambda row, env: env.now
    if source == "today":
        return lambda row, env: env.today
    if source == "settings":
        tab, name = key
        return lambda row, env: exact(env.settings.get(tab, {}).get(name))
    if source == "old":
        return lambda row, env: None if env.old is None else exact(env.old.get(key[0]))
    if source == "me":
        return lambda row, env: exact(env.me.get(key[0]))
    return lambda row, env: exact(env.variables.get(key[0]))


def _own(node: tree.Own) -> Compiled:
    name = node.field
    return lambda row, env: exact(row[name])


def _through(node: tree.Through) -> Compiled:
    owner, entity, name = compile_node(node.owner), node.owner.type.entity, node.field

    def run(row: Row, env: Env) -> object:
        key = owner(row, env)
        other = None if key is None else env.related(entity, key)
        return None if other is None else exact(other[name])

    return run


def _many(node: tree.Many) -> Compiled:
    owner, entity, name = compile_node(node.owner), node.entity, node.field

    def run(row: Row, env: Env) -> Sequence[Row]:
        key = owner(row, env)
        return () if key is None else env.children(entity, name, key)

    return run


def _picked(node: tree.Picked) -> Compiled:
    many = _many(node.many)
    test = None if node.test is None else compile_node(node.test)
    order = None if node.order is None else compile_node(node.order)

    def run(row: Row, env: Env) -> object:
        found = [one for one in many(row, env) if test is None or test(one, env) is True]
        found.sort(key=lambda one: one["id"])
        if order is not None:
            ranked = [(order(one, env), one) for one in found]
            known = [each for each in ranked if each[0] is not None]
            known.sort(key=lambda each: each[0], reverse=node.descending)
            found = [one for _, one in known] or found
        return found[0]["id"] if found else None

    return run


def _count(node: tree.Count) -> Compiled:
    many = _many(node.many)
    return lambda row, env: len(many(row, env))


def _any_of(node: tree.AnyOf) -> Compiled:
    many = _many(node.many)
    if node.test is None:
        return lambda row, env: len(many(row, env)) > 0
    test = compile_node(node.test)
    return lambda row, env: any(test(other, env) is True for other in many(row, env))


def _sum(node: tree.Sum) -> Compiled:
    many, value = _many(node.many), compile_node(node.value)

    def values(row: Row, env: Env) -> list[object]:
        each = (value(other, env) for other in many(row, env))
        return [one for one in each if one is not None]

    if node.type.kind == "money":
        currency = compile_node(node.currency) if node.currency is not None else None
        return _limited(node, _money_sum(values, currency))

    if node.type.kind == "duration":
        return lambda row, env: _total_duration(values(row, env))

    def run(row: Row, env: Env) -> object:
        total: object = 0
        for one in values(row, env):
            total = calculate("+", total, one)
        return total

    return _limited(node, run)


def _total_duration(durations: Sequence[timedelta]) -> timedelta | None:
    # Counted, because one sum on the way may be too long where the whole is not.
    micros = sum(each // timedelta(microseconds=1) for each in durations)
    try:
        return within(timedelta(microseconds=micros), DURATION)
    except OverflowError:
        return None


def _limited(node: tree.Node, run: Compiled) -> Compiled:
    """Return `run` with null for what the database could not hold, where it computes `node`."""
    type_ = node.type
    return (lambda row, env: within(run(row, env), type_)) if is_bounded(node) else run


def _money_sum(
    values: Callable[[Row, Env], list[object]], currency: Compiled | None
) -> Compiled:
    """Sum amounts. Without a known currency the sum of none is 0, of two currencies null."""

    def run(row: Row, env: Env) -> object:
        amounts = values(row, env)
        if currency is not None:
            code = currency(row, env)
        elif amounts:
            code = amounts[0].currency
        else:
            return 0
        if code is None or any(amount.currency != code for amount in amounts):
            return None
        return Money(sum(amount.micros for amount in amounts), code)

    return run


def _apply(node: tree.Apply) -> Compiled:
    function = FUNCTIONS[node.function].python
    arguments = [compile_node(argument) for argument in node.arguments]

    def run(row: Row, env: Env) -> object:
        values = [argument(row, env) for argument in arguments]
        if any(value is None for value in values):
            return None
        try:
            return function(*values)
        except OverflowError:
            return None

    return _limited(node, run)


def _not(node: tree.Not) -> Compiled:
    operand = compile_node(node.operand)
    return lambda row, env: operand(row, env) is not True


def _logic(node: tree.Logic) -> Compiled:
    operands = [compile_node(operand) for operand in node.operands]
    if node.operator == "and":
        return lambda row, env: all(operand(row, env) is True for operand in operands)
    return lambda row, env: any(operand(row, env) is True for operand in operands)


def _is_null(node: tree.IsNull) -> Compiled:
    operand, negated = compile_node(node.operand), node.negated
    if node.operand.type.kind == "choices":
        # The database keeps no choices as null, and this is how a reader means it too.
        return lambda row, env: bool(operand(row, env)) is negated
    return lambda row, env: (operand(row, env) is None) is not negated


def _compare(node: tree.Compare) -> Compiled:
    left, right, compare = _operand(node.left), _operand(node.right), _COMPARE[node.operator]
    if node.left.type.kind == "money":
        compare = _money_compare(node.operator)

    def run(row: Row, env: Env) -> bool:
        one = left(row, env)
        if one is None:
            return False
        other = right(row, env)
        return other is not None and compare(one, other)

    return run if not _mixed_records(node) else _compare_records(node, left, right)


def _operand(node: tree.Node) -> Compiled:
    run = compile_node(node)
    if node.type.kind == "boolean":
        return lambda row, env: run(row, env) is True
    return run


def _money_compare(sign: str) -> Callable[[object, object], bool]:
    """Two currencies have no order, but they do differ. 0 goes with every currency."""
    compare = _COMPARE[sign]

    def run(left: object, right: object) -> bool:
        if isinstance(left, Money) and isinstance(right, Money):
            if left.currency != right.currency:
                return sign == "!="
            return compare(left.micros, right.micros)
        return compare(_micros(left), _micros(right))

    return run


def _micros(value: object) -> int:
    return value.micros if isinstance(value, Money) else value


def _mixed_records(node: tree.Compare) -> bool:
    kinds = {node.left.type.kind, node.right.type.kind}
    return kinds == {"record", "any_record"}


def _compare_records(node: tree.Compare, left: Compiled, right: Compiled) -> Compiled:
    """Compare a link to one entity with a link to any: as (entity, id) both."""
    ends = [(left, node.left.type), (right, node.right.type)]
    equal = node.operator == "=="

    def run(row: Row, env: Env) -> bool:
        pairs = [_pair(end(row, env), type_) for end, type_ in ends]
        return None not in pairs and (pairs[0] == pairs[1]) is equal

    return run


def _pair(value: object, type_: Type) -> tuple[str, int] | None:
    if value is None:
        return None
    return (type_.entity, value) if type_.kind == "record" else tuple(value)


def _among(node: tree.Among) -> Compiled:
    item, group, negated = _operand(node.item), members_of(node.group), node.negated

    def run(row: Row, env: Env) -> bool:
        value = item(row, env)
        return value is not None and (value in group(row, env)) is not negated

    return run


def members_of(group: tree.Node) -> Callable[[Row, Env], Collection[object]]:
    """Return a function that gives the values of a group, exact; empty when it is null."""
    run = compile_node(group)
    if group.type.kind == "collection":
        return lambda row, env: {other["id"] for other in run(row, env)}
    if group.type.of is not None and group.type.of.kind == "rate":
        return lambda row, env: [exact(value) for value in run(row, env) or ()]
    return lambda row, env: run(row, env) or ()


def _negate(node: tree.Negate) -> Compiled:
    operand = compile_node(node.operand)
    return lambda row, env: negate(operand(row, env))


def _arithmetic(node: tree.Arithmetic) -> Compiled:
    sign, left, right = node.operator, compile_node(node.left), compile_node(node.right)
    if not is_bounded(node):
        return lambda row, env: calculate(sign, left(row, env), right(row, env))
    # The database adds in the finer of two steps, so both numbers must fit those.
    types = (node.left.type, node.right.type) if sign == "*" else (node.type, node.type)

    def run(row: Row, env: Env) -> object:
        one, other = within(left(row, env), types[0]), within(right(row, env), types[1])
        return within(calculate(sign, one, other), node.type)

    return run


def _choose(node: tree.Choose) -> Compiled:
    test, yes, no = compile_node(node.test), _operand(node.yes), _operand(node.no)
    return _limited(
        node, lambda row, env: yes(row, env) if test(row, env) is True else no(row, env)
    )


_COMPARE: Mapping[str, Callable[[object, object], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}
_COMPILERS: Mapping[type[tree.Node], Callable[..., Compiled]] = {
    tree.Constant: _constant, tree.Given: _given, tree.Own: _own, tree.Through: _through,
    tree.Many: _many, tree.Picked: _picked, tree.Count: _count, tree.AnyOf: _any_of, tree.Sum: _sum,
    tree.Apply: _apply, tree.Not: _not, tree.Logic: _logic, tree.IsNull: _is_null,
    tree.Compare: _compare, tree.Among: _among, tree.Negate: _negate,
    tree.Arithmetic: _arithmetic, tree.Choose: _choose,
}
