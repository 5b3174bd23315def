"""New names keep the data, and the words that ask for them work once."""

from decimal import Decimal

import pytest

from config.values.money import Money
from runtime.schema.problems import ApplyProblem

CUSTOMER = "entity: customer\nfields: {name: text!, price: money}\n"
ORDER = "entity: order\nfields: {buyer: ->customer!, about: {to: any}}\n"
CLIENT = "entity: client\nrenamed_from: [customer]\nfields: {name: text!, price: money}\n"


def test_rows_and_links_follow_a_renamed_entity(changing):
    changing.configured(customer=CUSTOMER, order=ORDER)
    [ada] = changing.create("customer", {"name": "Ada", "price": Money(5_000_000, "EUR")})
    changing.create("order", {"buyer": ada, "about": ("customer", ada)})

    changing.configured(client=CLIENT, order=ORDER.replace("customer", "client"))
    done = changing.apply()

    assert "rename table customer to client" in done
    assert changing.rows("client", "name", "price") == [("Ada", Money(5_000_000, "EUR"))]
    assert changing.rows("order", "buyer", "about") == [(ada, ("client", ada))]


def test_a_renamed_entity_keeps_its_link_checked(changing):
    changing.configured(customer=CUSTOMER, order=ORDER)
    changing.start().close()
    changing.configured(client=CLIENT, order=ORDER.replace("customer", "client"))
    changing.apply()

    with pytest.raises(Exception, match="(?i)foreign key"):
        changing.run(
            'INSERT INTO "order" (buyer_id, created_at, updated_at) '
            "VALUES (77, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        )


def test_values_follow_a_renamed_field_in_all_its_columns(changing):
    changing.configured(customer=CUSTOMER)
    changing.create("customer", {"name": "Ada", "price": Money(7_000_000, "USD")})

    changing.configured(customer=(
        "entity: customer\nfields:\n  title: {type: text, required: true, renamed_from: [name]}\n"
        "  fee: {type: money, renamed_from: [cost, price]}\n"
    ))
    changing.apply()

    assert changing.rows("customer", "title", "fee") == [("Ada", Money(7_000_000, "USD"))]


def test_a_renamed_and_changed_field_is_counted_before_it_is_renamed(changing):
    changing.configured(customer="entity: customer\nfields: {size: integer}\n")
    changing.create("customer", {"size": 3}, {"size": 4})

    changing.configured(customer=(
        "entity: customer\nfields: {width: {type: decimal, scale: 2, renamed_from: [size]}}\n"
    ))
    assert changing.plan().waiting == ()
    changing.apply()

    assert changing.rows("customer", "width") == [(Decimal("3.00"),), (Decimal("4.00"),)]


def test_rows_follow_a_renamed_choice(changing):
    kind = (
        "entity: lead\nfields:\n  state: {{type: choice, of: {of}}}\n"
        "  tags: {{type: choices, of: {of}}}\n"
    )
    changing.configured(lead=kind.format(of="{waiting: Waiting, done: Done}"))
    both = frozenset({"waiting", "done"})
    changing.create("lead", {"state": "waiting", "tags": both}, {"state": "done"})

    now = "{pending: Pending, done: Done}, renamed_values: {waiting: pending}"
    changing.configured(lead=kind.format(of=now))
    changing.apply()

    assert changing.rows("lead", "state", "tags") == [
        ("pending", frozenset({"pending", "done"})), ("done", frozenset()),
    ]


def test_a_rename_that_is_done_is_no_matter_any_more(changing):
    changing.configured(customer=CUSTOMER)
    changing.start().close()
    changing.configured(client=CLIENT)
    changing.apply()

    assert changing.said() == []
    changing.start().close()


def test_a_fresh_database_counts_as_renamed(changing):
    changing.configured(client=CLIENT)
    changing.start().close()

    assert changing.said() == []


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("entity: other\nfields: {name: text!}\n",
         "the database has neither client.full_name nor name"),
        ("entity: client\nfields: {name: text, full_name: text}\n",
         "the database has name and full_name"),
    ],
)
def test_a_rename_that_an_older_database_cannot_do_is_refused_with_its_place(
    changing, before, said
):
    first = before if "entity: client" in before else "entity: client\nfields: {age: integer}\n"
    changing.configured(client=first)
    changing.create("client", {"age": 3} if "age" in first else {"name": "Ada"})

    changing.configured(client=(
        "entity: client\nfields: {age: integer, full_name: {type: text, renamed_from: [name]}}\n"
    ))

    with pytest.raises(ApplyProblem, match=said) as problem:
        changing.apply()
    assert "entity/client/fields/full_name/renamed_from" in str(problem.value)
