import pytest
from pydantic import ValidationError

from config.values.money import Money
from extensions.billing.gateways.bank_transfer import BankTransfer, BankTransferSettings
from extensions.billing.gateways.base import PaymentRequest


def gateway(text):
    return BankTransfer(BankTransferSettings(instructions=text))


def test_amount_currency_and_number_are_filled_in():
    text = "Pay {AMOUNT} {CURRENCY}, reference {DOCUMENT_NUMBER}."

    shown = gateway(text).instructions(PaymentRequest(Money(12_500_000, "EUR"), "PRO-7"))

    assert shown == "Pay 12.50 EUR, reference PRO-7."


@pytest.mark.parametrize(
    ("micros", "written"),
    [(0, "0.00"), (1_000_000, "1.00"), (1_234_560_000, "1234.56"), (104_200, "0.1042"),
     (100_000_000_000, "100000.00"), (1, "0.000001")],
)
def test_amounts_are_exact_and_plain(micros, written):
    request = PaymentRequest(Money(micros, "USD"), "X")

    assert gateway("{AMOUNT}").instructions(request) == written


def test_a_misspelt_placeholder_is_refused_and_the_known_ones_are_named():
    with pytest.raises(ValidationError, match=r"unknown placeholder \{AMOUT\}; known are"):
        BankTransferSettings(instructions="Pay {AMOUT}")


def test_a_document_number_is_never_read_as_a_placeholder():
    request = PaymentRequest(Money(0, "EUR"), "{AMOUNT}")

    assert gateway("{DOCUMENT_NUMBER}").instructions(request) == "{AMOUNT}"
