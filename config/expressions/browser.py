"""Turns a condition into a small JSON tree that a form evaluates while someone types.

The server enforces the same condition (python.py); the browser only shows and hides. What a
form cannot know (other rows, moments in the person's zone, money, functions of fields) makes
the whole condition *server-only*: `to_browser` returns None and the form asks the server.

The grammar, read by runtime/web/static/conditions.js:

    condition  true | false
               ["and", condition, …]   ["or", condition, …]   ["not", condition]
               ["yes", value]                       a boolean field; null counts as no
               ["null", value]                      no value
               [sign, value, value]                 sign is == != < <= > >=
               ["in", value, [text, …]]  ["not in", value, [text, …]]
               ["has", value, ["field", name]]  ["has not", value, ["field", name]]
               ["if", condition, condition, condition]
    value      text | null
               ["field", name]                      a text as the form has it
               ["number", value]                    that text as an exact number
               ["truth", condition]                 yes or no as a value
               ["+", value, value]  ["-", value, value]  ["*", value, value]   of numbers
               ["choose", condition, value, value]

Numbers are decimal texts, dates `2026-01-31`, ids and keys texts. A missing field, null and
the empty text are null.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from config.expressions import tree
from config.expressions.expression import Expression
from config.expressions.python import Env, compile_node
from config.expressions.types import Type

Json = object
_NOT_TYPED_HERE = {
    "moment", "duration", "money", "rate", "any_record", "opaque", "calendar",
}


class _ServerOnlyError(Exception):
    """The browser cannot evaluate this part."""


def to_browser(expression: Expression, env: Env | None = None) -> Json | None:
    """Return the JSON tree of a condition, None when only the server can evaluate it.

    With `env`, `me`, `settings`, `today`, `old` and variables become the values they have now;
    without it, a condition that uses them is server-only.
    """
    if expression.type.kind != "boolean":
        return None
    try:
        return _Writer(env).condition(expression.tree)
    except _ServerOnlyError:
        return None


class _Writer:
    def __init__(self, env: Env | None) -> None:
        self.env = env

    def condition(self, node: tree.Node) -> Json:
        match node:
            case _ if tree.is_constant(node):
                return self.known(node) is True
            case tree.Own():
                return ["yes", ["field", node.field]]
            case tree.Not():
                return ["not", self.condition(node.operand)]
            case tree.Logic():
                return [node.operator, *(self.condition(part) for part in node.operands)]
            case tree.IsNull():
                return self.null_test(node)
            case tree.Compare():
                return [node.operator, self.value(node.left), self.value(node.right)]
            case tree.Among():
                return self.among(node)
            case tree.Choose():
                parts = (node.test, node.yes, node.no)
                return ["if", *(self.condition(part) for part in parts)]
        raise _ServerOnlyError

    def null_test(self, node: tree.IsNull) -> Json:
        if isinstance(node.operand, tree.Own):
            # Only a null test needs no understanding of the value: any type will do.
            test: Json = ["null", ["field", node.operand.field]]
        elif node.operand.type.kind == "boolean":
            test = False
        else:
            test = ["null", self.value(node.operand)]
        return ["not", test] if node.negated else test

    def among(self, node: tree.Among) -> Json:
        item = self.value(node.item)
        if node.group.type.kind == "choices" and isinstance(node.group, tree.Own):
            return ["has not" if node.negated else "has", item, ["field", node.group.field]]
        if not tree.is_constant(node.group):
            raise _ServerOnlyError
        members = self.known(node.group) or ()
        texts = [self.written(member, node.item.type) for member in members]
        return ["not in" if node.negated else "in", item, sorted(texts)]

    def value(self, node: tree.Node) -> Json:
        if node.type.kind in _NOT_TYPED_HERE:
            raise _ServerOnlyError
        if node.type.kind == "boolean":
            return ["truth", self.condition(node)]
        if tree.is_constant(node):
            value = self.known(node)
            text = None if value is None else self.written(value, node.type)
            return ["number", text] if node.type.is_number else text
        match node:
            case tree.Own():
                field: Json = ["field", node.field]
                return ["number", field] if node.type.is_number else field
            case tree.Choose():
                return [
                    "choose", self.condition(node.test), self.value(node.yes), self.value(node.no)
                ]
            case tree.Arithmetic() if node.type.is_number and self.is_exact(node):
                return [node.operator, self.value(node.left), self.value(node.right)]
        raise _ServerOnlyError

    def is_exact(self, node: tree.Arithmetic) -> bool:
        """Say whether the browser computes with as many digits as we do."""
        return node.operator in "+-" or (
            node.operator == "*" and "integer" in (node.left.type.kind, node.right.type.kind)
        )

    def known(self, node: tree.Node) -> object:
        if self.env is None and not _is_written(node):
            raise _ServerOnlyError
        return compile_node(node)({}, self.env or _NO_ENV)

    def written(self, value: object, type_: Type) -> str:
        if type_.is_number:
            return format(Decimal(value), "f")
        if isinstance(value, (str, int, date)):
            return str(value)
        raise _ServerOnlyError


def _is_written(node: tree.Node) -> bool:
    """Say whether `node` stands in the text with its value."""
    if isinstance(node, (tree.Given, tree.Apply)):
        return False
    return all(_is_written(child) for child in tree.children(node))


_NO_ENV: Env = None  # type: ignore[assignment]  # written values never look at it
