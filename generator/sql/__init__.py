"""Compiles a checked expression to SQLAlchemy, for SQLite and PostgreSQL alike.

    where = compile_sql(expression, resolver, env, source)
    select(source).where(where)

Everything that is the same for every row (`now - days(3)`, `me.clients`, a setting) is computed
in Python first and becomes a bound value, so the statement's text, and with it SQLAlchemy's
compiled cache, is the same for every person and moment. Paths through links are scalar
subqueries, collections EXISTS or aggregates: the result may be combined with any other
condition and adds no row.
"""

from generator.sql.compiler import SqlValue, compile_sql, compile_value, pick_id, pick_test
from generator.sql.resolver import SqlResolver

__all__ = ["SqlResolver", "SqlValue", "compile_sql", "compile_value", "pick_id", "pick_test"]
