"""What expressions answer in Python: nulls, exactness, calendar, money."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from config.expressions import check, compile_python
from config.expressions.functions import CODE_LETTERS, FUNCTIONS, LITERALS
from config.values.money import Money
from config.values.rate import Rate
from tests.config.expressions.world import FIELDS, NOW, World, scope


def empty(entity: str) -> dict[str, object]:
    return {
        name: frozenset() if type_.kind == "choices" else None
        for name, type_ in FIELDS[entity].items() if type_.kind != "collection"
    }


@pytest.fixture
def world() -> World:
    clients = {
        1: {**empty("client"), "id": 1, "name": "Ann", "currency": "EUR", "country": "pl",
            "active": True, "rights": frozenset({"read"})},
        2: {**empty("client"), "id": 2, "currency": "USD", "parent": 1},
    }
    invoices = {
        1: {**empty("invoice"), "id": 1, "client": 1, "status": "issued", "qty": 3,
            "total": Money(10_000_000, "EUR"), "fee": Money(1_000_000, "USD"),
            "weight": Decimal("1.500"), "discount": Rate(230_000), "due": date(2026, 1, 31),
            "paid_at": NOW - timedelta(days=3), "wait": timedelta(hours=36), "about": ("client", 1),
            "flags": frozenset({"read", "Write"})},
        2: {**empty("invoice"), "id": 2, "client": 99},
        3: {**empty("invoice"), "id": 3},
    }
    lines = {
        1: {**empty("line"), "id": 1, "invoice": 1, "amount": Money(4_000_000, "EUR"), "count": 2,
            "extra": Money(1, "EUR"), "done": True},
        2: {**empty("line"), "id": 2, "invoice": 1, "amount": Money(5_000_000, "EUR"),
            "extra": Money(1, "USD")},
        3: {**empty("line"), "id": 3, "invoice": 1},
    }
    return World({"client": clients, "invoice": invoices, "line": lines})


def value(world: World, text: str, key: int = 1, **changes: object) -> object:
    expression = check(text, scope(allow_old=True), None)
    return compile_python(expression)(world.rows["invoice"][key], world.env(**changes))


@pytest.mark.parametrize(("text", "expected"), [
    ("number == 'a'", False), ("number != 'a'", False), ("not number == 'a'", True),
    ("not (number != 'a')", True), ("number == null", True), ("number != null", False),
    ("status == 'issued'", True), ("status != 'draft'", True), ("qty > 2 and number == 'a'", False),
    ("number in ['a']", False), ("number not in ['a']", False), ("not (number in ['a'])", True),
    ("status not in []", True), ("status in []", False), ("number not in []", False),
    ("urgent", False), ("not urgent", True), ("urgent == false", True), ("urgent == null", True),
    ("urgent != true", True), ("client.name == 'Ann'", True), ("next.client.name == 'Ann'", False),
    ("next.client.name == null", True), ("next.client == null", True), ("next.lines.any()", False),
    ("next.lines.count == 0", True), ("next in next.client.issued", False),
    ("'read' in flags", True), ("'write' in flags", False), ("'write' not in flags", True),
    ("flags != null", True), ("client.rights != null", True), ("next.flags == null", True),
    ("'read' not in next.flags", True), ("client in me.clients", True),
    ("next not in client.issued", False), ("client == me.nobody", False),
    ("client != me.nobody", False), ("about == client", True), ("about != client", False),
    ("about == me.record", False), ("about != me.record", True), ("id == next", False),
    ("buyer.country in eu", True), ("qty + next.qty == null", True), ("-next.qty == null", True),
    ("lines.any()", True), ("lines.any(done)", True), ("lines.any(count > 2)", False),
    ("lines.any(label == null)", True), ("lines.any(invoice.client.name == 'Ann')", True),
    ("lines.count == 3", True), ("lines.sum(count) == 2", True),
    ("next.lines.sum(count) == 0", True),
    ("lines.sum(amount) == money('9 EUR')", True), ("total - lines.sum(amount) > 0", True),
    ("lines.sum(extra) == null", True), ("next.lines.sum(extra) == 0", True),
    ("next.lines.sum(amount) == null", True),
    ("me.id.issued.any(total > 0)", True), ("settings.finance.unset == null", True),
    ("settings.finance.share == discount", True), ("discount == rate('23 %')", True),
    ("discount == 0.23", True), ("discount in [0.23]", True), ("1.50 == weight", True),
    ("weight in [1.5, 2]", True), ("(number if urgent else status) == 'issued'", True),
    ("(urgent if urgent else urgent) == null", False),
])
def test_null_and_its_kin(world, text, expected):
    assert value(world, text) is expected


@pytest.mark.parametrize("key", [2, 3])
def test_a_path_through_a_missing_row_is_null(world, key):
    assert value(world, "client.name == null and client.invoices.count >= 0", key) is True
    assert value(world, "client.name == 'Ann' or client.country in ['pl']", key) is False


@pytest.mark.parametrize(("text", "expected"), [
    ("weight * 1.5", Decimal("2.2500")), ("qty / 7", Decimal("0.428571428571")),
    ("weight / 0", None), ("qty * qty - 1", 8), ("0.1 + 0.2", Decimal("0.3")),
    ("999999999999999999.0 * 1.000000000001", Decimal("1000000000000999998.999999999999")),
    ("discount", Rate(230_000)), ("discount * 2", Rate(460_000)), ("discount + 1", Decimal("1.23")),
    ("-qty", -3), ("total * 3", Money(30_000_000, "EUR")),
    ("total * discount", Money(2_300_000, "EUR")),
    ("1.0000005 * total", Money(10_000_005, "EUR")), ("total / 3", Money(3_333_333, "EUR")),
    ("total / 0", None), ("-total", Money(-10_000_000, "EUR")),
    ("wait * 2", timedelta(days=3)), ("wait + hours(1)", timedelta(hours=37)),
    ("weeks(2) - days(1)", timedelta(days=13)), ("minutes(90)", timedelta(minutes=90)),
    ("due + wait", date(2026, 2, 1)), ("due - wait", date(2026, 1, 30)),
    ("due - hours(1)", date(2026, 1, 31)), ("due - date('2025-12-31')", timedelta(days=31)),
    ("now - paid_at", timedelta(days=3)), ("paid_at + hours(2)", NOW - timedelta(hours=70)),
    ("due + months(1)", date(2026, 2, 28)), ("due + months(13)", date(2027, 2, 28)),
    ("due - months(2)", date(2025, 11, 30)), ("due + months(-1)", date(2025, 12, 31)),
    ("due + years(2)", date(2028, 1, 31)), ("due + years(8000)", None),
    ("due - days(999999999)", None), ("now + days(999999999999)", None),
    ("now + months(1)", datetime(2026, 4, 30, 10, 30, 0, 250_000, UTC)),
    ("date('2024-02-29') + years(1)", date(2025, 2, 28)),
    ("lower('ŻÓŁW')", "żółw"), ("length('żółw🙂')", 5), ("length(number)", None),
    ("lower(number)", None), ("days(next.qty)", None), ("client.rights", frozenset({"read"})),
    ("next.flags", frozenset()), ("about", ("client", 1)), ("id", 1), ("client.id", 1),
    ("money('-0.5 EUR')", Money(-500_000, "EUR")), ("rate('9.975 %')", Rate(99_750)),
    ("null if urgent else qty", 3), ("qty if urgent else null", None),
])
def test_values_are_exact(world, text, expected):
    found = value(world, text)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("total > 0", True), ("total < 0", False), ("0 <= total", True), ("total == 0", False),
    ("total > money('9.99 EUR')", True), ("total > money('9.99 USD')", False),
    ("total < money('9.99 USD')", False), ("total == money('10 USD')", False),
    ("total != money('10 USD')", True), ("total != money('10 EUR')", False),
    ("not total > money('9.99 USD')", True), ("total > fee", False), ("total != fee", True),
    ("paid != fee", False), ("total in [money('10 EUR'), money('1 USD')]", True),
    ("fee not in [money('10 EUR')]", True), ("paid not in [money('10 EUR')]", False),
])
def test_two_currencies_differ_but_have_no_order(world, text, expected):
    assert value(world, text) is expected


def test_amounts_that_met_in_two_currencies_have_no_sum(world):
    old = {"total": Money(1_000_000, "USD"), "status": "draft"}

    assert value(world, "total - old.total", old=old) is None
    assert value(world, "old.status == 'draft' and status != old.status", old=old) is True
    assert value(world, "old.status == 'draft'", old=None) is False


def test_a_random_code_has_the_length_asked_for(world):
    code = value(world, "random_code(6)")

    assert len(code) == 6
    assert set(code) <= set(CODE_LETTERS)
    assert code != value(world, "random_code(6)")
    assert len(value(world, "random_code(1000)")) == 64
    assert len(value(world, "random_code(-1)")) == 1


EXAMPLES = {
    "minutes(3)": timedelta(minutes=3), "hours(3)": timedelta(hours=3),
    "days(3)": timedelta(days=3), "weeks(3)": timedelta(weeks=3),
    "date('2026-01-31') + months(1)": date(2026, 2, 28),
    "date('2024-02-29') + years(1)": date(2025, 2, 28),
    "length(random_code(6))": 6, "lower('AbC')": "abc", "length('abc')": 3,
    "money('12.50 EUR')": Money(12_500_000, "EUR"), "rate('23 %')": Rate(230_000),
    "date('2026-01-31')": date(2026, 1, 31),
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_example_of_a_function_runs(world, text):
    assert value(world, text) == EXAMPLES[text]


def test_every_function_has_an_example_that_runs():
    for function in (*FUNCTIONS.values(), *LITERALS.values()):
        assert any(function.example in text for text in EXAMPLES), function.name
