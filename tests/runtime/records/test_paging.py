"""Pages by key: walking a list, whatever its order, meets every row exactly once."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.values.money import Money
from runtime.records import ListQuery, ValidationFailed
from tests.runtime.records.house import NOON

ROWS = 40
KEYS = ("status", "label", "paid_until", "price", "created_at")


@pytest.fixture
def full_house(house):
    """Services with many equal and absent values, also in the field that sorts first."""
    chance = random.Random(7)
    rows = [
        {
            "client": house.ids["acme"], "product": house.ids["hosting"], "label": f"s{number:03}",
            "status": chance.choice(["pending", "suspended", "ended"]),
            "paid_until": chance.choice([None, None, NOON, NOON.replace(day=9)]),
            "price": chance.choice([None, Money(1, "EUR"), Money(2, "EUR"), Money(3, "EUR")]),
        }
        for number in range(ROWS)
    ]
    with house.records() as records:
        records.load_many("service", rows)
    return house


def walk(records, query):
    """Return the ids of all pages forward, and of all pages back again."""
    forward, page = [], records.list("service", query)
    pages = [page]
    while page.next:
        page = records.list("service", replace(query, cursor=page.next))
        pages.append(page)
    forward = [row.id for each in pages for row in each.rows]
    backward = [row.id for row in reversed(page.rows)]
    while page.previous:
        page = records.list("service", replace(query, cursor=page.previous))
        backward += [row.id for row in reversed(page.rows)]
    return forward, backward[::-1]


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_row_is_met_once_in_order_both_ways(full_house, data):
    keys = data.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    sort = tuple(key if data.draw(st.booleans()) else f"-{key}" for key in keys)
    size = data.draw(st.integers(1, 17))
    with full_house.records() as records:
        whole = records.list("service", ListQuery(sort=sort, size=200))

        forward, backward = walk(records, ListQuery(sort=sort, size=size))

    assert sorted(forward) == sorted(row.id for row in whole.rows)
    assert len(forward) == ROWS + 3
    assert forward == [row.id for row in whole.rows]
    assert backward == forward


@pytest.mark.parametrize("sort", ["paid_until", "-paid_until", "price", "-price"])
def test_rows_without_a_value_come_last_in_both_directions(full_house, sort):
    key = sort.lstrip("-")
    with full_house.records() as records:
        rows = records.list("service", ListQuery(sort=(sort,), size=200, columns=(key,))).rows

    values = [row[key] for row in rows]
    present = [value for value in values if value is not None]
    assert values == present + [None] * (len(values) - len(present))
    ordered = sorted(present, key=lambda value: getattr(value, "micros", value),
                     reverse=sort.startswith("-"))
    assert present == ordered


def test_rows_that_are_added_meanwhile_do_not_shift_the_next_page(full_house):
    query = ListQuery(sort=("-created_at",), size=5)
    with full_house.records() as records:
        first = records.list("service", query)
        records.load("service", {
            "client": full_house.ids["acme"], "product": full_house.ids["hosting"],
            "label": "newest",
        })
        second = records.list("service", replace(query, cursor=first.next))

    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_cursor_is_refused_when_altered_or_shown_to_another_list(full_house):
    with full_house.records() as records:
        page = records.list("service", ListQuery(sort=("label",), size=5))
        altered = page.next[:-2] + ("AA" if page.next[-2:] != "AA" else "BB")

        for query in (
            ListQuery(sort=("label",), size=5, cursor=altered),
            ListQuery(sort=("-label",), size=5, cursor=page.next),
            ListQuery(sort=("label",), size=5, cursor=page.next, search="s"),
            ListQuery(sort=("label",), size=5, cursor="x" * 9000),
            ListQuery(sort=("label",), size=5, cursor="ł"),
        ):
            with pytest.raises(ValidationFailed) as refused:
                records.list("service", query)
            assert list(refused.value.problems) == ["cursor"]


def test_a_cursor_of_another_panel_is_refused(full_house):
    from runtime.crypto import Signer
    from runtime.records import cursor

    strange = cursor.write(Signer("z" * 40, "cursor"), cursor.Cursor(("a", 1)), "x")
    with full_house.records() as records, pytest.raises(ValidationFailed):
        records.list("service", ListQuery(cursor=strange))
