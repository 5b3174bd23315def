"""Amounts are exact: nothing is lost by adding, sharing or writing them down."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.values.money import CurrencyMismatch, Money

amounts = st.integers(-(10**17), 10**17).map(lambda micros: Money(micros, "EUR"))


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("12.50 EUR", 12_500_000), ("0.000001 EUR", 1), ("-3 EUR", -3_000_000), ("0 EUR", 0),
        ("999999999999.999999 EUR", 999_999_999_999_999_999), ("-0.10 EUR", -100_000),
    ],
)
def test_written_amount_is_read_exactly(text: str, micros: int) -> None:
    assert Money.parse(text) == Money(micros, "EUR")


@pytest.mark.parametrize(
    "text",
    ["12.50", "EUR 12.50", "12,50 EUR", "12.5000001 EUR", "1e3 EUR", ".5 EUR", "5. EUR", "12 eur",
     "12 EURO", "", "٣ EUR", "12.50 EUR\n"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an amount"):
        Money.parse(text)


@given(amounts)
def test_what_is_written_is_read_back(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Money(12_500_000, "EUR"), "12.50 EUR"), (Money(5_000_000, "JPY"), "5 JPY"),
     (Money(1_000, "EUR"), "0.001 EUR"), (Money(1_500_000, "KWD"), "1.500 KWD")],
)
def test_amount_shows_at_least_the_digits_of_its_currency(amount: Money, text: str) -> None:
    assert str(amount) == text


def test_two_currencies_do_not_add_up() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")

    for meet in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar):
        with pytest.raises(CurrencyMismatch, match="EUR and USD"):
            meet()
    assert euro != dollar


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005 EUR", "1.01 EUR"), ("-1.005 EUR", "-1.01 EUR"), ("1.004999 EUR", "1.00 EUR"),
     ("0.5 JPY", "1 JPY"), ("1.0005 KWD", "1.001 KWD")],
)
def test_documents_round_half_up_to_the_minor_digits(amount: str, rounded: str) -> None:
    assert str(Money.parse(amount).rounded()) == rounded


def test_product_is_rounded_once_to_the_micro() -> None:
    assert Money(1, "EUR").times(Decimal("0.5")) == Money(1, "EUR")
    assert Money(-1, "EUR").times(Decimal("0.5")) == Money(-1, "EUR")
    assert Money(10**17, "EUR").times(Decimal("1.000000000000000001")) == Money(10**17, "EUR")


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_always_sum_to_the_whole(amount: Money, weights: list[int]) -> None:
    parts = amount.allocate(weights)

    assert sum(part.micros for part in parts) == amount.micros
    assert all(part.micros == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


def test_amount_finer_than_a_micro_is_refused() -> None:
    assert Money.of(Decimal("12.5"), "EUR") == Money(12_500_000, "EUR")
    with pytest.raises(ValueError, match="six digits"):
        Money.of(Decimal("0.0000001"), "EUR")
