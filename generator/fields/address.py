"""Ways to reach someone: e-mail addresses, web addresses and telephone numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, FormatContext
from generator.fields.network import ascii_domain, unicode_domain

EMAIL_LENGTH_MAX = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
URL_LENGTH_MAX = 2000
# The unquoted local part of RFC 5322 section 3.2.3, with the letters of RFC 6531.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*\Z")
_SCHEMES = ("http", "https")


class EmailType(FieldType):
    """An address in one spelling: small letters, the domain in its ASCII form."""

    name = "email"
    operators = filters.TEXTUAL

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(EMAIL_LENGTH_MAX)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return folded_email(text)

    def validate(self, field: BoundField, value: str) -> None:
        if folded_email(value) != value:
            raise FieldProblem("Enter an e-mail address, such as name@example.com.")

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        local, _, domain = value.rpartition("@")
        return f"{local}@{unicode_domain(domain)}"

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return html.link(self.format(field, value, context), f"mailto:{value}")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": EMAIL_LENGTH_MAX}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.shown(field, control, context)
        # Browsers refuse letters outside ASCII in a control of type email; we do not.
        return html.text_input(
            control, shown, inputmode="email", autocomplete="email", spellcheck="false",
            autocapitalize="none", maxlength=EMAIL_LENGTH_MAX,
        )

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        # "starts with" gets a part of an address, so it is folded but not checked.
        if not text.strip():
            raise FieldProblem("Enter a value.")
        return text.strip().lower()


def folded_email(text: str) -> str:
    """Return the one spelling of an e-mail address. Raises FieldProblem."""
    local, at, domain = text.strip().rpartition("@")
    wrong = FieldProblem("Enter an e-mail address, such as name@example.com.")
    if not at or not _LOCAL.match(local) or len(local) > 64:
        raise wrong
    try:
        folded = f"{local.lower()}@{ascii_domain(domain)}"
    except FieldProblem:
        raise wrong from None
    if "." not in domain or len(folded) > EMAIL_LENGTH_MAX:
        raise wrong
    return folded


class UrlType(FieldType):
    """A web address of http or https, without name and password in it."""

    name = "url"
    operators = filters.TEXTUAL

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        # People write the name of a site; the scheme is ours to add.
        if "://" not in text and re.match(r"[\w-]+(\.[\w-]+)+([/?#:]|\Z)", text):
            text = f"https://{text}"
        self.validate(field, text)
        return text

    def validate(self, field: BoundField, value: str) -> None:
        wrong = FieldProblem("Enter a web address, such as https://example.com.")
        if len(value) > URL_LENGTH_MAX:
            raise FieldProblem("Enter at most {max} characters.", max=URL_LENGTH_MAX)
        try:
            parts = urlsplit(value)
            host, _port = parts.hostname, parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme not in _SCHEMES or not host or re.search(r"[\s<>\"\\^`{|}]", value):
            raise wrong
        if parts.username is not None or parts.password is not None:
            raise FieldProblem("A web address with a name or password in it is not taken.")

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return value

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        shown = value.removeprefix("https://").removeprefix("http://").removesuffix("/")
        if not value.startswith(("http://", "https://")):
            return Markup("{}").format(value)
        return html.element("a", shown, href=value, rel="noopener noreferrer nofollow")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": URL_LENGTH_MAX}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control, self.shown(field, control, context), inputmode="url", autocomplete="url",
            spellcheck="false", autocapitalize="none", maxlength=URL_LENGTH_MAX,
        )

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        if not text.strip():
            raise FieldProblem("Enter a value.")
        return text.strip()


ANY_NUMBER = "+48 22 123 45 67"


class PhoneType(FieldType):
    """A telephone number, stored by E.164 (`+48221234567`), shown as it is written abroad.

    A number without its country's prefix is read in the context's country. `country_beside`
    names the field of the form that says it; the control carries it as `data-phone-country`.
    """

    name = "phone"
    operators = filters.TEXTUAL

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(32)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return e164(text, context.country or None)

    def validate(self, field: BoundField, value: str) -> None:
        if e164(value, None) != value:
            raise FieldProblem("Enter a telephone number with its country: +48 22 123 45 67.")

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return international(value)

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def edit_text(self, field: BoundField, value: str, context: FormatContext) -> str:
        return international(value)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return html.link(international(value), f"tel:{value.split(';')[0]}")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[0-9]{3,15}(;ext=[0-9]{1,10})?$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        country = country_beside(field)
        return html.text_input(
            control, self.shown(field, control, context), type="tel", autocomplete="tel",
            placeholder=example_number(str(control.values.get(country or "") or "")) or ANY_NUMBER,
            data_phone_country=country,
        )

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        digits = re.sub(r"[^\d+]", "", text)
        if not digits:
            raise FieldProblem("Enter a value.")
        return digits


def country_beside(field: BoundField) -> str | None:
    """Return the name of the field that says in which country a number is dialled."""
    for name, sibling in field.siblings.items():
        if sibling.spec.type == "country":
            return name
    return None


@lru_cache(maxsize=300)
def example_number(country: str) -> str:
    """Return how a number of a country is written abroad, empty for one that has none."""
    import phonenumbers

    number = phonenumbers.example_number(country) if country else None
    if number is None:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def e164(text: str, country: str | None) -> str:
    """Return the E.164 form of a number, with `;ext=` for an extension. Raises FieldProblem."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise FieldProblem(
            "Enter a telephone number with its country: +48 22 123 45 67."
        ) from None
    if not phonenumbers.is_possible_number(number):
        raise FieldProblem("This number has too few or too many digits for its country.")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written};ext={number.extension}" if number.extension else written


@lru_cache(maxsize=4096)
def international(value: str) -> str:
    """Return a stored number as people write it: `+48 22 123 45 67`."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value.replace(";ext=", " ext. "), None)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
