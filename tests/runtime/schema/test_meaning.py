"""Values whose column stays and whose meaning would change are never carried over silently."""

import pytest

from config.values.money import Money
from runtime.actors import SYSTEM
from runtime.schema.problems import ApplyProblem
from tests.runtime.schema.test_changes import NAME, ack, entity

OTHER = "entity: {}\nfields: {{name: text!}}\n"


def test_a_link_to_another_entity_is_refused_while_rows_have_one(changing):
    both = {name: OTHER.format(name) for name in ("x", "y")}
    changing.configured(**both, thing=entity(NAME, "r: ->x"))
    changing.create("x", {"name": "one"})
    changing.create("y", {"name": "other"})
    changing.create("thing", {"name": "a", "r": 1}, {"name": "b"})

    changing.configured(**both, thing=entity(NAME, "r: ->y"))
    with pytest.raises(ApplyProblem, match="links to x do not become links to y"):
        changing.apply()
    with pytest.raises(Exception, match="links to x do not become"):
        changing.start()
    changing.configured(**both, thing=entity(NAME, "r: ->x"))
    with changing.start() as panel, panel.records(SYSTEM) as records:
        records.update("thing", 1, {"r": None})
    changing.configured(**both, thing=entity(NAME, "r: ->y"))
    changing.apply()

    changing.create("thing", {"name": "c", "r": 1})
    assert changing.rows("thing", "r") == [(None,), (None,), (1,)]


def test_fewer_targets_of_a_link_are_refused_while_rows_point_there(changing):
    both = {name: OTHER.format(name) for name in ("x", "y")}
    changing.configured(**both, thing=entity(NAME, "r: {to: [x, y]}"))
    changing.create("x", {"name": "one"})
    changing.create("y", {"name": "other"})
    changing.create("thing", {"name": "a", "r": ("x", 1)}, {"name": "b", "r": ("y", 1)})

    changing.configured(**both, thing=entity(NAME, "r: {to: [x, thing]}"))

    with pytest.raises(ApplyProblem, match=r"\(1 row: 2\)\n.*they link to rows of other entities"):
        changing.apply()


@pytest.mark.parametrize("after", ["{type: money, currency: USD}", "{type: money, currency: JPY}"])
def test_an_amount_never_changes_its_currency(changing, after):
    changing.configured(thing=entity(NAME, "p: {type: money, currency: EUR}"))
    changing.create("thing", {"name": "a", "p": Money(10_000_000, "EUR")})

    changing.configured(thing=entity(NAME, f"p: {after}"))

    with pytest.raises(ApplyProblem, match="amounts in EUR do not become amounts in"):
        changing.apply()


def test_an_amount_takes_its_currency_along_into_a_column_of_its_own(changing):
    changing.configured(thing=entity(NAME, "p: {type: money, currency: EUR}"))
    changing.create("thing", {"name": "a", "p": Money(10_000_000, "EUR")}, {"name": "b"})

    changing.configured(thing=entity(NAME, "p: money"))
    changing.apply()

    assert changing.rows("thing", "p") == [(Money(10_000_000, "EUR"),), (None,)]


def test_a_number_written_with_zeros_before_it_stays_text(changing):
    changing.configured(thing=entity(NAME, "code: text"))
    changing.create("thing", *({"name": "a", "code": code} for code in ("00950", "-0", "12")))

    changing.configured(thing=entity(NAME, "code: integer"))

    with pytest.raises(ApplyProblem, match=r"\(2 rows: 1, 2\)"):
        changing.apply()


def test_a_choice_less_among_several_takes_only_itself(changing):
    before = "k: {type: choices, of: {a: A, b: B}}"
    changing.configured(thing=entity(NAME, before))
    changing.create("thing", {"name": "1", "k": frozenset("ab")},
                    {"name": "2", "k": frozenset("b")},
                    {"name": "3", "k": frozenset("a")})
    after = entity(NAME, "k: {type: choices, of: {a: A}}")

    changing.configured(thing=after)
    with pytest.raises(ApplyProblem, match=r"\(2 rows: 1, 2\)"):
        changing.apply()
    changing.configured(thing=after, ack=ack(change="entity/thing/fields/k", rows_max=2))
    changing.apply()

    assert changing.rows("thing", "k") == [(frozenset("a"),), (frozenset(),), (frozenset("a"),)]


UNIQUES = [
    ("m: {type: integer, required: true, unique: true, default: 3}", ""),
    ("m: {type: integer, required: true, default: 3}", "unique: {u: [size, m]}\n"),
    ('m: {type: integer, required: true, unique: true, backfill: "size * 2"}', ""),
]


@pytest.mark.parametrize(("field", "more"), UNIQUES)
def test_a_new_unique_field_is_asked_for_what_it_gives_the_rows(changing, field, more):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", {"name": "a", "size": 1}, {"name": "b", "size": 1})

    changing.configured(thing=entity(NAME, "size: integer", field, more=more))
    with pytest.raises(ApplyProblem, match="the same|UNIQUE constraint failed"):
        changing.apply()
    changing.configured(thing=entity(NAME, "size: integer"))
    assert changing.said() == []


@pytest.mark.parametrize(("field", "more"), UNIQUES)
def test_a_new_unique_field_is_unique_when_nothing_clashes(changing, field, more):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", {"name": "a", "size": 1})

    changing.configured(thing=entity(NAME, "size: integer", field, more=more))
    changing.apply()

    value = changing.rows("thing", "m")[0][0]
    with pytest.raises(Exception, match=r"(?i)unique|another|values"):
        changing.create("thing", {"name": "b", "size": 1, "m": value})
