"""Values that are taken in at a glance."""

from datetime import UTC, datetime, timedelta

import pytest

from generator.fields.glance import flag_of, time_left

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("left", "locale", "said"), [
    (timedelta(hours=5), "en", "in 5 hours"),
    (timedelta(hours=47), "en", "in 47 hours"),
    (timedelta(days=3), "en", "in 3 days"),
    (timedelta(hours=-5), "en", "5 hours ago"),
    (timedelta(days=3), "pl", "za 3 dni"),
])
def test_a_countdown_says_the_time_until_then_in_words(left: timedelta, locale: str, said: str):
    assert time_left(NOW + left, NOW, locale) == said


def test_a_flag_is_the_code_in_regional_letters():
    assert flag_of("PL") == "\U0001f1f5\U0001f1f1"
