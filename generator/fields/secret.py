"""Text that is encrypted at rest and shown only on demand.

Keys are no business of this package: whoever has them injects a `Cipher`. What is read back from
the database is a `Sealed` value, which says nothing; `SecretType.reveal` opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import Markup
from sqlalchemy import ColumnElement, FromClause

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType, storable
from generator.fields.exchange import (
    NEUTRAL,
    UNCHANGED,
    ControlState,
    FieldProblem,
    Form,
    FormatContext,
)

MASK = "••••••••"


class Cipher(Protocol):
    """Seals and opens texts. `context` (`entity.field`) must be the same for both."""

    def encrypt(self, text: str, context: str) -> str: ...

    def decrypt(self, token: str, context: str) -> str: ...


class NoCipher(Exception):
    """A secret should be sealed or opened, and the field types were built without a cipher."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it rests; its text is not in here, and neither `str` nor `repr` says anything."""

    token: str

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return "Sealed(…)"


class SecretType(FieldType):
    """The form never holds the stored secret; left empty it stays, `<name>.clear` removes it."""

    name = "secret"
    operators = ("null", "not_null")
    sortable = False

    def __init__(self, cipher: Cipher | None = None) -> None:
        self.cipher = cipher

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        if value is UNCHANGED:
            return {}
        return super().to_columns(field, value)

    def to_stored(self, field: BoundField, value: Any) -> str:
        return value.token if isinstance(value, Sealed) else seal(self.cipher, value, field)

    def from_stored(self, field: BoundField, stored: str) -> Sealed:
        return Sealed(stored)

    def reveal(self, field: BoundField, value: Sealed | None) -> str | None:
        """Return the text of a secret. Whoever calls this writes it to the history first."""
        return None if value is None else unseal(self.cipher, value.token, field)

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        sent = form.getlist(name)
        if not sent:
            return None
        return [sent[-1], "clear"] if "yes" in form.getlist(f"{name}.clear") else [sent[-1]]

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Any:
        text = storable(raw[0]) if raw else ""
        if text.strip() == MASK:
            # A file that was written here holds the mask in place of the secret.
            return UNCHANGED
        if text:
            return text
        return None if len(raw) > 1 and raw[1] == "clear" else UNCHANGED

    def validate(self, field: BoundField, value: Any) -> None:
        if isinstance(value, str) and len(value) > field.spec.max:
            raise FieldProblem("Enter at most {max} characters.", max=field.spec.max)

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> Any:
        """Return the declared default; an empty one is nothing, and never UNCHANGED."""
        return field.spec.default or None

    def text(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return MASK if value else ""

    def export_text(self, field: BoundField, value: Any) -> str:
        return MASK if value else ""

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if not value:
            return html.EMPTY
        said = context.translate("hidden")
        return Markup('<span class="cell-secret" title="{}">{}</span>').format(said, MASK)

    def json(self, field: BoundField, value: Any) -> Any:
        return MASK if value else None

    def parse_json(self, field: BoundField, data: Any) -> Any:
        """Take a new secret; null removes the old one and the mask leaves it as it is."""
        if data == MASK:
            return UNCHANGED
        if data is not None and not isinstance(data, str):
            raise FieldProblem("Enter text.")
        return storable(data) if data else None

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "maxLength": field.spec.max, "writeOnly": True}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        stored = bool(control.value)
        pairs: dict[str, object] = {"type": "password"} | html.control_attributes(control)
        pairs |= {"value": "", "autocomplete": "new-password", "readonly": control.read_only}
        # What is stored already fulfils "required".
        pairs |= {"required": control.required and not stored, "maxlength": field.spec.max}
        if stored:
            pairs["placeholder"] = context.translate("stored; type to replace it")
        box = Markup("<input{}>").format(html.attributes(pairs))
        if not stored or control.required or control.read_only:
            return box
        return box + html.removal_box(control, context.translate("Remove the stored value"))

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        filters.check_operator(self.operators, operator)
        return filters.condition(self.sort_column(field, source), operator, [])


def contexts(field: BoundField, member: str = "") -> list[str]:
    """Return what a secret is bound to: its address, then those it had before it was renamed."""
    names = [field.name, *field.spec.renamed_from]
    ending = f".{member}" if member else ""
    return [f"{field.entity}.{name}{ending}" for name in names]


def seal(cipher: Cipher | None, text: str, field: BoundField, member: str = "") -> str:
    if cipher is None:
        raise NoCipher(f"{field.entity}.{field.name}")
    return cipher.encrypt(text, contexts(field, member)[0])


def unseal(cipher: Cipher | None, token: str, field: BoundField, member: str = "") -> str:
    """Return the text of a token; the cipher's own error when no known address opens it."""
    if cipher is None:
        raise NoCipher(f"{field.entity}.{field.name}")
    *earlier, last = contexts(field, member)
    for context in earlier:
        try:
            return cipher.decrypt(token, context)
        except Exception:  # noqa: BLE001, S112 - each cipher has its own error for a wrong address
            continue
    return cipher.decrypt(token, last)
