"""A rule that came, or became stricter, after the rows: none is locked, none is lost from sight."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from runtime.actors import SYSTEM
from runtime.records import ListQuery
from runtime.records.errors import ValidationFailed

FIELDS = (
    "name: {type: text, max: 40}", "note: text", "tries: integer", "closed: boolean",
    "at: {type: choice, of: {a: A, b: B}, default: a}",
)
TRIES = 'rules: {few: {check: "tries == null or tries < 5", on: tries, say: At most four tries}}\n'


def thing(*fields: str, more: str = "") -> str:
    return ("entity: thing\ntraits: [audited, versioned]\nfields:\n"
            + "".join(f"  {each}\n" for each in fields) + more)


def with_changed(name: str) -> tuple[str, ...]:
    return tuple(name if each.split(":")[0] == name.split(":")[0] else each for each in FIELDS)


def tightened(changing, rows, **files):
    """Make rows under the old configuration, then start with the new one."""
    changing.configured(thing=thing(*FIELDS))
    ids = changing.create("thing", *rows)
    changing.configured(**files)
    if changing.said():
        changing.apply()
    return ids


def broken(panel, view="breaks_rules"):
    with panel.reading(SYSTEM) as records:
        return {row.id for row in records.list("thing", ListQuery(view=view, size=100)).rows}


def saved(changing):
    with changing.start() as panel, panel.engine.connect() as connection:
        found = connection.execute(text("SELECT entity, name, shared, staff_id FROM saved_view"))
        return [tuple(row) for row in found]


def test_a_row_that_breaks_a_stricter_rule_is_changed_in_its_other_fields(changing):
    bad, good = tightened(changing, [{"tries": 9}, {"tries": 1}], thing=thing(*FIELDS, more=TRIES))

    with changing.start() as panel:
        with panel.records(SYSTEM) as records:
            assert records.get("thing", bad)["tries"] == 9
            records.update("thing", bad, {"note": "seen", "tries": 9})
            assert records.get("thing", bad)["note"] == "seen"
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed, match="four tries"):
            records.update("thing", bad, {"tries": 8})
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed, match="four tries"):
            records.update("thing", good, {"tries": 5})
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed, match="four tries"):
            records.create("thing", {"tries": 5})
        with panel.records(SYSTEM) as records:
            records.update("thing", bad, {"tries": 4})
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed, match="four tries"):
            records.update("thing", bad, {"tries": 9})


def test_many_rows_at_once_are_changed_in_their_other_fields(changing):
    ids = tightened(changing, [{"tries": 9}, {"tries": 1}, {"tries": 7}],
                    thing=thing(*FIELDS, more=TRIES))

    with changing.start() as panel, panel.records(SYSTEM) as records:
        done = records.bulk("thing", ids, "edit", values={"note": "all"})
        assert (set(done.done), dict(done.refused)) == (set(ids), {})
        done = records.bulk("thing", ids, "edit", values={"tries": 6})
        assert set(done.refused) == set(ids)


def test_such_rows_are_a_saved_view_until_they_are_mended(changing):
    bad, _, worse = tightened(changing, [{"tries": 9}, {"tries": 1}, {"tries": 5}],
                              thing=thing(*FIELDS, more=TRIES))
    assert saved(changing) == [("thing", "Breaks a rule", True, None)]
    with changing.start() as panel:
        assert broken(panel) == {bad, worse}
        with panel.records(SYSTEM) as records:
            records.update("thing", bad, {"tries": 1})
    assert len(saved(changing)) == 1
    with changing.start() as panel:
        assert broken(panel) == {worse}
        with panel.records(SYSTEM) as records:
            records.update("thing", worse, {"tries": None})
    assert saved(changing) == []


def test_without_such_rows_there_is_no_view(changing):
    tightened(changing, [{"tries": 1}], thing=thing(*FIELDS, more=TRIES))
    assert saved(changing) == []


def test_a_view_of_the_configuration_takes_the_place_of_ours(changing):
    more = TRIES + "views: {to_mend: {breaks_rules: yes, label: To mend, count: yes}}\n"
    bad, _ = tightened(changing, [{"tries": 9}, {"tries": 1}], thing=thing(*FIELDS, more=more))

    assert saved(changing) == [("thing", "To mend", True, None)]
    with changing.start() as panel:
        assert broken(panel, "to_mend") == {bad}
        assert "breaks_rules" not in panel.generated.entities["thing"].views


def test_a_field_needed_from_now_on_may_stay_empty_while_others_change(changing):
    fields = with_changed("note: {type: text, require_when: closed}")
    closed, _ = tightened(changing, [{"closed": True}, {"closed": False}], thing=thing(*fields))

    with changing.start() as panel:
        assert broken(panel) == {closed}
        with panel.records(SYSTEM) as records:
            records.update("thing", closed, {"name": "still", "note": None})
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed):
            records.update("thing", 2, {"closed": True})
        with panel.records(SYSTEM) as records:
            records.update("thing", closed, {"note": "why"})
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed):
            records.update("thing", closed, {"note": None})


@pytest.mark.parametrize(("field", "bad", "good"), [
    ("tries: {type: integer, max: 4}", 9, 4), ("tries: {type: integer, min: 2}", 1, 2),
])
def test_values_beyond_a_narrower_limit_stay_and_are_listed(changing, field, bad, good):
    first, _ = tightened(changing, [{"tries": bad}, {"tries": good}],
                         thing=thing(*with_changed(field)))

    with changing.start() as panel:
        assert broken(panel) == {first}
        with panel.records(SYSTEM) as records:
            assert records.update("thing", first, {"note": "x", "tries": bad})["tries"] == bad
            said = records.broken_rules(records.get("thing", first))
            assert [name for name, _ in said] == ["tries"]
            assert records.broken_rules(records.get("thing", 2)) == []


def test_a_rule_about_the_change_is_asked_at_every_change(changing):
    more = 'rules: {stays: {check: "old.closed == null or not old.closed", say: It is closed}}\n'
    closed, _ = tightened(changing, [{"closed": True}, {"closed": False}],
                          thing=thing(*FIELDS, more=more))

    with changing.start() as panel:
        assert broken(panel) == set()
        with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed, match="is closed"):
            records.update("thing", closed, {"note": "late"})


ALL = "x: {check: \"note == null or note != '-'\", say: No}"


def other(rule: str) -> str:
    return f'entity: other\nfields: {{thing: ->thing!, note: text}}\nrules: {{{rule}}}\n'


@pytest.mark.parametrize("enforce", ["", ", enforce: touched"])
def test_a_rule_that_looks_through_a_link_is_asked_as_it_says(changing, enforce):
    rule = 'open: {check: "not thing.closed", say: It is closed' + enforce + "}"
    changing.configured(thing=thing(*FIELDS), other=other(ALL))
    changing.create("thing", {"closed": True})
    changing.create("other", {"thing": 1})
    changing.configured(thing=thing(*FIELDS), other=other(rule))

    with changing.start() as panel:
        with panel.reading(SYSTEM) as records:
            listed = records.list("other", ListQuery(view="breaks_rules")).rows
        assert len(listed) == (1 if enforce else 0)
        with panel.records(SYSTEM) as records:
            if enforce:
                records.update("other", 1, {"note": "fine"})
            else:
                with pytest.raises(ValidationFailed, match="is closed"):
                    records.update("other", 1, {"note": "no"})


LIMITS = "rules: {few: {check: \"tries == null or at == 'a' or tries < 5\", say: Few}}\n"
STRICT = (
    "name: {type: text, max: 40, min: 3}", "note: {type: text, require_when: closed}",
    "tries: {type: integer, min: -2, max: 8}", "closed: boolean",
    "at: {type: choice, of: {a: A, b: B}, default: a}",
)


def test_the_list_and_the_form_say_the_same_of_every_row(changing):
    texts, numbers = st.sampled_from([None, "a", "ab", "abc", "Łódź"]), st.integers(-4, 10)

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.fixed_dictionaries({
        "name": texts, "note": texts, "tries": st.none() | numbers,
        "closed": st.booleans(), "at": st.sampled_from(["a", "b"]),
    }), min_size=15, max_size=40))
    def says_the_same(rows):
        one_more = [*rows, {"name": "ab"}]
        ids = set(tightened(changing, one_more, thing=thing(*STRICT, more=LIMITS)))
        with changing.start() as panel:
            with panel.reading(SYSTEM) as records:
                by_form = {id_ for id_ in ids if records.broken_rules(records.get("thing", id_))}
            assert broken(panel) & ids == by_form
            assert max(ids) in by_form
        with changing.start() as panel, panel.records(SYSTEM) as records:
            for id_ in ids:
                records.delete("thing", id_)

    says_the_same()
