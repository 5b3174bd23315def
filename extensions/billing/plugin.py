"""What the billing extension gives to the panel; nothing but delegation."""

from __future__ import annotations

from extensions.billing.gateways.bank_transfer import BankTransfer, BankTransferSettings
from runtime.api import Driver, hookimpl


@hookimpl
def register_drivers():
    return [
        Driver(
            kind="payment_gateway",
            name="bank_transfer",
            label={"en": "Bank transfer", "pl": "Przelew bankowy", "uk": "Банківський переказ",
                   "fr": "Virement bancaire"},
            settings=BankTransferSettings,
            build=BankTransfer,
        )
    ]
