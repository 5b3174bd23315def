"""Titles as texts with fields in braces and parts in brackets."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.titles import TitleProblem, is_pattern, joined, parse_title


def test_fields_are_known_with_their_places():
    title = parse_title("{code} - {name}[ ({country.name})]")

    assert [(field.path, field.offset) for field in title.fields] == [
        ("code", 1), ("name", 10), ("country.name", 19),
    ]


def test_a_field_that_stands_twice_is_one():
    assert parse_title("[{company} ({first})|{first}]").paths == ("company", "first")


def test_a_list_of_paths_is_a_title_too():
    assert joined(("first", "last")).paths == ("first", "last")


def test_a_sign_written_twice_is_meant_itself():
    assert parse_title("{{{name}}} || x").sequence[0] == "{"
    assert "".join(part for part in parse_title("{{{name}}}||x").sequence[2:]) == "}|x"


def test_a_title_can_be_kept_in_the_compiled_cache():
    title = parse_title("[{a} ({b}[ {c}])|{b}]")

    assert pickle.loads(pickle.dumps(title)) == title


@pytest.mark.parametrize(("text", "offset", "what"), [
    ("{name", 0, "the brace is not closed"),
    ("{name}}", 6, "no brace is open here"),
    ("{name}[ x", 6, "the bracket is not closed"),
    ("{name}]", 6, "no bracket is open here"),
    ("{name}[ x]", 7, "the part names no field itself"),
    ("[{name}|]", 8, "the part names no field itself"),
    ("{name}|x", 6, "alternatives stand in brackets"),
    ("{Name}", 0, "expected a field in braces, got '{Name}'"),
    ("{}", 0, "expected a field in braces, got '{}'"),
    ("||", 0, "the title names no field"),
    ("[[[[[{a}]{a}]{a}]{a}]{a}]", 4, "brackets stand more than 4 deep"),
])
def test_what_cannot_be_read_is_said_at_its_place(text, offset, what):
    with pytest.raises(TitleProblem) as caught:
        parse_title(text)

    assert (caught.value.offset, caught.value.what) == (offset, what)


@given(st.text("{}[]|a. ", max_size=20))
def test_any_text_is_a_title_or_has_a_problem_inside_it(text):
    try:
        title = parse_title(text)
    except TitleProblem as problem:
        offset = problem.offset
    else:
        offset = 0
        assert title.paths
        assert is_pattern(text)

    assert 0 <= offset <= len(text)
