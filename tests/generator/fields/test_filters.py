"""A filter finds the same rows on both databases, and its operators are those offered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from config.values.money import Money
from config.values.rate import Rate
from generator.fields.exchange import ControlState, FieldProblem, FormatContext
from generator.fields.filters import OPERATOR_LABELS
from tests.generator.every_type import add_row, matching

WARSAW = FormatContext(locale="pl", time_zone="Europe/Warsaw")

ROWS = {
    "a": {"text": "Alpha_1", "integer": 1, "decimal": Decimal("1.500"), "rate": Rate(230_000),
          "money": Money(5_000_000, "EUR"), "boolean": True, "choice": "new",
          "choices": frozenset({"red", "green"}), "date": date(2026, 1, 31), "country": "PL",
          "moment": datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), "duration": timedelta(days=1),
          "email": "a@example.com", "link": ("thing", 1), "json": {"a": 1}, "ip": "192.0.2.1",
          "domain": "xn--w-uga1v8h.pl"},
    "b": {"text": "alpha%2", "integer": 2, "decimal": Decimal("-2.000"), "rate": Rate(0),
          "money": Money(5_000_000, "USD"), "boolean": False, "choice": "done",
          "choices": frozenset({"blue"}), "date": date(2026, 2, 1), "country": "DE",
          "moment": datetime(2026, 1, 31, 23, 0, tzinfo=UTC), "duration": timedelta(hours=1),
          "email": "b@example.org", "link": ("target", 1), "ip": "2001:db8::1"},
    "c": {"text": "beta\\3", "integer": -3, "money": Money(-1, "EUR")},
    "d": {},
}


@pytest.fixture
def rows(connection, thing):
    return {key: add_row(connection, thing, values) for key, values in ROWS.items()}


CASES = [
    ("text", "eq", ["Alpha_1"], "a"),
    ("text", "ne", ["Alpha_1"], "bcd"),
    ("text", "starts", ["ALPHA"], "ab"),
    ("text", "starts", ["alpha_"], "a"),
    ("text", "starts", ["alpha%"], "b"),
    ("text", "starts", ["beta\\"], "c"),
    ("text", "contains", ["A_"], "a"),
    ("text", "contains", ["%"], "b"),
    ("text", "contains", ["\\3"], "c"),
    ("text", "contains", ["ETA"], "c"),
    ("text", "null", [], "d"),
    ("text", "not_null", [], "abc"),
    ("integer", "lt", ["2"], "ac"),
    ("integer", "ge", ["2"], "b"),
    ("integer", "between", ["-3", "1"], "ac"),
    ("decimal", "gt", ["-2"], "a"),
    ("decimal", "eq", ["1,5"], "a"),
    ("rate", "eq", ["23 %"], "a"),
    ("rate", "le", ["0"], "b"),
    ("money", "eq", ["5"], "ab"),
    ("money", "eq", ["5 EUR"], "a"),
    ("money", "lt", ["1"], "c"),
    ("boolean", "eq", ["yes"], "a"),
    ("boolean", "eq", ["no"], "bcd"),
    ("choice", "eq", ["done"], "b"),
    ("choice", "in", ["done", "new"], "ab"),
    ("choice", "ne", ["done"], "acd"),
    ("choices", "has", ["red"], "a"),
    ("choices", "lacks", ["red"], "bcd"),
    ("choices", "null", [], "cd"),
    ("country", "in", ["PL", "FR"], "a"),
    ("date", "between", ["2026-01-01", "2026-01-31"], "a"),
    ("date", "ge", ["2026-02-01"], "b"),
    ("moment", "eq", ["2026-01-31"], "a"),
    ("moment", "before", ["2026-02-01"], "a"),
    ("moment", "after", ["2026-01-31"], "b"),
    ("moment", "between", ["2026-01-31", "2026-02-01"], "ab"),
    ("moment", "null", [], "cd"),
    ("duration", "gt", ["2 hours"], "a"),
    ("email", "starts", ["A@"], "a"),
    ("email", "contains", ["example"], "ab"),
    ("link", "eq", ["thing/1"], "a"),
    ("link", "ne", ["thing/1"], "bcd"),
    ("link", "in", ["thing/1", "target/1"], "ab"),
    ("json", "not_null", [], "a"),
    ("ip", "eq", ["2001:DB8:0::1"], "b"),
    ("domain", "eq", ["żółw.pl"], "a"),
]


@pytest.mark.parametrize(("name", "operator", "raw", "expected"), CASES)
def test_a_filter_finds_its_rows(connection, thing, rows, name, operator, raw, expected):
    bound = thing.fields[name]

    found = matching(connection, thing, bound.type.filter(bound, operator, raw, WARSAW))

    assert found == [rows[key] for key in expected]


def test_a_filter_works_on_an_alias(connection, thing, rows):
    alias = thing.table.alias("other")
    conditions = [
        thing.fields[name].type.filter(thing.fields[name], operator, raw, WARSAW, alias)
        for name, operator, raw in (
            ("text", "starts", ["alpha"]), ("money", "eq", ["5 EUR"]), ("link", "eq", ["thing/1"]),
            ("choices", "has", ["red"]), ("moment", "eq", ["2026-01-31"]),
        )
    ]

    found = connection.execute(select(alias.c.id).where(*conditions)).scalars().all()

    assert found == [rows["a"]]


def test_operators_that_are_not_offered_are_refused(thing):
    bound = thing.fields["boolean"]

    with pytest.raises(FieldProblem) as refusal:
        bound.type.filter(bound, "contains", ["x"], WARSAW)

    assert str(refusal.value) == "This field cannot be filtered by 'contains'."


@pytest.mark.parametrize(("name", "operator", "raw"), [
    ("integer", "eq", []), ("integer", "eq", [""]), ("integer", "between", ["1"]),
    ("choice", "in", []), ("choice", "in", ["", " "]), ("link", "eq", [""]),
])
def test_a_filter_without_a_value_is_refused(thing, name, operator, raw):
    bound = thing.fields[name]

    with pytest.raises(FieldProblem):
        bound.type.filter(bound, operator, raw, WARSAW)


def test_every_operator_has_words_and_a_control(thing):
    for name, bound in thing.fields.items():
        for operator in bound.type.operators:
            assert operator in OPERATOR_LABELS
            control = bound.type.filter_control(
                bound, operator, [], WARSAW, ControlState(f"f.{name}")
            )
            inputs = control.count("<input") + control.count("<select")
            expected = {"null": 0, "not_null": 0, "between": 2}.get(operator, 1)
            assert operator == "in" or inputs - control.count('type="hidden"') == expected, (
                name, operator, control
            )


def test_a_prefix_filter_uses_its_index(connection, thing, engine):
    bound = thing.fields["text"]
    query = select(thing.table.c.id).where(bound.type.filter(bound, "starts", ["alp"], WARSAW))
    if engine.dialect.name == "postgresql":
        connection.exec_driver_sql("set local enable_seqscan = off")
    explain = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "

    compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
    plan = connection.exec_driver_sql(explain + str(compiled)).all()

    assert "ix_thing_text_start" in str(plan)
