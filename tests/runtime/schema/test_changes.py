"""What a changed configuration does to the rows that are there."""

from datetime import date
from decimal import Decimal

import pytest

from runtime.actors import SYSTEM
from runtime.records import RecordError
from runtime.schema.operations import Grade
from runtime.schema.problems import ApplyProblem


def entity(*fields: str, more: str = "") -> str:
    return "entity: thing\nfields:\n" + "".join(f"  {each}\n" for each in fields) + more


def ack(**words: object) -> str:
    return "ack: meant\n" + "".join(f"{key}: {value}\n" for key, value in words.items())


NAME = "name: {type: text, required: true}"


def test_columns_tables_and_indexes_are_added_and_nothing_is_left_to_do(changing):
    changing.configured(thing=entity(NAME))
    changing.create("thing", {"name": "one"})

    changing.configured(
        thing=entity(NAME, "size: {type: integer, default: 7, required: true}", "note: long_text",
                     "other: ->thing", more="index: {sized: [size]}\n"),
        extra="entity: extra\nfields: {thing: ->thing!, words: text}\n"
              "views: {staff: {columns: [words], search: {words: words}}}\n",
    )
    plan = changing.plan()
    assert {each.grade for each in plan.operations} == {Grade.SAFE}
    assert all(each.statements or each.rebuilds for each in plan.operations)
    changing.apply()

    assert changing.rows("thing", "size", "note", "other") == [(7, None, None)]
    assert changing.create("extra", {"thing": 1, "words": "hello"}) == [1]


def test_a_new_required_field_without_a_value_for_the_rows_is_refused(changing):
    changing.configured(thing=entity(NAME))
    changing.create("thing", {"name": "one"})

    changing.configured(thing=entity(NAME, "size: integer!"))

    with pytest.raises(ApplyProblem, match=r"1 row: 1.*\n.*default: or a backfill"):
        changing.apply()
    changing.configured(thing=entity(NAME))
    assert changing.rows("thing", "name") == [("one",)]


def test_a_new_required_field_is_added_while_there_are_no_rows(changing):
    changing.configured(thing=entity(NAME))
    changing.start().close()

    changing.configured(thing=entity(NAME, "size: integer!"))
    changing.apply()

    assert changing.create("thing", {"name": "one", "size": 1}) == [1]


def test_rows_are_filled_by_the_backfill_of_a_new_field(changing):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", *({"name": f"row {number}", "size": number} for number in range(1, 6)))

    changing.configured(thing=entity(
        NAME, "size: integer",
        'double: {type: integer, required: true, backfill: "size * 2"}',
        "called: {type: text, backfill: name}",
    ))
    changing.apply()

    assert changing.rows("thing", "double", "called") == [
        (number * 2, f"row {number}") for number in range(1, 6)
    ]


def test_a_backfill_that_fails_names_its_line_and_row_and_changes_nothing(changing):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", {"name": "one", "size": 1}, {"name": "two"}, {"name": "three"})

    changing.configured(thing=entity(
        NAME, "size: integer", "double: {type: integer, required: true, backfill: size}"
    ))

    with pytest.raises(ApplyProblem, match=r"thing.yaml:5:\d+: .*row 2 of thing: .*required"):
        changing.apply()
    changing.configured(thing=entity(NAME, "size: integer"))
    assert changing.said() == []


def test_a_dropped_field_waits_for_an_ack_that_names_it_and_bounds_its_rows(changing):
    changing.configured(thing=entity(NAME, "fax: text", "age: integer"))
    changing.create("thing", {"name": "a", "fax": "1"}, {"name": "b", "fax": "2"}, {"name": "c"})
    after = entity(NAME, "age: integer")

    changing.configured(thing=after)
    with pytest.raises(ApplyProblem, match=r"drop column thing.fax  \(2 rows: 1, 2\)"):
        changing.apply()
    changing.configured(thing=after, ack=ack(drop="entity/thing/fields/fax", rows_max=1))
    with pytest.raises(ApplyProblem, match="allows at most 1"):
        changing.apply()
    changing.configured(thing=after, ack=ack(drop="entity/thing/fields/fax", rows_max=2))
    changing.apply()

    assert changing.rows("thing", "name") == [("a",), ("b",), ("c",)]
    # The ack is used up: it stays in the YAML and does no harm, and allows nothing twice.
    assert changing.said() == []


