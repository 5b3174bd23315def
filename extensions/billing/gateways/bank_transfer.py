"""Bank transfer: the client reads where to pay; staff record the payment when it has arrived."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from extensions.billing.gateways.base import PaymentRequest

PLACEHOLDERS = ("AMOUNT", "CURRENCY", "DOCUMENT_NUMBER")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BankTransferSettings(BaseModel):
    """The settings form of the gateway."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instructions: str = Field(
        min_length=1,
        max_length=4000,
        description="Shown to the client, with {AMOUNT}, {CURRENCY}, {DOCUMENT_NUMBER} filled in",
    )

    @field_validator("instructions")
    @classmethod
    def only_known_placeholders(cls, text: str) -> str:
        """Refuse a misspelt placeholder now: a client would read it as it stands."""
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
                raise ValueError(f"unknown placeholder {{{name}}}; known are {known}")
        return text


class BankTransfer:
    """A gateway without an outside service."""

    def __init__(self, settings: BankTransferSettings) -> None:
        self._text = settings.instructions

    def instructions(self, request: PaymentRequest) -> str:
        values = {
            "AMOUNT": _written(request.amount.micros),
            "CURRENCY": request.amount.currency,
            "DOCUMENT_NUMBER": request.document_number,
        }
        # One pass: a document number that looks like a placeholder stays as it is.
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self._text)


def _written(micros: int) -> str:
    """Return an amount as banks want it typed: a point, two digits, more only where they count."""
    exact = Decimal(micros).scaleb(-6)
    rounded = exact.quantize(Decimal("0.01"))
    return f"{rounded if rounded == exact else exact.normalize():f}"
