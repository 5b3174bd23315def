"""Labels derive from their key, or say themselves."""

import pytest

from config.labels import derived, text


@pytest.mark.parametrize(
    ("key", "said"),
    [("due_date", "Due date"), ("ip_address", "IP address"), ("vat", "VAT"), ("a", "A"),
     ("dns_zone", "DNS zone"), ("x__y", "X y")],
)
def test_key_reads_like_words(key: str, said: str) -> None:
    assert derived(key) == said


def test_label_falls_back_from_region_to_language_to_any() -> None:
    assert text({"pl": "Faktura", "en": "Invoice"}, "invoice", "pl_PL") == "Faktura"
    assert text({"pl": "Faktura", "en": "Invoice"}, "invoice", "fr") == "Invoice"
    assert text({"pl": "Faktura"}, "invoice", "fr") == "Faktura"
    assert text({"": "Bill"}, "invoice", "pl") == "Bill"
    assert text(None, "invoice_line", "pl") == "Invoice line"
