"""The SQL itself: bare columns for their index, one text for everyone, exact bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.dialects import postgresql, sqlite

from config.expressions import BOOLEAN, ExpressionError, check
from generator.sql import compile_sql, compile_value
from tests.config.expressions.world import random_world, scope
from tests.generator.sql_world import WorldResolver, create_world, tables

WORLD = random_world(3)


def where(text: str, **changes: object):
    expression = check(text, scope("invoice", allow_old=True), BOOLEAN, sql=True)
    return compile_sql(expression, WorldResolver(), WORLD.env(**changes), tables["invoice"])


def written(text: str, dialect=None, **changes: object) -> str:
    compiled = where(text, **changes).compile(
        dialect=dialect or postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    return " ".join(str(compiled).split())


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        create_world(connection, WORLD)
        yield connection
    engine.dispose()


@pytest.mark.parametrize(("text", "sql"), [
    ("status == 'draft'", "invoice.status = 'draft'"),
    ("'draft' == status", "invoice.status = 'draft'"),
    ("due < today", "invoice.due < '2026-03-31'"),
    ("today - days(3) >= due", "invoice.due <= '2026-03-28'"),
    ("urgent", "invoice.urgent"),
    ("not urgent", "invoice.urgent IS NOT true"),
    ("not (due != null)", "invoice.due IS NULL"),
    ("client in me.clients", "invoice.client_id IN (1, 3)"),
    ("client.id == client", "invoice.client_id = invoice.client_id"),
    ("total < paid", "invoice.total_micros < invoice.paid_micros"),
    ("cap > money('1.5 EUR')", "invoice.cap_micros > 1500000 AND 'EUR' = 'EUR'"),
    ("about == client",
     "invoice.about_entity = CASE WHEN (invoice.client_id IS NOT NULL) THEN 'client' END "
     "AND invoice.about_id = invoice.client_id"),
    ("wait > days(1)", "invoice.wait > 86400"),
    ("discount == rate('23 %')", "invoice.discount = 230000"),
    ("'re' in flags", "(strpos(invoice.flags, '|' || 're' || '|') > 0)"),
    ("old.status == 'draft' and urgent", "invoice.urgent"),
    ("old.status == 'issued' or urgent", "invoice.urgent"),
])
def test_a_condition_leaves_columns_bare(text, sql):
    assert written(text, old={"status": "draft"} if "and" in text else None) == sql


@pytest.mark.parametrize(("text", "sql"), [
    ("weight == 1.5", "invoice.weight = 1500"), ("weight == 1.0005", "false"),
    ("weight != 1.0005", "invoice.weight IS NOT NULL"),
    ("weight < 1.0005", "invoice.weight <= 1000"),
    ("weight >= 1.0005", "invoice.weight >= 1001"), ("weight > -1.0005", "invoice.weight >= -1000"),
    ("1.0005 > weight", "invoice.weight <= 1000"),
    ("weight < 999999999999999999", "invoice.weight IS NOT NULL"),
    ("weight > 999999999999999999", "false"), ("weight == 999999999999999999", "false"),
    ("weight > -999999999999999999", "invoice.weight IS NOT NULL"),
    ("weight <= -999999999999999999", "false"),
    ("weight != 999999999999999999", "invoice.weight IS NOT NULL"),
    ("weight in [1.5, 1.0005, 999999999999999999]", "invoice.weight IN (1500)"),
])
def test_a_written_number_is_met_exactly_in_the_steps_of_the_column(text, sql):
    assert written(text) == sql


def test_a_number_too_large_to_compute_with_makes_null_of_what_is_computed():
    assert "CAST(NULL AS BIGINT)" in written("weight + 999999999999999999 > 0")


def test_what_only_python_computes_is_not_compiled():
    expression = check("lower(number) == 'a'", scope(), BOOLEAN)

    for compile_it in (compile_sql, compile_value):
        with pytest.raises(ExpressionError) as caught:
            compile_it(expression, WorldResolver(), WORLD.env(), tables["invoice"])
        assert caught.value.code == "not-in-sql"


def test_everyone_shares_one_statement():
    def text_and_key(**me: object) -> tuple[str, object]:
        env = {"me": {**WORLD.env().me, **me}}
        query = select(tables["invoice"].c.id).where(
            where("client in me.clients and paid_at < now - days(3)", **env)
        )
        return str(query.compile(dialect=sqlite.dialect())), query._generate_cache_key()

    one, other = text_and_key(), text_and_key(clients=frozenset({2, 3, 4, 5}))

    assert one[0] == other[0]
    assert one[1] == other[1]


def test_subqueries_see_the_row_outside_wherever_they_stand(connection):
    invoices = tables["invoice"]
    inner = select(invoices.c.id).where(where("client.active and lines.any(done)")).subquery()
    holds = {
        key for key, row in WORLD.rows["invoice"].items()
        if row["client"] and WORLD.rows["client"][row["client"]]["active"]
        and any(line["done"] for line in WORLD.children("invoice", "lines", key))
    }

    found = connection.scalars(select(invoices.c.id).where(invoices.c.id.in_(select(inner.c.id))))
    changed = connection.execute(
        invoices.update().values(number="!").where(where("client.active and lines.any(done)"))
    )

    assert set(found) == holds
    assert changed.rowcount == len(holds) > 0


def test_a_condition_uses_the_index_of_its_column(connection):
    connection.exec_driver_sql("CREATE INDEX due_index ON invoice (status, due)")
    query = select(tables["invoice"].c.id).where(
        where("status == 'draft' and due < today - days(3) and not urgent")
    )
    sql = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        explain = "EXPLAIN QUERY PLAN"
        used = "USING INDEX due_index (status=? AND due<?)"
    else:
        connection.exec_driver_sql("SET enable_seqscan = off")  # so few rows are read as a whole
        explain = "EXPLAIN"
        used = "Index Cond: (((status)::text = 'draft'::text) AND (due < '2026-03-28'::date))"

    plan = [row[-1] for row in connection.exec_driver_sql(f"{explain} {sql}")]

    assert any(used in line for line in plan), plan


def test_wide_numbers_do_not_overflow_a_narrow_column(connection):
    invoices = tables["invoice"]
    connection.execute(invoices.update().values(qty=2_000_000_000))
    value = compile_value(
        check("qty * qty + qty", scope(), None), WorldResolver(), WORLD.env(), invoices
    )

    found = set(connection.scalars(select(*value.columns)))

    assert found == {4_000_000_002_000_000_000}