def test_a_dropped_entity_waits_for_an_ack(changing):
    changing.configured(thing=entity(NAME), extra="entity: extra\nfields: {thing: ->thing}\n")
    [one] = changing.create("thing", {"name": "a"})
    changing.create("extra", {"thing": one})

    changing.configured(thing=entity(NAME))
    with pytest.raises(ApplyProblem, match=r"drop table extra  \(1 row: 1\)"):
        changing.apply()
    changing.configured(thing=entity(NAME), ack=ack(drop="entity/extra", rows_max=1))
    changing.apply()

    assert changing.rows("thing", "name") == [("a",)]


def test_an_ack_that_matches_nothing_is_refused(changing):
    changing.configured(thing=entity(NAME))
    changing.start().close()

    changing.configured(thing=entity(NAME), ack=ack(drop="entity/thing/fields/fax", rows_max=1))

    with pytest.raises(ApplyProblem, match="nothing in the plan is about entity/thing/fields/fax"):
        changing.apply()


def test_rows_that_came_since_the_plan_keep_an_ack_from_losing_them(changing):
    changing.configured(thing=entity(NAME, "fax: text"))
    changing.create("thing", {"name": "a", "fax": "1"})
    changing.configured(
        thing=entity(NAME), ack=ack(drop="entity/thing/fields/fax", rows_max=1)
    )
    assert not changing.plan().waiting

    changing.configured(thing=entity(NAME, "fax: text"))
    changing.create("thing", {"name": "b", "fax": "2"})
    changing.configured(
        thing=entity(NAME), ack=ack(drop="entity/thing/fields/fax", rows_max=1)
    )

    with pytest.raises(ApplyProblem, match="2 rows"):
        changing.apply()


def test_texts_become_choices_and_those_that_do_not_fit_need_an_ack(changing):
    changing.configured(thing=entity(NAME, "kind: text"))
    changing.create(
        "thing", {"name": "a", "kind": "red"}, {"name": "b", "kind": "rouge"}, {"name": "c"}
    )
    after = entity(NAME, "kind: {type: choice, of: {red: Red, blue: Blue}}")

    changing.configured(thing=after)
    [lossy] = changing.plan().of_grade(Grade.LOSSY)
    assert (lossy.affected, lossy.ids) == (1, (2,))
    changing.configured(thing=after, ack=ack(change="entity/thing/fields/kind", rows_max=1))
    changing.apply()

    assert changing.rows("thing", "kind") == [("red",), (None,), (None,)]


def test_a_removed_choice_that_is_in_use_needs_an_ack(changing):
    changing.configured(thing=entity(NAME, "kind: {type: choice, of: {red: Red, blue: Blue}}"))
    changing.create("thing", {"name": "a", "kind": "red"}, {"name": "b", "kind": "blue"})
    after = entity(NAME, "kind: {type: choice, of: {red: Red}, default: red, required: true}")

    changing.configured(thing=after)
    with pytest.raises(ApplyProblem, match=r"become 'red'  \(1 row: 2\)"):
        changing.apply()
    changing.configured(thing=after, ack=ack(change="entity/thing/fields/kind", rows_max=1))
    changing.apply()

    assert changing.rows("thing", "kind") == [("red",), ("red",)]


def test_a_removed_choice_that_nobody_uses_is_safe(changing):
    changing.configured(thing=entity(NAME, "kind: {type: choice, of: {red: Red, blue: Blue}}"))
    changing.create("thing", {"name": "a", "kind": "red"})

    changing.configured(thing=entity(NAME, "kind: {type: choice, of: {red: Red}}"))

    assert changing.plan().waiting == ()
    changing.apply()


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        ("integer", "{type: decimal, scale: 3}", 5, Decimal("5.000")),
        ("{type: decimal, scale: 1}", "{type: decimal, scale: 4}", Decimal("2.5"), Decimal("2.5")),
        ("{type: decimal, scale: 4}", "{type: decimal, scale: 1}", Decimal("2.5"), Decimal("2.5")),
        ("integer", "text", -12, "-12"),
        ("text", "integer", "-12", -12),
        ("text", "long_text", "x", "x"),
        ("email", "text", "a@example.com", "a@example.com"),
        ("{type: choice, of: {a: A, b: B}}", "{type: choices, of: {a: A, b: B}}", "a",
         frozenset("a")),
        ("{type: choice, of: {a: A, b: B}}", "text", "b", "b"),
        ("text", "{type: text, translatable: true}", "x", {"en": "x"}),
    ],
)
def test_values_are_carried_into_a_type_that_can_hold_them(changing, before, after, was, now):
    changing.configured(thing=entity(NAME, f"value: {before}"))
    changing.create("thing", {"name": "a", "value": was}, {"name": "b"})

    changing.configured(thing=entity(NAME, f"value: {after}"))
    changing.apply()

    [(value,), (empty,)] = changing.rows("thing", "value")
    assert (value, empty or None) == (now, None)


