"""What the log keeps as words of the program is said in the reader's language."""

import pytest

from runtime.pages.log_words import worded_value
from runtime.texts.languages import Languages

POLISH = Languages().of("pl")


@pytest.mark.parametrize(("name", "value", "row", "said"), [
    ("action", "load", {}, "Wczytano"),
    ("action", "login", {}, "Zalogowano"),
    ("action", "suspend_by_hand", {}, "suspend_by_hand"),
    ("actor_name", "sample data", {"actor_kind": "system"}, "Dane przykładowe"),
    ("actor_name", "sample data", {"actor_kind": "user"}, "sample data"),
    ("actor_name", "Anna Nowak", {"actor_kind": "staff"}, "Anna Nowak"),
    ("reason", "loaded from sample data", {"action": "load"}, "Wczytano z danych przykładowych"),
    ("reason", "loaded from sample data", {"action": "move"}, "loaded from sample data"),
    ("reason", "Not paid", {"action": "move"}, "Not paid"),
])
def test_words_of_the_program_in_the_log_are_translated(name, value, row, said):
    assert worded_value(name, value, row, POLISH) == said
