"""Gives every part of an expression its type, or says what does not go together."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from config.errors import suggest
from config.expressions import syntax, tree
from config.expressions.errors import ExpressionError
from config.expressions.functions import FUNCTIONS, LITERALS
from config.expressions.operators import arithmetic_type, in_sql
from config.expressions.scope import Resolver, Scope, said_owner
from config.expressions.types import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    MONEY,
    NULL,
    SET,
    TEXT,
    Type,
    comparable,
    unified,
)

_MOVE_IT = "write the duration on the other side: paid_until < now - days(3)"
_SQL_HINTS = {
    "duration": _MOVE_IT, "calendar": _MOVE_IT, "moment": "compare the moments instead",
}
_ORDER = {"<", "<=", ">", ">="}


class Checker:
    """Checks one expression in one scope.

    `used` are the field paths that it names; `not_in_sql` is the first part that the database
    cannot compute, if any.
    """

    def __init__(self, scope: Scope, prefix: tuple[str, ...] = ()) -> None:
        self.scope = scope
        self.prefix = prefix
        self.resolver = Resolver(scope, prefix, self.condition_of_pick)
        self.not_in_sql: ExpressionError | None = None

    @property
    def used(self) -> set[str]:
        return self.resolver.used

    def check(self, node: syntax.Node) -> tree.Node:
        return _CHECKS[type(node)](self, node)

    def condition_of_pick(self, scope: Scope, text: str) -> tree.Node:
        """Return the checked condition of a picked row; the database computes it too."""
        inner = Checker(scope)
        checked = inner.boolean(syntax.parse(text))
        if inner.not_in_sql is not None:
            raise inner.not_in_sql
        return checked

    def boolean(self, node: syntax.Node) -> tree.Node:
        """Return a checked node that is yes or no."""
        checked = self.check(node)
        if checked.type.kind != "boolean":
            raise ExpressionError(
                f"expected yes or no, got {checked.type}", "expression-type", node.offset,
                "compare it: … == …, … != null",
            )
        return checked

    def literal(self, node: syntax.Literal) -> tree.Node:
        value = node.value
        if value is None:
            return tree.Constant(NULL, None)
        if isinstance(value, bool):
            return tree.Constant(BOOLEAN, value)
        if isinstance(value, str):
            return tree.Constant(TEXT, value)
        if isinstance(value, Decimal):
            return tree.Constant(DECIMAL(-int(value.as_tuple().exponent)), value)
        return tree.Constant(INTEGER, value)

    def name(self, node: syntax.Name) -> tree.Node:
        return self.resolver.resolve(node.parts, node.offset)

    def items(self, node: syntax.Items) -> tree.Node:
        raise ExpressionError(
            "a list can only stand after 'in'", "expression-type", node.offset
        )

    def call(self, node: syntax.Call) -> tree.Node:
        if node.target is not None:
            return self.method(node, node.target)
        if node.function in LITERALS:
            return self.literal_function(node)
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise ExpressionError(
                f"no function is called '{node.function}'", "unknown-function", node.offset,
                suggest(node.function, [*FUNCTIONS, *LITERALS]),
            )
        if len(node.arguments) != len(function.parameters):
            raise ExpressionError(
                f"{function.name} takes {_counted(len(function.parameters))}, "
                f"got {len(node.arguments)}", "expression-type", node.offset,
                f"write it like {function.example}",
            )
        arguments = tuple(self.check(argument) for argument in node.arguments)
        for place, argument, wanted in zip(
            node.arguments, arguments, function.parameters, strict=True
        ):
            if not accepts(wanted, argument.type):
                raise ExpressionError(
                    f"{function.name} takes {wanted}, got {argument.type}", "expression-type",
                    place.offset, f"write it like {function.example}",
                )
        result = tree.Apply(function.result, function.name, arguments)
        if not function.stable or not (function.sql or tree.is_constant(result)):
            of = " of a field" if function.stable else ""
            self.only_python(f"{function.name}(…){of}", node.offset)
        return result

    def only_python(self, what: str, offset: int, hint: str = "") -> None:
        """Remember that the database cannot compute a part."""
        if self.not_in_sql is None:
            self.not_in_sql = ExpressionError(
                f"{what} cannot be computed by the database", "not-in-sql", offset, hint
            )

    def literal_function(self, node: syntax.Call) -> tree.Node:
        literal = LITERALS[node.function]
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        if not isinstance(argument, syntax.Literal) or not isinstance(argument.value, str):
            raise ExpressionError(
                f"{literal.name} takes one text in quotes", "expression-type", node.offset,
                f"write it like {literal.example}",
            )
        try:
            value, type_ = literal.read(argument.value)
        except ValueError:
            raise ExpressionError(
                f"'{argument.value[:40]}' is not {literal.says}", "expression-type",
                argument.offset, f"write it like {literal.form}",
            ) from None
        return tree.Constant(type_, value)

    def method(self, node: syntax.Call, target: syntax.Name) -> tree.Node:
        many = self.resolver.resolve(target.parts, target.offset)
        said = ".".join(target.parts)
        if not isinstance(many, tree.Many):
            raise ExpressionError(
                f"'{said}' is {many.type} and has no .{node.function}()", "unknown-function",
                node.offset,
            )
        inner = Checker(self.scope.of(many.type.entity), (*self.prefix, *target.parts))
        if node.function == "any" and len(node.arguments) <= 1:
            test = inner.boolean(node.arguments[0]) if node.arguments else None
            result: tree.Node = tree.AnyOf(BOOLEAN, many, test)
        elif node.function == "sum" and len(node.arguments) == 1:
            result = self.sum_of(many, inner.check(node.arguments[0]), node.arguments[0].offset)
        else:
            raise ExpressionError(
                f"'{said}' has no .{node.function} of this form", "unknown-function",
                node.offset, "a collection has .count, .any(), .any(condition) and .sum(field)",
            )
        self.used.update(inner.used)
        self.not_in_sql = self.not_in_sql or inner.not_in_sql
        return result

    def sum_of(self, many: tree.Many, value: tree.Node, offset: int) -> tree.Node:
        if not isinstance(value, (tree.Own, tree.Through)) or not (
            value.type.is_number or value.type.kind in {"money", "duration"}
        ):
            raise ExpressionError(
                f"expected a field to sum, got {value.type}", "expression-type", offset,
                "numbers, amounts of money and durations can be summed: lines.sum(amount)",
            )
        if value.type.kind != "money":
            return tree.Sum(value.type, many, value)
        owner = said_owner(many)
        source, back = value.type.currency, f"{many.type.by}."
        if many.type.by and source.startswith(back):
            # `lines.sum(amount)` with `currency: invoice.client.currency` is in the currency of
            # this invoice's client: the sum goes together with the invoice's own amounts.
            rest = source.removeprefix(back)
            currency = self.resolver.text_at(many.owner, many.entity, rest)
            if currency is not None:
                said = ".".join(part for part in (owner, rest) if part)
                return tree.Sum(Type("money", currency=said), many, value, currency)
        if source.isupper():
            return tree.Sum(value.type, many, value, value.currency)
        said = ".".join(part for part in (owner, many.field) if part)
        return tree.Sum(Type("money", currency=f"{said}[].{source}"), many, value)

    def not_(self, node: syntax.Not) -> tree.Node:
        return tree.Not(BOOLEAN, self.boolean(node.operand))

    def logic(self, node: syntax.Logic) -> tree.Node:
        operands = tuple(self.boolean(operand) for operand in node.operands)
        return tree.Logic(BOOLEAN, node.operator, operands)

    def compare(self, node: syntax.Compare) -> tree.Node:
        if node.operator in ("in", "not in"):
            return self.among(node)
        left, right = self.check(node.left), self.check(node.right)
        if NULL in (left.type, right.type):
            return self.null_test(node, left, right)
        left, right = _zero(left, right), _zero(right, left)
        if not comparable(left.type, right.type):
            raise ExpressionError(
                f"{left.type} cannot be compared with {right.type}", "expression-type",
                node.left.offset, _hint(left.type, right.type),
            )
        if node.operator in _ORDER and not left.type.is_ordered:
            raise ExpressionError(
                f"{left.type} has no order", "expression-type", node.left.offset,
                "it can be compared with == and != and by in",
            )
        check_key(left.type, right, node.right.offset)
        check_key(right.type, left, node.left.offset)
        return tree.Compare(BOOLEAN, node.operator, left, right)

    def null_test(
        self, node: syntax.Compare, left: tree.Node, right: tree.Node
    ) -> tree.Node:
        operand = right if left.type == NULL else left
        if node.operator in _ORDER:
            raise ExpressionError(
                "null has no order", "expression-type", node.offset, "write x == null or x != null"
            )
        if operand.type == NULL or operand.type.kind in {"collection", "set"}:
            raise ExpressionError(
                f"{operand.type} cannot be tested for null", "expression-type", node.offset,
                "write not lines.any()" if operand.type.kind == "collection" else "",
            )
        return tree.IsNull(BOOLEAN, operand, node.operator == "!=")

    def among(self, node: syntax.Compare) -> tree.Node:
        item = self.check(node.left)
        group = (
            self.list_of(node.right, item) if isinstance(node.right, syntax.Items)
            else self.check(node.right)
        )
        if not group.type.is_group:
            raise ExpressionError(
                f"'in' needs a list, a set or a collection, got {group.type}", "expression-type",
                node.right.offset, "write == to compare with one value",
            )
        if not _may_be_in(item, group.type):
            raise ExpressionError(
                f"{item.type} cannot be in {group.type}", "expression-type", node.left.offset
            )
        if group.type.kind == "choices":
            check_key(group.type, item, node.left.offset)
        return tree.Among(BOOLEAN, item, group, node.operator == "not in")

    def list_of(self, node: syntax.Items, item: tree.Node) -> tree.Node:
        """Return the constant set of the values in a list, each comparable with `item`."""
        values = []
        for place in node.items:
            value = self.check(place)
            if not isinstance(value, tree.Constant) or value.type == NULL:
                raise ExpressionError(
                    "a list holds written values only", "expression-type", place.offset,
                    "write x == null" if value.type == NULL else "compare with == and or",
                )
            if not comparable(item.type, value.type):
                raise ExpressionError(
                    f"{item.type} cannot be compared with {value.type}", "expression-type",
                    place.offset,
                )
            check_key(item.type, value, place.offset)
            values.append(value.value)
        return tree.Constant(SET(item.type), tuple(values))

    def negate(self, node: syntax.Negate) -> tree.Node:
        operand = self.check(node.operand)
        if not (operand.type.is_number or operand.type.kind in {"money", "duration"}):
            raise ExpressionError(
                f"{operand.type} has no negative", "expression-type", node.offset
            )
        return tree.Negate(operand.type, operand)

    def arithmetic(self, node: syntax.Arithmetic) -> tree.Node:
        left, right = self.check(node.left), self.check(node.right)
        type_, hint = arithmetic_type(node.operator, left.type, right.type)
        if type_ is None:
            raise ExpressionError(
                f"{left.type} {node.operator} {right.type} has no meaning", "expression-type",
                node.left.offset, hint,
            )
        result = tree.Arithmetic(type_, node.operator, left, right)
        if not tree.is_constant(result) and not in_sql(node.operator, left.type, right.type):
            self.only_python(
                f"{left.type} {node.operator} {right.type}", node.offset,
                _SQL_HINTS.get(right.type.kind, "the database multiplies by whole numbers only"),
            )
        return result

    def choose(self, node: syntax.Choose) -> tree.Node:
        test = self.boolean(node.test)
        yes, no = self.check(node.yes), self.check(node.no)
        type_ = unified(yes.type, no.type)
        if type_ is None or type_ == NULL or type_.kind in {"set", "collection", "calendar"}:
            raise ExpressionError(
                f"{yes.type} and {no.type} cannot stand for one value", "expression-type",
                node.yes.offset,
            )
        return tree.Choose(type_, test, yes, no)


_CHECKS: dict[type[syntax.Node], Callable[..., tree.Node]] = {
    syntax.Literal: Checker.literal, syntax.Name: Checker.name, syntax.Items: Checker.items,
    syntax.Call: Checker.call, syntax.Not: Checker.not_, syntax.Logic: Checker.logic,
    syntax.Compare: Checker.compare, syntax.Negate: Checker.negate,
    syntax.Arithmetic: Checker.arithmetic, syntax.Choose: Checker.choose,
}


def accepts(wanted: Type, got: Type) -> bool:
    """Say whether a value of type `got` may stand where `wanted` is asked for."""
    if got in (NULL, wanted):
        return True
    if wanted.kind in {"decimal", "rate"}:
        return got.is_number
    if wanted.is_text:
        return got.is_text
    if wanted.kind == "any_record":
        return got.is_record
    return wanted.kind == got.kind and wanted.kind in {"money", "choices"}


def check_key(choice: Type, node: tree.Node, offset: int) -> None:
    """Refuse a text that is none of the keys of `choice`: the comparison could never hold."""
    if isinstance(node, tree.Choose):
        check_key(choice, node.yes, offset)
        check_key(choice, node.no, offset)
    known = choice.keys if choice.kind in {"choice", "choices"} else ()
    if known and isinstance(node, tree.Constant) and node.value not in (*known, None):
        raise ExpressionError(
            f"'{node.value}' is not one of the choices", "unknown-choice", offset,
            suggest(str(node.value), known),
        )


def _zero(node: tree.Node, other: tree.Node) -> tree.Node:
    """Let the number 0 stand beside an amount of money: nothing is nothing in every currency."""
    if other.type.kind == "money" and node == tree.Constant(INTEGER, 0):
        return tree.Constant(MONEY(), 0)
    return node


def _may_be_in(item: tree.Node, group: Type) -> bool:
    if group.kind == "collection":
        return item.type.kind == "record" and item.type.entity == group.entity
    if group.kind == "choices":
        # Keys hold no | and so match exactly in the database; any text might.
        return item.type.kind == "choice" or (
            isinstance(item, tree.Constant) and item.type == TEXT
        )
    assert group.of is not None
    if item.type.is_record and item.type.kind != group.of.kind:
        return False
    return item.type.kind != "boolean" and comparable(item.type, group.of)


def _hint(left: Type, right: Type) -> str:
    if {left.kind, right.kind} == {"money", "integer"}:
        return "only 0 goes with every currency; write money('12.50 EUR')"
    if "money" in (left.kind, right.kind):
        return "write money('12.50 EUR')"
    if {left.kind, right.kind} == {"text", "date"}:
        return "write date('2026-01-31')"
    if "collection" in (left.kind, right.kind):
        return "a collection has .count, .any() and .sum(field)"
    if "set" in (left.kind, right.kind):
        return "write in"
    return ""


def _counted(number: int) -> str:
    return f"{number} value{'s' * (number != 1)}"
