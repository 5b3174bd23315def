"""An apply that is killed between any two statements goes on to the same end, or never began."""

import os
import signal

import pytest
from sqlalchemy import event

from config.values.money import Money
from runtime.schema.planning import apply_plan

BEFORE = """entity: customer
traits: [audited]
fields:
  name:  text!
  size:  integer
  price: money
  kind:  {type: choice, of: {old: Old, new: New}}
  fax:   text
"""
AFTER = """entity: client
renamed_from: [customer]
traits: [audited]
fields:
  name:   text!
  size:   {type: decimal, scale: 2}
  cost:   {type: money, renamed_from: [price]}
  kind:   {type: choice, of: {former: Former, new: New}, renamed_values: {old: former}}
  double: {type: decimal, scale: 2, required: true, backfill: size * 2}
  seen:   {type: boolean, required: true, default: "no"}
index: {sized: [size, name]}
views: {staff: {columns: [name], search: {name: words}}}
"""
NOTE = "entity: note\nfields: {client: ->client!, text: text}\n"
ACK = "ack: fax\ndrop: entity/client/fields/fax\nrows_max: 2\n"
AFTERWARDS = [
    ("a", "1.00", Money(1_000_000, "EUR"), "former", "2.00", False),
    ("b", "2.00", Money(2_000_000, "USD"), "new", "4.00", False),
]


@pytest.fixture
def changed(changing):
    changing.configured(customer=BEFORE)
    changing.create(
        "customer",
        {"name": "a", "size": 1, "price": Money(1_000_000, "EUR"), "kind": "old", "fax": "1"},
        {"name": "b", "size": 2, "price": Money(2_000_000, "USD"), "kind": "new", "fax": "2"},
    )
    return changing.configured(client=AFTER, note=NOTE, ack=ACK)


def apply_and_die(changing, statement: int) -> bool:
    """Apply in a process that is killed before its n-th statement; say whether it was."""
    child = os.fork()
    if child == 0:
        try:
            with changing.unfitted() as panel:
                seen = 0

                def count(*_):
                    nonlocal seen
                    seen += 1
                    if seen == statement:
                        os.kill(os.getpid(), signal.SIGKILL)

                event.listen(panel.engine, "before_cursor_execute", count)
                apply_plan(panel, told=lambda _: None)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def assert_done(changing):
    changing.apply()
    found = changing.rows("client", "name", "size", "cost", "kind", "double", "seen")
    assert [(name, str(size), cost, kind, str(double), seen)
            for name, size, cost, kind, double, seen in found] == AFTERWARDS


def test_a_killed_apply_goes_on_to_the_same_end(changed):
    for statement in (20, 45, 60):
        apply_and_die(changed, statement)

    assert_done(changed)


@pytest.mark.long
@pytest.mark.parametrize("statement", range(1, 130, 3))
def test_an_apply_killed_at_any_statement_goes_on_to_the_same_end(changed, statement):
    apply_and_die(changed, statement)

    assert_done(changed)


def test_an_apply_that_is_killed_at_every_third_statement_comes_to_an_end(changed):
    killed = 0
    while apply_and_die(changed, 40 + 3 * killed) and killed < 60:
        killed += 1

    assert killed
    assert_done(changed)
