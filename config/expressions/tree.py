"""What an expression means: names resolved, every node with its type.

The checker makes these nodes, the compilers (python.py, browser.py, generator/sql.py) read
them. None of them looks at names or types again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from config.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    type: Type


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A value that was written; a list is a tuple."""

    value: object


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A value that is known when the expression runs, whatever the row.

    `source` is now, today, me, settings, old or variables; `key` the rest of the name.
    """

    source: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own(Node):
    """A field of the row at hand. `currency` gives the code of an amount that has none itself."""

    entity: str
    field: str
    currency: Node | None = None


@dataclass(frozen=True, slots=True)
class Through(Node):
    """A field of the row of `entity` that `owner` links to."""

    owner: Node
    entity: str
    field: str
    currency: Node | None = None


@dataclass(frozen=True, slots=True)
class Many(Node):
    """The rows that belong to the row `owner` of `entity`: a collection or a named set."""

    owner: Node
    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Picked(Node):
    """A link to the first of the rows of `many` for which `test` holds; null when there is none.

    The first by `order` (nulls come last), then by id. `test` and `order` see each row as their
    own. `entity` and `field` name the field that picks.
    """

    many: Many
    entity: str
    field: str
    test: Node | None = None
    order: Node | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Count(Node):
    many: Many


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """Whether a row belongs, or one for which `test` holds; `test` sees that row as its own."""

    many: Many
    test: Node | None


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """The sum of `value` over the rows; `currency` is set when all share that of the owner."""

    many: Many
    value: Node
    currency: Node | None = None


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """A function of the table in functions.py."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    operand: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`operator` is one of == != < <= > >=; never a null test."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`item in group`; a group is a list, a set, a collection or a choices field."""

    item: Node
    group: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choose(Node):
    test: Node
    yes: Node
    no: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below `node`."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def is_constant(node: Node) -> bool:
    """Say whether `node` has one value for all rows."""
    if isinstance(node, (Own, Through, Many)):
        return False
    return all(is_constant(child) for child in children(node))