def test_a_change_of_type_that_makes_no_sense_is_refused(changing):
    changing.configured(thing=entity(NAME, "value: date"))
    changing.create("thing", {"name": "a", "value": date(2026, 1, 2)})

    changing.configured(thing=entity(NAME, "value: boolean"))

    with pytest.raises(ApplyProblem, match="values of type date do not become boolean"):
        changing.apply()


def test_a_field_becomes_required_with_a_default_for_the_empty_ones(changing):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", {"name": "a", "size": 3}, {"name": "b"})

    changing.configured(thing=entity(NAME, "size: integer!"))
    with pytest.raises(ApplyProblem, match=r"must have a value  \(1 row: 2\)"):
        changing.apply()
    changing.configured(thing=entity(NAME, "size: {type: integer, required: true, default: 9}"))
    changing.apply()

    assert changing.rows("thing", "size") == [(3,), (9,)]


def test_a_field_that_need_not_be_given_any_more(changing):
    changing.configured(thing=entity(NAME, "size: integer!"))
    changing.create("thing", {"name": "a", "size": 3})

    changing.configured(thing=entity(NAME, "size: integer"))
    changing.apply()
    changing.create("thing", {"name": "b"})

    assert changing.rows("thing", "size") == [(3,), (None,)]


def test_a_new_unique_that_rows_break_is_refused_with_their_ids(changing):
    changing.configured(thing=entity(NAME))
    changing.create("thing", {"name": "a"}, {"name": "b"}, {"name": "a"})

    changing.configured(thing=entity("name: {type: text, required: true, unique: true}"))
    with pytest.raises(ApplyProblem, match=r"\(2 rows: 1, 3\)"):
        changing.apply()
    changing.configured(thing=entity(NAME))
    with changing.start() as panel, panel.records(SYSTEM) as records:
        records.update("thing", 3, {"name": "c"})
    changing.configured(thing=entity("name: {type: text, required: true, unique: true}"))
    changing.apply()

    with pytest.raises(RecordError):
        changing.create("thing", {"name": "b"})


def test_numbers_of_rows_are_never_given_out_twice(changing):
    changing.configured(thing=entity(NAME, "size: integer"))
    changing.create("thing", {"name": "a"}, {"name": "b"})
    with changing.start() as panel, panel.records(SYSTEM) as records:
        records.delete("thing", 2)

    changing.configured(thing=entity(NAME, "size: {type: integer, required: true, default: 1}"))
    changing.apply()

    assert changing.create("thing", {"name": "c", "size": 1}) == [3]


def test_what_only_grows_still_refuses_changes_after_its_table_was_made_anew(changing):
    traits = "traits: [append_only]\n"
    changing.configured(thing=entity(NAME, "size: integer", more=traits))
    changing.create("thing", {"name": "a", "size": 1})

    changing.configured(thing=entity(
        NAME, "size: {type: integer, required: true, default: 1}",
        "twice: {type: integer, backfill: size * 2}", more=traits,
    ))
    changing.apply()

    assert changing.rows("thing", "size", "twice") == [(1, 2)]
    for statement in ("UPDATE thing SET size = 2", "DELETE FROM thing"):
        with pytest.raises(Exception, match="only added"):
            changing.run(statement)


@pytest.mark.parametrize("by_hand", [
    'DROP INDEX "ix_thing_name_id"',
    "sqlite: DROP TRIGGER tr_thing_append_only_update|postgresql: "
    "ALTER TABLE thing DISABLE TRIGGER tr_thing_append_only_update",
])
def test_what_was_changed_by_hand_is_put_right(changing, by_hand):
    words = "traits: [append_only]\nviews: {staff: {columns: [name], sortable: [name]}}\n"
    changing.configured(thing=entity(NAME, more=words))
    changing.start().close()
    if "|" in by_hand:
        kinds = dict(each.split(": ", 1) for each in by_hand.split("|"))
        by_hand = kinds[changing.url.split(":")[0].split("+")[0]]
    changing.run(by_hand)

    assert len(changing.said()) == 1
    changing.apply()
