"""What a form sent, read by the types of its fields: values for the gate, and what to show again.

    name            a field of the row            status
    field.N.name    a field of an inline row      lines.0.amount, lines.0.id, lines.0.remove
    part.name       a field of a row made with it owner.email
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from generator.fields.address import country_beside
from generator.fields.base import BoundField
from generator.fields.exchange import UNCHANGED, FieldProblem, Form, FormatContext
from runtime.records.children import ROWS_MAX, TOO_MANY
from runtime.records.values import ChildEdit

if TYPE_CHECKING:
    from runtime.records.errors import ValidationFailed


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row of an inline table as it was sent."""

    prefix: str
    id: int | None
    removed: bool


@dataclass(slots=True)
class Submitted:
    """`raw`, `problems` and `typed` (texts that stand for no row) are kept under the names of the
    controls."""

    values: dict[str, Any] = field(default_factory=dict)
    children: dict[str, list[ChildEdit]] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    raw: dict[str, Sequence[str]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[SentRow]] = field(default_factory=dict)
    version: int | None = None
    typed: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, messages: Iterable[str]) -> None:
        self.problems.setdefault(name, []).extend(messages)

    def take_refusal(self, refused: ValidationFailed) -> None:
        """Put what the gate said to the controls it is about.

        What could not be read is told already: the gate only knows that it got nothing.
        """
        told = frozenset(self.problems)
        for name, messages in self._said(refused):
            if name not in told:
                self.refuse(name, messages)

    def _said(self, refused: ValidationFailed) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield the controls with what the gate says of them."""
        yield from refused.problems.items()
        for name, rows in refused.children.items():
            sent = self.rows.get(name, [])
            for index, problems in rows.items():
                prefix = sent[index].prefix if index < len(sent) else name
                for column, messages in problems.items():
                    yield (f"{prefix}.{column}" if column else prefix), messages
        for part, problems in refused.parts.items():
            for column, messages in problems.items():
                yield (f"{part}.{column}" if column else part), messages


def read_fields(
    sent: Submitted, fields: Iterable[BoundField], form: Form, context: FormatContext,
    prefix: str = "",
) -> dict[str, Any]:
    """Return the values of the fields that the form holds; refusals are noted in `sent`."""
    values: dict[str, Any] = {}
    for bound in fields:
        name = f"{prefix}{bound.name}"
        raw = bound.type.raw(bound, form, name)
        if raw is None:
            continue
        sent.raw[name] = raw
        try:
            value = bound.type.parse(bound, raw, _dialled(bound, form, context, prefix))
        except FieldProblem as problem:
            sent.refuse(name, [problem.text(context.translate)])
            continue
        if value is not UNCHANGED:
            values[bound.name] = value
    return values


def _dialled(bound: BoundField, form: Form, context: FormatContext, prefix: str) -> FormatContext:
    """Let a telephone number without a prefix be one of the country that the form names."""
    beside = country_beside(bound) if bound.spec.type == "phone" else None
    country = (form.getlist(f"{prefix}{beside}") or [""])[-1] if beside else ""
    return replace(context, country=country) if isinstance(country, str) and country else context


def read_rows(
    sent: Submitted, many: str, fields: Sequence[BoundField], form: Form, context: FormatContext
) -> list[ChildEdit]:
    """Return what the form says about the rows of an inline table, in their order."""
    edits: list[ChildEdit] = []
    rows: list[SentRow] = []
    for number in _numbers(form, many):
        prefix = f"{many}.{number}"
        row = SentRow(prefix, _id(form, prefix), bool(form.getlist(f"{prefix}.remove")))
        if row.id is None and (row.removed or _empty(form, prefix, fields)):
            continue
        rows.append(row)
        values = {} if row.removed else read_fields(sent, fields, form, context, f"{prefix}.")
        edits.append(ChildEdit(row.id, values, remove=row.removed))
    if len(edits) > ROWS_MAX:
        # Told here too: the gate is not asked for each of so many rows.
        sent.refuse(many, [TOO_MANY.said(context.translate)])
    sent.rows[many] = rows
    return edits


def _numbers(form: Form, many: str) -> list[str]:
    """Return what the rows are numbered with, in their order, however many there are."""
    pattern = re.compile(rf"{re.escape(many)}\.([0-9]{{1,18}})\.")
    found = {match[1] for key in form.keys()  # noqa: SIM118 - a multi-dict
             if (match := pattern.match(str(key)))}
    return sorted(found, key=int)


def _id(form: Form, prefix: str) -> int | None:
    text = (form.getlist(f"{prefix}.id") or [""])[-1]
    return as_id(text) if isinstance(text, str) else None


def as_id(text: str) -> int | None:
    """Return the id that a text names, None for one that no row can have."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _empty(form: Form, prefix: str, fields: Iterable[BoundField]) -> bool:
    """Say whether nothing was typed into a new row: then it was added by mistake."""
    for bound in fields:
        raw = bound.type.raw(bound, form, f"{prefix}.{bound.name}") or ()
        texts = [text for text in raw if not isinstance(text, str) or text.strip()]
        if texts and texts not in (["no"], [_default_text(bound)]):
            return False
    return True


def _default_text(bound: BoundField) -> str:
    return bound.spec.default or ""


def as_preset(
    fields: Mapping[str, BoundField], pairs: Iterable[tuple[str, str]], context: FormatContext
) -> dict[str, Any]:
    """Return the values that an address gives to a new row: `?client=12`. Bad ones are left out."""
    values: dict[str, Any] = {}
    for name, text in pairs:
        bound = fields.get(name)
        if bound is None or not text or "\x00" in text:
            continue
        try:
            values[name] = bound.type.parse(bound, [text], context)
        except FieldProblem:
            continue
    return values
