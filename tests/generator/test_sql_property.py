"""One expression, three answers: Python, SQLite and PostgreSQL agree on every row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, select

from config.expressions import BOOLEAN, Expression, ExpressionError, check, compile_python
from config.values.money import Money
from config.values.rate import Rate
from generator.sql import compile_sql, compile_value
from tests.config.expressions.sentences import conditions, values
from tests.config.expressions.world import World, random_world, scope
from tests.generator.sql_world import WorldResolver, create_world, tables

# Hypothesis finds the fixtures too long to print beside a failure; the failure itself is not.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

ENTITIES = ("client", "invoice", "line")
SEED = 20260331
ABOUT = st.sampled_from(ENTITIES)
CONDITIONS = ABOUT.flatmap(lambda entity: st.tuples(st.just(entity), conditions(entity)))
VALUES = ABOUT.flatmap(lambda entity: st.tuples(st.just(entity), values(entity)))
QUICK = settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=5_000, derandomize=False)


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(SEED)


@pytest.fixture
def connection(database_url: str, world: World) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        create_world(connection, world)
        yield connection
    engine.dispose()


# What random drawing meets too seldom for a quick run.
CORNERS = {
    "client": (
        "rights == null", "rights != null", "not (rights == null)", "parent.rights == null",
        "invoices.sum(next.total) == null", "invoices.sum(next.total) >= 0",
        "invoices.sum(next.total) == money('3 EUR')", "invoices.sum(cap) > money('1 EUR')",
        "invoices.sum(total) == null", "invoices.sum(total) - balance < 0",
        "parent.invoices.sum(fee) == money('0 EUR')", "parent.invoices.sum(fee) == 0",
        "parent.invoices.sum(fee) != money('0 USD')", "invoices.sum(fee) == null",
        "credit < 1.499", "credit <= -0.005", "credit > 14.995", "credit >= 0.0499",
        "parent in me.none", "parent not in me.none", "parent not in me.clients",
        "invoices.any(client == me.id)", "issued.count != invoices.count",
        "active == parent.active",
        "oldest == null", "oldest.due < latest.due", "latest.biggest.label != null",
        "lightest.weight <= oldest.weight", "latest in me.nobody.invoices", "latest in invoices",
        "latest not in issued", "lightest.client == id", "parent.latest.total > 0",
        "parent.oldest.about == latest", "me.nobody.latest == null", "me.id.latest == latest",
        "country in parent.rights", "country not in parent.rights", "name in []", "name not in []",
    ),
    "invoice": (
        "total < money('9 USD')", "total > money('-9 EUR')", "total != money('1 EUR')",
        "total == money('1 USD')", "not total < money('9 USD')", "paid != fee", "total == fee",
        "fee < total", "not (fee != total)", "cap != fee", "total in [money('1 EUR')]",
        "total not in [money('1 EUR'), money('2 USD')]", "fee >= settings.finance.least",
        "lines.sum(amount) == null", "lines.sum(amount) == 0", "lines.sum(amount) > total",
        "lines.sum(extra) == null", "lines.sum(extra) == money('0 USD')", "lines.sum(extra) == 0",
        "lines.sum(extra) < fee", "lines.sum(extra) != fee",
        "lines.sum(extra) + lines.sum(extra) > 0",
        "about == client", "about != client", "about == next", "about != next.about",
        "about != me.record", "about == id", "next not in client.issued", "id in client.invoices",
        "(total if urgent else null) == null", "(about if urgent else next.about) == client",
        "weight * qty - discount * 2 == 1.5 - qty", "discount == weight", "length(number) == qty",
        "due - today > wait", "(due if urgent else today) < due",
        "(paid_at if urgent else now) < now",
        "hours(qty) < wait - days(1)", "lines.sum(took) == wait", "lines.sum(rate) > discount",
        "lines.any(about == me.record)", "me.nobody.invoices.sum(fee) == 0",
        "me.nobody.invoices.sum(cap) == money('0 EUR')", "me.nobody.invoices.sum(total) == null",
        "biggest.done", "biggest.amount == lines.sum(amount)", "not biggest.done",
        "(biggest if urgent else client.latest.biggest) == next.biggest",
        "next.biggest.extra < fee",
        "me.nobody.name == null", "me.nobody.active == false", "me.nobody.balance > 0",
        "me.id.balance == client.balance", "me.nobody.invoices.count + qty == qty",
    ),
}


# In world 10 a client has amounts that are null in a currency that its other amounts lack.
@pytest.mark.parametrize("seed", [1, 10])
def test_corners_find_the_same_rows_everywhere(database_url, seed):
    engine, world = create_engine(database_url), random_world(seed)

    with engine.connect() as connection:
        create_world(connection, world)
        for entity, texts in CORNERS.items():
            for text in texts:
                assert_same_rows(connection, world, entity, text)
    engine.dispose()


EDGE = 2**63 - 2
LARGE = {
    "invoice": {
        "weight": [Decimal(each).scaleb(-3) for each in (EDGE, -EDGE, EDGE // 2 + 1, 1, -1)],
        "qty": [2**31 - 1, -(2**31) + 1, 1, 0],
        "discount": [Rate(each) for each in (EDGE, -EDGE, EDGE // 1000, 1000, -1)],
        "wait": [timedelta(days=99_999_999), timedelta(seconds=1)],
        "total": [EDGE, -EDGE, EDGE // 2 + 1, 1],
    },
    "line": {
        "count": [2**31 - 1, 1, -1],
        "size": [Decimal(each).scaleb(-1) for each in (EDGE, -EDGE, EDGE, 1, EDGE // 2)],
        "took": [timedelta(days=99_999_999), timedelta(seconds=1)],
        "amount": [EDGE, EDGE, -EDGE, 1], "extra": [EDGE, EDGE, -EDGE, 1],
        "rate": [Rate(each) for each in (EDGE, EDGE, -EDGE)],
    },
}
OVERFLOWS = (
    "weight + weight", "weight - discount", "weight * 2", "-weight", "weight * qty",
    "qty * qty * qty", "qty * qty * qty * 0", "weight + weight - weight", "discount + qty",
    "lines.sum(size)", "lines.sum(size) + lines.sum(size)",
    "lines.sum(rate)", "lines.sum(took)", "lines.sum(amount)",
    "lines.sum(extra)", "lines.sum(amount) + lines.sum(amount)", "total + total", "total * qty",
    "total - total * 2", "weight if urgent else discount", "days(qty)", "hours(qty) + wait",
    "wait * qty", "weight + 999999999999999", "discount + 999999999999.999999",
)
OVERFLOWING_CONDITIONS = (
    "weight + weight > 0", "not weight + weight > 0", "weight * qty == null",
    "weight * qty != null", "weight == discount", "weight != discount", "weight < discount",
    "weight <= discount", "weight > discount", "discount >= weight", "discount < qty",
    "qty < weight", "lines.sum(size) > 0", "lines.sum(size) == null", "lines.sum(amount) > total",
    "lines.sum(extra) == null", "total + total > total", "not total * qty != total",
    "lines.sum(count) > weight", "qty * qty * qty in [0, 1]", "wait * qty > wait",
    "lines.sum(took) > wait",
)


@pytest.mark.parametrize("seed", [1, 10, 20])
def test_numbers_too_large_to_be_stored_are_null_everywhere(database_url, seed):
    engine, world = create_engine(database_url), random_world(seed)
    for entity, fields in LARGE.items():
        for number, row in enumerate(world.rows[entity].values()):
            for name, large in fields.items():
                one, was = large[number % len(large)], row[name]
                if was is not None:
                    row[name] = Money(one, was.currency) if isinstance(was, Money) else one

    with engine.connect() as connection:
        create_world(connection, world)
        for text in OVERFLOWING_CONDITIONS:
            assert_same_rows(connection, world, "invoice", text)
        for text in OVERFLOWS:
            assert_same_values(connection, world, "invoice", text)
    engine.dispose()


def checked(text: str, entity: str, expects: object) -> Expression:
    """Return the checked expression; whatever is drawn is right, except when it is too large."""
    try:
        return check(text, scope(entity), expects, sql=True)
    except ExpressionError as error:
        assume(error.code != "expression-limit")
        raise AssertionError(f"{text}: {error}") from error


def assert_same_rows(connection: Connection, world: World, entity: str, text: str) -> None:
    expression, env, table = checked(text, entity, BOOLEAN), world.env(), tables[entity]
    holds = compile_python(expression)
    expected = [key for key, row in world.rows[entity].items() if holds(row, env)]

    where = compile_sql(expression, WorldResolver(), env, table)
    found = connection.scalars(select(table.c.id).where(where).order_by(table.c.id)).all()

    assert found == expected, text


def assert_same_values(connection: Connection, world: World, entity: str, text: str) -> None:
    expression, env, table = checked(text, entity, None), world.env(), tables[entity]
    compute = compile_python(expression)
    expected = {key: compute(row, env) for key, row in world.rows[entity].items()}

    value = compile_value(expression, WorldResolver(), env, table)
    rows = connection.execute(select(table.c.id, *value.columns))
    found = {key: value.read(*stored) for key, *stored in rows}

    assert found == expected, text


@QUICK
@given(drawn=CONDITIONS)
def test_a_condition_finds_the_same_rows_everywhere(connection, world, drawn):
    assert_same_rows(connection, world, *drawn)


@QUICK
@given(drawn=VALUES)
def test_an_expression_has_the_same_value_everywhere(connection, world, drawn):
    assert_same_values(connection, world, *drawn)


@pytest.mark.long
@LONG
@given(drawn=CONDITIONS)
def test_many_conditions_find_the_same_rows_everywhere(connection, world, drawn):
    assert_same_rows(connection, world, *drawn)


@pytest.mark.long
@LONG
@given(drawn=VALUES)
def test_many_expressions_have_the_same_value_everywhere(connection, world, drawn):
    assert_same_values(connection, world, *drawn)
