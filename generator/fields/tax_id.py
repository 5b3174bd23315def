"""Numbers under which the tax offices know companies: what can be checked without asking them.

A number with the prefix of the European Union's VAT (and of the United Kingdom's) has the form
of its country and right check digits; the forms are those that the Commission publishes for
VIES. Numbers of other countries have no common form: letters and digits, mostly digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, FormatContext

LENGTH_MAX = 40
# Prefix → how the number is written: 9 is a digit, X a letter or digit.
FORMS: Mapping[str, str] = {
    "AT": "ATU99999999", "BE": "BE0999999999", "BG": "BG999999999", "CY": "CY99999999X",
    "CZ": "CZ99999999", "DE": "DE999999999", "DK": "DK99999999", "EE": "EE999999999",
    "EL": "EL999999999", "ES": "ESX9999999X", "FI": "FI99999999", "FR": "FRXX999999999",
    "GB": "GB999999999", "HR": "HR99999999999", "HU": "HU99999999", "IE": "IE9999999X",
    "IT": "IT99999999999", "LT": "LT999999999", "LU": "LU99999999", "LV": "LV99999999999",
    "MT": "MT99999999", "NL": "NL999999999B99", "PL": "PL9999999999", "PT": "PT999999999",
    "RO": "RO999999999", "SE": "SE999999999901", "SI": "SI99999999", "SK": "SK9999999999",
    "XI": "XI999999999",
}
_SEPARATORS = re.compile(r"[ .\-/]+")
_ELSEWHERE = re.compile(r"[A-Z0-9][A-Z0-9 .\-/]{3,38}[A-Z0-9]", re.ASCII)
# Mexican numbers begin with letters of a name, which may look like a prefix.
_MEXICAN = re.compile(r"[A-Z]{3,4}\d{6}[A-Z0-9]{3}", re.ASCII)
_DIGITS_MIN = 5


class TaxIdType(FieldType):
    name = "tax_id"
    operators = filters.TEXTUAL

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return settled(text)

    def validate(self, field: BoundField, value: str) -> None:
        if settled(value) != value:
            raise FieldProblem("Write the tax ID in capital letters, without spaces around it.")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        return html.EMPTY if value is None else html.span(value, "cell-mono")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "maxLength": LENGTH_MAX, "pattern": "^[A-Z0-9][A-Z0-9 ./-]+$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control, self.shown(field, control, context), autocomplete="off", spellcheck="false",
            autocapitalize="characters", maxlength=LENGTH_MAX + 10,
        )

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        """Take a part of a number as it is typed."""
        if not text.strip():
            raise FieldProblem("Enter a value.")
        return text.strip().upper()


def settled(text: str) -> str:
    """Return a tax ID in its one form. Raises FieldProblem for what cannot be one."""
    text = " ".join(text.upper().split())
    bare = _SEPARATORS.sub("", text)
    if bare[:2] in FORMS and not _MEXICAN.fullmatch(bare):
        return _european(bare)
    digits = sum(sign in "0123456789" for sign in text)
    if digits < _DIGITS_MIN or not _ELSEWHERE.fullmatch(text):
        raise FieldProblem(
            "Enter a tax ID: at least {count} digits, and inside the EU the country before them, "
            "such as PL5260250274.",
            count=_DIGITS_MIN,
        )
    return text


def _european(bare: str) -> str:
    from stdnum.eu import vat
    from stdnum.exceptions import InvalidChecksum, ValidationError
    from stdnum.gb import vat as british

    prefix = bare[:2]
    try:
        if prefix == "GB":
            return f"GB{british.validate(bare)}"
        return str(vat.validate(bare))
    except InvalidChecksum:
        raise FieldProblem("This tax ID of {prefix} has a wrong digit.", prefix=prefix) from None
    except ValidationError:
        raise FieldProblem(
            "A tax ID that begins with {prefix} is written {form}, with 9 for any digit and X for "
            "a letter or digit.",
            prefix=prefix, form=FORMS[prefix],
        ) from None
