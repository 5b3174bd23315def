"""What an expression says, before anyone knows what its names mean.

    text -> lexer.scan (which characters are allowed at all) -> ast.parse -> these nodes

Everything that is not listed here is refused with a sentence of its own. Nodes are frozen,
hold plain values only and can be pickled. `offset` counts characters from 0.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from config.expressions.errors import ExpressionError
from config.expressions.lexer import offsets_of_bytes, scan

LENGTH_MAX = 1000
DEPTH_MAX = 20
NODES_MAX = 200


@dataclass(frozen=True, slots=True)
class Node:
    offset: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A text, whole number, exact decimal, yes/no, or null (None)."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A dotted name: `client.email` is ("client", "email")."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list in brackets."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function, or the method of a collection when `target` says which."""

    function: str
    arguments: tuple[Node, ...]
    target: Name | None = None


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`operator` is "and" or "or"."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`operator` is one of == != < <= > >= in "not in"."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`operator` is one of + - * /."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """`yes if test else no`."""

    test: Node
    yes: Node
    no: Node


_CONSTANTS = {"null": None, "true": True, "false": False}
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}
_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_PARSER_FAILURES = (SyntaxError, ValueError, MemoryError, RecursionError)


def parse(text: str) -> Node:
    """Return the tree of `text`. Raises ExpressionError, and nothing else."""
    if len(text) > LENGTH_MAX:
        raise ExpressionError(
            f"the expression has {len(text)} characters, at most {LENGTH_MAX} are allowed",
            "expression-limit", LENGTH_MAX, "split it, or write a function in an extension",
        )
    text = scan(text)
    begin = len(text) - len(text.lstrip(" "))
    try:
        tree = ast.parse(text[begin:], mode="eval").body
    except _PARSER_FAILURES as error:
        at = begin + max((getattr(error, "offset", None) or 1) - 1, 0)
        raise ExpressionError(
            f"the expression cannot be read near '{text[at:].strip()[:20]}'", "bad-expression",
            min(at, len(text)),
        ) from None
    return _Reader(text, begin).read(tree, 1)


class _Reader:
    """Turns Python's tree into ours, counting nodes and depth on the way."""

    def __init__(self, text: str, begin: int) -> None:
        self.text = text
        self.offsets = offsets_of_bytes(text[begin:], begin)
        self.nodes = 0

    def read(self, node: ast.AST, depth: int) -> Node:
        offset = self.begin(node)
        self.nodes += 1
        if depth > DEPTH_MAX:
            raise ExpressionError(
                f"the expression is nested more than {DEPTH_MAX} levels deep",
                "expression-limit", offset,
            )
        if self.nodes > NODES_MAX:
            raise ExpressionError(
                f"the expression has more than {NODES_MAX} parts", "expression-limit", offset
            )
        reader = _READERS.get(type(node))
        if reader is None:
            what, hint = _REFUSED.get(type(node), ("this", ""))
            raise ExpressionError(
                f"{what} cannot stand in an expression", "bad-expression", offset, hint
            )
        return reader(self, node, offset, depth + 1)

    def begin(self, node: ast.AST) -> int:
        return self.offsets[getattr(node, "col_offset", 0)]

    def end(self, node: ast.expr) -> int:
        return self.offsets[node.end_col_offset or 0]

    def constant(self, node: ast.Constant, offset: int, depth: int) -> Node:
        if isinstance(node.value, float):
            # The text and not the float: 1.1 is exactly eleven tenths here.
            return Literal(offset, Decimal(self.text[offset : self.end(node)]))
        if not isinstance(node.value, (str, int)):
            raise ExpressionError("'...' cannot stand in an expression", "bad-expression", offset)
        return Literal(offset, node.value)

    def name(self, node: ast.Name, offset: int, depth: int) -> Node:
        if node.id in _CONSTANTS:
            return Literal(offset, _CONSTANTS[node.id])
        return Name(offset, (node.id,))

    def attribute(self, node: ast.Attribute, offset: int, depth: int) -> Node:
        owner = self.read(node.value, depth)
        if not isinstance(owner, Name):
            raise ExpressionError(
                "a dot can only follow a name", "bad-expression", self.end(node.value)
            )
        return Name(offset, (*owner.parts, node.attr))

    def items(self, node: ast.List, offset: int, depth: int) -> Node:
        return Items(offset, tuple(self.read(item, depth) for item in node.elts))

    def call(self, node: ast.Call, offset: int, depth: int) -> Node:
        if node.keywords:
            raise ExpressionError(
                "a function takes its values by place, not by name", "bad-expression",
                self.begin(node.keywords[0]), "write == to compare",
            )
        name = self.read(node.func, depth)
        if not isinstance(name, Name):
            raise ExpressionError("only a name can be called", "bad-expression", offset)
        arguments = tuple(self.read(argument, depth) for argument in node.args)
        if len(name.parts) == 1:
            return Call(offset, name.parts[0], arguments)
        return Call(offset, name.parts[-1], arguments, Name(offset, name.parts[:-1]))

    def unary(self, node: ast.UnaryOp, offset: int, depth: int) -> Node:
        if isinstance(node.op, ast.Not):
            return Not(offset, self.read(node.operand, depth))
        if isinstance(node.op, ast.USub):
            operand = self.read(node.operand, depth)
            if isinstance(operand, Literal) and type(operand.value) in (int, Decimal):
                return Literal(offset, -operand.value)
            return Negate(offset, operand)
        raise ExpressionError("a plus sign needs a value on its left", "bad-expression", offset)

    def logic(self, node: ast.BoolOp, offset: int, depth: int) -> Node:
        for operand in node.values:
            if isinstance(operand, ast.BoolOp) and not self.in_parentheses(operand):
                raise ExpressionError(
                    "'and' and 'or' stand side by side", "ambiguous-logic", self.begin(operand),
                    "say which belongs together: a and (b or c)",
                )
        operator = "and" if isinstance(node.op, ast.And) else "or"
        return Logic(offset, operator, tuple(self.read(part, depth) for part in node.values))

    def in_parentheses(self, node: ast.expr) -> bool:
        before, after = self.text[: self.begin(node)].rstrip(), self.text[self.end(node) :].lstrip()
        return before.endswith("(") and after.startswith(")")

    def compare(self, node: ast.Compare, offset: int, depth: int) -> Node:
        if len(node.ops) > 1:
            raise ExpressionError(
                "comparisons cannot be chained", "bad-expression",
                self.end(node.comparators[0]), "write a < b and b < c",
            )
        operator = _COMPARE[type(node.ops[0])]
        left, right = self.read(node.left, depth), self.read(node.comparators[0], depth)
        return Compare(offset, operator, left, right)

    def arithmetic(self, node: ast.BinOp, offset: int, depth: int) -> Node:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            raise ExpressionError(
                "this operator cannot stand in an expression", "bad-expression",
                self.end(node.left), "the operators are + - * /",
            )
        return Arithmetic(
            offset, operator, self.read(node.left, depth), self.read(node.right, depth)
        )

    def choose(self, node: ast.IfExp, offset: int, depth: int) -> Node:
        parts = (self.read(part, depth) for part in (node.test, node.body, node.orelse))
        return Choose(offset, *parts)


_READERS: dict[type[ast.AST], Callable[..., Node]] = {
    ast.Constant: _Reader.constant, ast.Name: _Reader.name, ast.Attribute: _Reader.attribute,
    ast.List: _Reader.items, ast.Call: _Reader.call, ast.UnaryOp: _Reader.unary,
    ast.BoolOp: _Reader.logic, ast.Compare: _Reader.compare, ast.BinOp: _Reader.arithmetic,
    ast.IfExp: _Reader.choose,
}
_REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Subscript: ("an index in brackets", "a collection has .count, .any() and .sum(field)"),
    ast.Tuple: ("a tuple", "write a list in brackets: ['a', 'b']"),
    ast.ListComp: ("a comprehension", "a collection has .count, .any() and .sum(field)"),
    ast.GeneratorExp: ("a comprehension", "a collection has .count, .any() and .sum(field)"),
    ast.Starred: ("a star", ""),
}
