"""Numbers that no column holds: refused when they are typed, empty when they are computed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from config.values.money import Money
from runtime.actors import SYSTEM
from runtime.panel import Panel
from runtime.records import Filter, ListQuery, ValidationFailed
from tests.runtime.records.small import opened_small

BILL = """entity: bill
title: name
fields:
  name:   text!
  count:  integer
  share:  {type: decimal, scale: 12}
  lines:  {many: line, by: bill}
  total:  {total_of: lines.amount}
  weight: {total_of: lines.weight}
  stored: {type: decimal, scale: 12}
  status: {type: choice, of: {open: Open, shut: Shut}}
  cubed:  {type: computed, as: integer, compute: count * count * count}
  twice:  {type: computed, as: decimal, compute: lines.sum(weight) * 2}
machines:
  status:
    start: open
    final: [shut]
    moves:
      shut: {from: open, to: shut, by: [system], set: {stored: count / 0.001}}
views:
  staff: {columns: [name, count, total, weight, cubed, twice], sort: name}
  heavy: {columns: [name], where: lines.sum(weight) > 5}
  cubes: {columns: [name], where: count * count * count > 5}
"""
LINE = """entity: line
title: bill
fields:
  bill:   ->bill!
  amount: {type: money, currency: EUR}
  weight: decimal
"""
LARGEST = Money(10**18, "EUR")


@pytest.fixture(scope="module")
def bills(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    folder: Path = tmp_path_factory.mktemp("bills")
    with opened_small(module_database_url, folder, BILL, LINE) as panel:
        yield panel


def overflowing(panel: Panel, sign: int = 1) -> int:
    with panel.records(SYSTEM) as records:
        bill = records.create("bill", {"name": "large", "count": sign * 10**9}).id
        for _ in range(10):
            records.create("line", {
                "bill": bill, "amount": Money(sign * 10**18, "EUR"),
                "weight": Decimal(sign * 10**16),
            })
    return bill


@pytest.mark.parametrize("sign", [1, -1])
def test_a_row_whose_total_no_column_holds_is_read_changed_and_deleted(bills, sign):
    bill = overflowing(bills, sign)

    with bills.records(SYSTEM) as records:
        row = records.get("bill", bill)
        assert [row[name] for name in ("total", "weight", "cubed", "twice")] == [None] * 4
        listed = {each.id: each for each in records.list("bill", ListQuery(size=100)).rows}
        assert listed[bill]["total"] is None
        for view in ("heavy", "cubes"):
            page = records.list("bill", ListQuery(view=view, size=100))
            assert bill not in [each.id for each in page.rows]
        assert list(records.export("bill", ListQuery()))
        records.update("bill", bill, {"name": "renamed"})
        for line in records.list("line", ListQuery(size=100)).rows:
            records.delete("line", line.id)
        records.delete("bill", bill)


def test_a_total_that_fits_is_exact_whatever_it_passes_on_the_way(bills):
    with bills.records(SYSTEM) as records:
        bill = records.create("bill", {"name": "back and forth"}).id
        for sign in (1, -1):
            for _ in range(12):
                records.create("line", {
                    "bill": bill, "amount": Money(sign * 10**18, "EUR"),
                    "weight": Decimal(sign * 10**16),
                })
        records.create("line", {
            "bill": bill, "amount": Money(-7, "EUR"), "weight": Decimal("-0.01"),
        })

        row = records.get("bill", bill)

    assert row["total"] == Money(-7, "EUR")
    assert row["weight"] == Decimal("-0.01")
    assert row["twice"] == Decimal("-0.02")


@pytest.mark.parametrize(("entity", "field", "value", "said"), [
    ("line", "amount", Money(10**18 + 1, "EUR"), "or less."),
    ("line", "amount", Money(-(10**18) - 1, "EUR"), "or more."),
    ("line", "weight", Decimal("10000000000000000.01"), "Enter 10,000,000,000,000,000.00 or less."),
    ("bill", "share", Decimal("1000000.000000000001"), "Enter 1,000,000.00 or less."),
    ("bill", "count", 10**18 + 1, "Enter 1,000,000,000,000,000,000 or less."),
    ("bill", "count", -(10**18) - 1, "Enter -1,000,000,000,000,000,000 or more."),
])
def test_a_number_that_leaves_no_room_for_sums_is_refused_on_its_field(
    bills, entity, field, value, said
):
    with bills.records(SYSTEM) as records:
        bill = records.create("bill", {"name": "small"}).id
        needed = {"bill": bill} if entity == "line" else {"name": "another"}
        with pytest.raises(ValidationFailed) as refused:
            records.create(entity, {**needed, field: value})

    assert list(refused.value.problems) == [field]
    assert str(refused.value.problems[field][0]).endswith(said)


def test_the_largest_numbers_are_kept(bills):
    with bills.records(SYSTEM) as records:
        bill = records.create("bill", {"name": "most", "count": 10**18, "share": Decimal(10**6)}).id
        line = records.create("line", {"bill": bill, "amount": LARGEST}).id
        found = records.list("line", ListQuery(filters=(
            Filter("amount", "eq", ("1000000000000",)),
        ), size=100))

        assert records.get("line", line)["amount"] == LARGEST
        assert records.get("bill", bill)["total"] == LARGEST
        assert line in [each.id for each in found.rows]


def test_a_move_that_would_write_a_number_too_large_is_refused_on_its_field(bills):
    with bills.records(SYSTEM) as records:
        bill = records.create("bill", {"name": "cube", "count": 10**9}).id
        with pytest.raises(ValidationFailed) as refused:
            records.move("bill", bill, "shut")

    assert {name: [*map(str, said)] for name, said in refused.value.problems.items()} == {
        "stored": ["The number is too large."]
    }
