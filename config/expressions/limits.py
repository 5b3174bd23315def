"""What a computed number can be: whole steps that a BIGINT holds. Beyond it the value is null.

Python would count on without an end, PostgreSQL fail, and SQLite go over to numbers that are not
exact; so that no row is lost to a page, all three give null for a number that is too large.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from config.expressions import tree
from config.expressions.operators import in_sql
from config.expressions.types import Type
from config.values.money import Money

# The numbers at the very edge of a BIGINT are where the databases put what is beyond it.
STEPS_MAX = 2**63 - 2
# What a field takes from people: a million million of a currency. It leaves room for sums.
TYPED_STEPS_MAX = 10**18
# So many that their microseconds fit a BIGINT, too.
DURATION_MAX = timedelta(days=100_000_000)


def steps_max(type_: Type, scale: int) -> int:
    """Return how many steps of 10^-`scale` the largest value of `type_` counts."""
    if type_.kind == "duration":
        return int(DURATION_MAX.total_seconds()) * 10**scale
    return STEPS_MAX // 10 ** max(type_.scale - scale, 0)


def within(value: object, type_: Type) -> object:
    """Return `value`, or None when a column of `type_` could not hold it."""
    if value is None:
        return None
    if isinstance(value, timedelta):
        return value if -DURATION_MAX <= value <= DURATION_MAX else None
    if type_.kind == "money":
        micros = value.micros if isinstance(value, Money) else value
        return value if -STEPS_MAX <= micros <= STEPS_MAX else None
    if type_.is_number:
        # Compared as it is: arithmetic of decimals would round to the context's digits.
        most = STEPS_MAX if isinstance(value, int) and not type_.scale else (
            Decimal(STEPS_MAX).scaleb(-type_.scale)
        )
        return value if -most <= value <= most else None
    return value


def is_bounded(node: tree.Node) -> bool:
    """Say whether the database can compute `node`, and so the limits of its numbers hold.

    What only Python computes (a division, a product of two decimals) is exact at any size.
    """
    if isinstance(node, tree.Arithmetic) and not in_sql(
        node.operator, node.left.type, node.right.type
    ):
        return False
    return all(tree.is_constant(child) or is_bounded(child) for child in tree.children(node))
