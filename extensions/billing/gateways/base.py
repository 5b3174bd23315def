"""What every payment gateway gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from config.values.money import Money


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What a client is asked to pay: the amount due of one document."""

    amount: Money
    document_number: str


class PaymentGateway(Protocol):
    """One configured gateway of a home company."""

    def instructions(self, request: PaymentRequest) -> str:
        """Return what the client reads on the payment page, as plain text."""
