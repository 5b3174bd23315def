"""Searching text means the same on both databases, whatever signs and alphabets it holds."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, func, literal, select

from generator.columns import JSON_TEXT
from generator.folding import fold, letters
from generator.search import (
    all_texts,
    contains,
    contains_word,
    escape_like,
    in_locale,
    starts_with,
)

# NUL cannot be stored, halves of pairs are no characters.
CHARACTERS = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
ALPHABETS = "aAbB%_\\ż'\U0010ffffłŁóÓźŹéÉßẞæÆїЇіІоОѐσςΣΌ\u0301İıիԻ東"
TEXTS = st.text(CHARACTERS, max_size=8) | st.text(ALPHABETS, max_size=6)
ON_DATABASES = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(("text", "folded"), [
    ("ŁÓDŹ", "lodz"), ("Ołena", "olena"), ("ÉCOLE", "ecole"), ("Straße", "strasse"),
    ("STRASSE", "strasse"), ("Œuvre", "oeuvre"), ("Ærø", "aero"), ("Їжак", "іжак"),
    ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("σίσυφος", "σισυφοσ"), ("İstanbul", "istanbul"),
    ("o\u0301", "o"), ("Plain 50%_x", "plain 50%_x"), ("東京", "東京"), ("Đặng", "dang"),
])
def test_case_and_marks_are_folded(text, folded):
    assert fold(text) == folded


@given(TEXTS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS)
def test_folding_goes_sign_by_sign(text, more):
    assert fold(text + more) == fold(text) + fold(more)
    assert letters(text + more) == letters(text) + letters(more)


@ON_DATABASES
@given(TEXTS)
def test_the_databases_fold_as_python_does(connection, text):
    said = literal(text, Text())

    assert connection.execute(select(func.panel_fold(said))).scalar_one() == fold(text)
    if connection.dialect.name == "postgresql":
        assert connection.execute(select(func.panel_letters(said))).scalar_one() == letters(text)


def test_the_databases_fold_every_sign_as_python_does(connection):
    numbers = (*range(1, 0xD800), *range(0xE000, 0x11000), *range(0x1E900, 0x1E944))
    every = "".join(map(chr, numbers))

    said = connection.execute(select(func.panel_fold(literal(every, Text())))).scalar_one()

    assert said == fold(every)


@ON_DATABASES
@given(TEXTS, TEXTS)
@example("a%b", "A%")
@example("abc", "a_")
@example("a\\b", "a\\")
@example("\U0010ffff", "\U0010ffff")
@example("", "")
@example("Łódź", "lOD")
def test_the_start_of_a_text(connection, text, part):
    found = connection.execute(select(starts_with(literal(text, Text()), part))).scalar_one()

    expected = fold(text).startswith(fold(part))
    # The last character of all closes the range on SQLite, and nothing can stand behind it.
    at_the_end = fold(text).startswith(fold(part) + "\U0010ffff")
    assert bool(found) == expected or at_the_end


@ON_DATABASES
@given(TEXTS, TEXTS)
@example("x%y", "%")
@example("xay", "_")
@example("x\\y", "\\")
@example("w Łodzi", "ŁÓD")
def test_a_part_of_a_text(connection, text, part):
    found = connection.execute(select(contains(literal(text, Text()), part))).scalar_one()

    assert bool(found) == (fold(part) in fold(text))
    if connection.dialect.name == "postgresql":
        indexed = select(contains_word(literal(text, Text()), part))
        assert connection.execute(indexed).scalar_one() == found


def test_texts_of_other_languages_are_reached(connection):
    texts = literal({"pl": "Łódź", "pt_BR": "São"}, JSON_TEXT)

    def said(column):
        return connection.execute(select(column)).scalar_one()

    assert said(in_locale(texts, "pl")) == "Łódź"
    assert said(in_locale(texts, "pt_BR")) == "São"
    assert said(in_locale(texts, "uk")) is None
    assert sorted(said(all_texts(texts)).split("\n")) == ["São", "Łódź"]


def test_the_signs_of_like_are_escaped():
    assert escape_like("50%_a\\b") == "50\\%\\_a\\\\b"
