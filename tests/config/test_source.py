"""A YAML file is read as it was written, with the place of everything."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.source import Source, read_text


def source(text: str) -> Source:
    found, problems = read_text(text.encode(), "part.yaml")
    assert problems == []
    assert found is not None
    return found


def codes(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    found, problems = read_text(content, "part.yaml")
    assert (found is None) == bool(problems)
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    "scalar", ["NO", "no", "on", "12:30", "007", "1.10", "0x1F", "1_000", "2025-01-31", "1e3", "y",
               ".inf", "0o17", "true", "=", "+1"]
)
def test_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert source(f"entity: part\nvalue: {scalar}\n").data["value"] == scalar


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_plain_nothing_is_nothing(nothing: str) -> None:
    assert source(f"entity: part\nvalue: {nothing}\n").data["value"] is None


@pytest.mark.parametrize("text", ['"null"', "'~'", "''", '""'])
def test_quoted_nothing_is_a_text(text: str) -> None:
    assert source(f"entity: part\nvalue: {text}\n").data["value"] == text[1:-1]


def test_keys_and_values_have_places_counted_from_one() -> None:
    found = source("entity: part\nfields:\n  name: {type: text}\n  tags: [a, 'ł b']\n")

    assert str(found.key(("fields", "name"))) == "part.yaml:3:3"
    assert str(found.value(("fields", "name"))) == "part.yaml:3:9"
    assert str(found.value(("fields", "name", "type"))) == "part.yaml:3:16"
    assert str(found.value(("fields", "tags", 1))) == "part.yaml:4:13"


def test_absent_path_is_placed_at_what_is_above_it() -> None:
    found = source("entity: part\nfields:\n  name: {type: text}\n")

    assert str(found.value(("fields", "name", "max"))) == "part.yaml:3:3"
    assert str(found.value(("views", "staff"))) == "part.yaml:1:1"


@pytest.mark.parametrize(
    ("written", "offset", "place"),
    [
        ("where: abc == d", 7, "2:15"),
        ("where: 'it''s d'", 5, "2:15"),
        ('where: "a\\tb\\u0041c d"', 4, "2:19"),
        ("where: >-\n  abc ==\n  d", 7, "4:3"),
        ("where: |\n  abc\n  def", 5, "4:4"),
        ("where: abc\n  def", 4, "3:3"),
    ],
)
def test_place_inside_a_text_follows_its_quotes_and_lines(
    written: str, offset: int, place: str
) -> None:
    found = source(f"entity: part\n{written}\n")

    assert str(found.inside(("where",), offset)) == f"part.yaml:{place}"


def test_mark_at_the_start_of_the_file_is_no_character() -> None:
    found, problems = read_text("\ufeffentity: part\nfields: {}\n".encode(), "part.yaml")

    assert problems == []
    assert found is not None
    assert str(found.key(("entity",))) == "part.yaml:1:1"


def test_all_refused_things_of_one_file_come_out_together() -> None:
    text = "entity: part\na: &x 1\na: 2\nb: *x\nc: !!int 3\nd: {<<: 4}\n"

    assert codes(text) == ["anchor", "duplicate-key", "alias", "tag", "merge-key"]


def test_keys_below_a_duplicate_are_no_duplicates() -> None:
    assert codes("entity: part\na: {x: 1}\na: {x: 2}\n") == ["duplicate-key"]


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "{" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000, "a: " + "[" * 500,
     "'" * 20_000, "&" * 20_000, "!" * 20_000, "\n" * 900_000, " " * 900_000 + "a", "#" * 999_999,
     "a: |\n" + " x\n" * 200_000, "x" * 999_999],
)
def test_hostile_text_is_answered_at_once(text: str) -> None:
    start = time.process_time()

    found, problems = read_text(text.encode(), "part.yaml")

    assert (found is None) == bool(problems)
    assert sum(len(str(problem)) for problem in problems) < 1000
    assert time.process_time() - start < 1


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(content: bytes) -> None:
    found, problems = read_text(content, "part.yaml")

    assert (found is None) == bool(problems)


@given(st.text(alphabet="abc:-[]{}'\"|>&*!%@#,? \n~<.", max_size=80))
def test_no_yaml_ends_in_a_traceback(text: str) -> None:
    found, problems = read_text(f"entity: part\n{text}".encode(), "part.yaml")

    assert (found is None) == bool(problems)
    lines = f"entity: part\n{text}".count("\n") + 1
    assert all(1 <= problem.position.line <= lines + 1 for problem in problems)


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\e", "\\x1f", "\\x7f", "\\N", "\\r"])
def test_control_character_is_refused_wherever_it_stands(escape: str) -> None:
    for text in (f'entity: part\nvalue: "a{escape}b"\n', f'entity: part\n"a{escape}b": c\n',
                 f'entity: part\nlist: ["a{escape}b"]\n'):
        assert codes(text) == ["control-character"]


@pytest.mark.parametrize("end", ["\r", "\x85", "\u2028", "\u2029"])
def test_line_end_that_editors_do_not_count_is_refused_at_its_place(end: str) -> None:
    text = f"role: x\nlabel: y\n{end}amples:\n  looks: {{can: a.see, cannot"

    _, problems = read_text(text.encode(), "part.yaml")

    assert [(each.code, each.position.line, each.position.column) for each in problems] == [
        ("control-character", 3, 1)
    ]


@pytest.mark.parametrize("filler", ["\t\n", "\r", "\u2028"])
def test_file_full_of_wrong_characters_is_answered_at_once(filler: str) -> None:
    content = (filler * (999_000 // len(filler.encode()))).encode()
    started = time.process_time()

    _, problems = read_text(content, "part.yaml")

    assert time.process_time() - started < 1
    assert len(problems) == 1_000


def test_line_ends_and_tabs_in_a_text_are_kept() -> None:
    assert source('entity: part\nvalue: "a\\tb\\nc"\n').data["value"] == "a\tb\nc"


def test_half_of_a_surrogate_pair_is_no_unclosed_quote() -> None:
    _, problems = read_text(b'entity: part\nlabel: "\\uD800"\n', "part.yaml")

    assert [problem.what for problem in problems] == ["found invalid Unicode character escape code"]
