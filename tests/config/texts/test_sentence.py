"""Sentences are English text until a reader is known."""

import copy
import pickle

import pytest

from config.texts.sentence import (
    ENGLISH,
    Named,
    Sentence,
    Wording,
    filled,
    placeholders,
    worded,
)


class Polish:
    """A translator that knows what these tests say."""

    locale = "pl"

    texts = {
        "Enter {min} or more.": "Wpisz co najmniej {min}.",
        "It is {state} now.": "Teraz stan to {state}.",
        "open": "otwarte",
    }

    def __call__(self, text):
        return self.texts.get(text, text)

    def label(self, text):
        return {"Due date": "Termin"}.get(text, text)

    def plural(self, one, many, count):
        form = 0 if count == 1 else 1 if count % 10 in (2, 3, 4) and count % 100 // 10 != 1 else 2
        return ("{count} wiersz", "{count} wiersze", "{count} wierszy")[form]


def test_a_sentence_is_its_english_text():
    assert Sentence("Enter {min} or more.", min=3) == "Enter 3 or more."


def test_it_is_said_in_another_language_with_its_values():
    assert worded(Sentence("Enter {min} or more.", min=3), Polish()) == "Wpisz co najmniej 3."


def test_a_value_that_is_a_sentence_is_said_too():
    said = Sentence("It is {state} now.", state=Sentence("open"))

    assert (str(said), said.said(Polish())) == ("It is open now.", "Teraz stan to otwarte.")


def test_a_counted_sentence_takes_the_form_of_its_number():
    said = [
        Sentence.counted("{count} row", "{count} rows", count=count) for count in (1, 3, 5, 12, 22)
    ]

    assert [str(one) for one in said] == ["1 row", "3 rows", "5 rows", "12 rows", "22 rows"]
    assert [one.said(Polish()) for one in said] == [
        "1 wiersz", "3 wiersze", "5 wierszy", "12 wierszy", "22 wiersze",
    ]


def test_braces_in_a_value_stay_as_they_are():
    said = Sentence("Enter {min} or more.", min="{x}")

    assert said.said(ENGLISH) == "Enter {x} or more."


def test_other_text_is_left_alone():
    assert worded("open", Polish()) == "open"


def test_a_sentence_survives_a_copy_and_a_pickle():
    said = Sentence.counted("{count} row", "{count} rows", count=5)

    for kept in (copy.copy(said), pickle.loads(pickle.dumps(said))):
        assert kept.said(Polish()) == "5 wierszy"


def test_names_in_braces_are_found():
    assert placeholders("{a} of {b}") == {"a", "b"}


@pytest.mark.parametrize("text", [
    "{name:d}", "{name:{name}}", "{name:>999999999}", "{name!r}", "{name.b}", "{name[0]}", "{",
    "}", "{}", "{0}", "{other}",
])
def test_wording_never_fails_and_formats_nothing(text):
    said = Wording(text).format(name="x" * 5)

    assert len(said) < 40
    assert filled(text, {"name": "x" * 5}) == said


def test_doubled_braces_stand_for_themselves():
    assert filled("{{{name}}} {{name}}", {"name": "a"}) == "{a} {name}"
    assert placeholders("{{{name}}} {{x}}") == {"name"}


def test_a_name_of_the_configuration_is_its_label_in_the_readers_language():
    state = Named({"": "Status", "pl": "Stan"}, "state")
    said = Sentence("It is {state} now.", state=state)

    assert (str(said), said.said(Polish())) == ("It is Status now.", "Teraz stan to Stan.")
    assert Named(None, "due_date").said(Polish()) == "Termin"
    for kept in (copy.copy(state), pickle.loads(pickle.dumps(state))):
        assert kept.said(Polish()) == "Stan"
