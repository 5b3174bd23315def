"""Rates are millionths and never drift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.values.money import Money
from config.values.rate import Rate


@pytest.mark.parametrize(
    ("text", "millionths"),
    [("23 %", 230_000), ("9.975 %", 99_750), ("0 %", 0), ("-5 %", -50_000), ("0.0001 %", 1)],
)
def test_written_rate_is_read_exactly(text: str, millionths: int) -> None:
    assert Rate.parse(text) == Rate(millionths)
    assert str(Rate(millionths)) == text


@pytest.mark.parametrize("text", ["23", "0.23", "23 percent", "23,5 %", "0.00001 %", "", "%"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a rate"):
        Rate.parse(text)


@given(st.integers(-(10**10) + 1, 10**10 - 1))
def test_what_is_written_is_read_back(millionths: int) -> None:
    assert Rate.parse(str(Rate(millionths))) == Rate(millionths)


def test_share_of_an_amount_is_exact_to_the_micro() -> None:
    assert Rate.parse("9.975 %").of(Money.parse("100.00 CAD")) == Money.parse("9.975 CAD")
