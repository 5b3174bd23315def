"""SQL that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class contains_text(FunctionElement[bool]):  # noqa: N801 - SQLAlchemy names functions like SQL
    """Whether the first text holds the second, letter by letter.

    Not LIKE: on SQLite that takes A for a.
    """

    type = Boolean()
    inherit_cache = True


class days_between(FunctionElement[int]):  # noqa: N801
    """The number of days from the second calendar day to the first."""

    type = BigInteger()
    inherit_cache = True


@compiles(contains_text, "sqlite")
def _contains_sqlite(element: contains_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kwargs)}) > 0)"


@compiles(contains_text, "postgresql")
def _contains_postgresql(element: contains_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kwargs)}) > 0)"


@compiles(days_between, "sqlite")
def _days_sqlite(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> str:
    later, earlier = (compiler.process(day, **kwargs) for day in element.clauses)
    # Midnights: the difference of two half-integers is whole, and exact in a double.
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> str:
    later, earlier = (compiler.process(day, **kwargs) for day in element.clauses)
    return f"CAST(CAST({later} AS DATE) - CAST({earlier} AS DATE) AS BIGINT)"


class _Bounded(FunctionElement[int]):
    """`(left, right, most)`: exact, and null when it is more than `most` on either side of 0.

    Nothing is written twice: nested calls would grow without measure.
    """

    type = BigInteger()
    inherit_cache = True
    sign: str


class added(_Bounded):  # noqa: N801
    inherit_cache = True
    sign = "+"


class taken_off(_Bounded):  # noqa: N801
    inherit_cache = True
    sign = "-"


class multiplied(_Bounded):  # noqa: N801
    inherit_cache = True
    sign = "*"


class total(FunctionElement[int]):  # noqa: N801
    """`(each, most)`: the exact sum of whole numbers, 0 of none, null when it is too large."""

    type = BigInteger()
    inherit_cache = True


def bounded(
    made: type[_Bounded | total], *operands: ColumnElement[int], most: int
) -> ColumnElement[int]:
    """Return one of the above; `most` stands in the text, as a part of what is computed."""
    return made(*operands, literal_column(str(most), BigInteger()))


@compiles(_Bounded, "sqlite")
def _bounded_sqlite(element: _Bounded, compiler: SQLCompiler, **kwargs: Any) -> str:
    # What is too large for an integer becomes a REAL, which still compares as too large.
    left, right, most = (compiler.process(one, **kwargs) for one in element.clauses)
    return _clamped_sqlite(f"({left}) {element.sign} ({right})", int(most))


@compiles(_Bounded, "postgresql")
def _bounded_postgresql(element: _Bounded, compiler: SQLCompiler, **kwargs: Any) -> str:
    left, right, most = (compiler.process(one, **kwargs) for one in element.clauses)
    exact = f"CAST({left} AS NUMERIC) {element.sign} CAST({right} AS NUMERIC)"
    return _clamped_postgresql(exact, int(most))


@compiles(total, "sqlite")
def _total_sqlite(element: total, compiler: SQLCompiler, **kwargs: Any) -> str:
    # sum() of SQLite fails when it overflows on the way: halves of 32 bits have room for
    # two thousand million rows.
    each, most = (compiler.process(one, **kwargs) for one in element.clauses)
    low = f"coalesce(sum(({each}) & 4294967295), 0)"
    high = f"(coalesce(sum(({each}) >> 32), 0) + ({low} >> 32))"
    whole = (
        f"CASE WHEN {high} BETWEEN -2147483648 AND 2147483647 "
        f"THEN {high} * 4294967296 + ({low} & 4294967295) END"
    )
    return _clamped_sqlite(whole, int(most))


@compiles(total, "postgresql")
def _total_postgresql(element: total, compiler: SQLCompiler, **kwargs: Any) -> str:
    # PostgreSQL sums BIGINT to NUMERIC.
    each, most = (compiler.process(one, **kwargs) for one in element.clauses)
    return _clamped_postgresql(f"coalesce(sum({each}), 0)", int(most))


def _clamped_sqlite(exact: str, most: int) -> str:
    beyond = most + 1
    return f"nullif(nullif(min(max({exact}, -{beyond}), {beyond}), {beyond}), -{beyond})"


def _clamped_postgresql(exact: str, most: int) -> str:
    # least and greatest pass over null, which comes out as the null of what is too small.
    beyond = most + 1
    inside = f"least(greatest({exact}, -{beyond}), {beyond})"
    return f"CAST(nullif(nullif({inside}, {beyond}), -{beyond}) AS BIGINT)"
