"""Control characters are refused in every text, whichever file it stands in."""

from collections.abc import Callable, Mapping

import pytest

from config.characters import control_line, control_problem
from config.errors import Problem

Problems = Callable[[Mapping[str, str]], list[Problem]]
NUL = "the text holds the control character U+0000"


@pytest.mark.parametrize("text", ["", "a", "a\nb\tc\r\nd", "żółw 😀", "a\u00a0b\u2028c", "\u202ea"])
def test_text_that_people_write_is_all_right(text: str) -> None:
    assert control_problem(text) is None


@pytest.mark.parametrize("letter", ["\0", "\a", "\b", "\x1b", "\x7f", "\x80", "\x85", "\r"])
def test_control_character_is_found(letter: str) -> None:
    assert control_problem(f"a\n{letter}b") == (
        f"the text holds the control character U+{ord(letter):04X}"
    )
    assert control_line(f"a\r\n{letter}b") == 2


def test_default_of_a_text_with_a_control_character_never_reaches_a_form(
    problems: Problems,
) -> None:
    found = problems({"part.yaml": 'entity: part\nfields:\n'
                                   '  a: {type: text, default: "x\\0y", label: "b\\0c"}\n'})

    assert [(str(each.position), each.what) for each in found] == [
        ("own/part.yaml:3:28", NUL), ("own/part.yaml:3:43", NUL),
    ]


def test_value_of_a_row_with_a_control_character_is_refused(problems: Problems) -> None:
    found = problems({
        "rows.yaml": "rows: client\nkey: name\nfile: clients.csv\n",
        "clients.csv": "name,currency\nA,EUR\nB\x07,EUR\n",
    })

    assert [(str(each.position), each.code) for each in found] == [
        ("own/clients.csv:3:1", "bad-row-value")
    ]


def test_body_of_a_message_with_a_control_character_is_refused(problems: Problems) -> None:
    found = problems({
        "hello.yaml": "message: hello\ncategory: news\nsubject: Hello\nbody: hello.{locale}.md\n",
        "hello.en.md": "Hello\nyou\x0b\n",
    })

    assert [(str(each.position), each.code) for each in found] == [
        ("own/hello.en.md:2:1", "control-character")
    ]


def test_translation_with_a_control_character_is_refused(problems: Problems) -> None:
    found = problems({"locales/pl.po": 'msgid "Name"\nmsgstr "Na\x01zwa"\n'})

    assert [(str(each.position), each.code) for each in found] == [
        ("own/locales/pl.po:2:1", "bad-catalogue")
    ]
