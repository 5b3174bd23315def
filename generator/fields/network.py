"""Names and numbers of the network: domains, addresses, networks."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, FormatContext

DOMAIN_LENGTH_MAX = 253  # RFC 1035 section 2.3.4, without the final dot


class DomainType(FieldType):
    """A domain name, stored in ASCII and small letters (RFC 5890 A-labels), shown in Unicode."""

    name = "domain"
    operators = filters.TEXTUAL

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(DOMAIN_LENGTH_MAX)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return ascii_domain(text)

    def validate(self, field: BoundField, value: str) -> None:
        if ascii_domain(value) != value:
            raise FieldProblem("Enter a domain name, such as example.com.")

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return unicode_domain(value)

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "hostname", "maxLength": DOMAIN_LENGTH_MAX}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return _plain_input(control, self.shown(field, control, context))

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        if not text.strip():
            raise FieldProblem("Enter a value.")
        try:
            return ascii_domain(text)
        except FieldProblem:
            # The beginning of a name need not be a name.
            return text.strip().lower()


def ascii_domain(text: str) -> str:
    """Return a domain name in ASCII, small letters, without the final dot. Raises FieldProblem.

    A label may start with an underscore, as names of services do (RFC 8552), and the first one
    may be the star of a wildcard (RFC 4592).
    """
    name = text.strip().lower().removesuffix(".")
    labels = [_ascii_label(label, index == 0) for index, label in enumerate(name.split("."))]
    name = ".".join(labels)
    if labels[-1].isdigit() and len(labels) > 1:
        # No top-level domain is a number (RFC 3696 section 2): this is an address.
        raise FieldProblem("Enter a domain name, such as example.com.")
    if len(name) > DOMAIN_LENGTH_MAX:
        raise FieldProblem("Enter at most {max} characters.", max=DOMAIN_LENGTH_MAX)
    return name


def _ascii_label(label: str, first: bool) -> str:
    if label == "*" and first:
        return label
    plain = label.removeprefix("_")
    if plain.isascii():
        letters = plain.replace("-", "").replace("_", "")
        if letters.isalnum() and len(label) <= 63 and plain.strip("-") == plain and (
            not plain.startswith("xn--") or _is_encoded(plain)
        ):
            return label
        raise FieldProblem("Enter a domain name, such as example.com.")
    import idna

    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError:
        raise FieldProblem("Enter a domain name, such as example.com.") from None


def _is_encoded(label: str) -> bool:
    """Whether a label that says it holds other letters does; pictures are let through as well."""
    try:
        text = label.removeprefix("xn--").encode().decode("punycode")
    except UnicodeError:
        return False
    return not text.isascii() and text.isprintable()


@lru_cache(maxsize=4096)
def unicode_domain(name: str) -> str:
    """Return a name for people; the ASCII form where it cannot be read back safely."""
    if "xn--" not in name:
        return name
    import idna

    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


class IpType(FieldType):
    """One address of IPv4 or IPv6, in its shortest form (RFC 5952)."""

    name = "ip"
    operators = filters.TEXTUAL

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(45)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            raise FieldProblem("Enter an IP address, such as 192.0.2.1 or 2001:db8::1.") from None
        if "%" in text:
            raise FieldProblem("An address with a zone is known to one machine only.")
        return str(address)

    def validate(self, field: BoundField, value: str) -> None:
        if self.parse_text(field, value, _CONTEXT) != value:
            raise FieldProblem("Enter an IP address, such as 192.0.2.1 or 2001:db8::1.")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        return html.EMPTY if value is None else html.span(value, "cell-mono")

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return _plain_input(control, self.shown(field, control, context))

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        if not text.strip():
            raise FieldProblem("Enter a value.")
        try:
            return self.parse_text(field, text.strip(), context)
        except FieldProblem:
            return text.strip().lower()

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}


class IpNetworkType(IpType):
    """A network with its prefix length, `192.0.2.0/24`; a single address is a network of one."""

    name = "ip_network"

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(49)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        if "%" in text:
            raise FieldProblem("An address with a zone is known to one machine only.")
        try:
            return str(ipaddress.ip_network(text, strict=True))
        except ValueError:
            pass
        try:
            fitting = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise FieldProblem("Enter a network, such as 192.0.2.0/24.") from None
        raise FieldProblem("This is an address inside the network {network}.", network=fitting)

    def validate(self, field: BoundField, value: str) -> None:
        if self.parse_text(field, value, _CONTEXT) != value:
            raise FieldProblem("Enter a network, such as 192.0.2.0/24.")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9a-f.:]+/[0-9]{1,3}$"}


def _plain_input(control: ControlState, shown: str) -> Markup:
    return html.text_input(
        control, shown, autocomplete="off", spellcheck="false", autocapitalize="none"
    )


_CONTEXT = FormatContext()
