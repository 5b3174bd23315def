"""One of declared keys, and several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, FromClause, String, Text, or_
from sqlalchemy.types import TypeEngine

from config import labels
from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import (
    NEUTRAL,
    Choice,
    ControlState,
    FieldProblem,
    Form,
    FormatContext,
)
from generator.fields.formats import language_name
from generator.folding import fold

# Names are at most this long (`config.specs.base.NAME_LENGTH_MAX`).
KEY_LENGTH = 40
# More choices than this are a list to open, not radio buttons or checkboxes in a row.
SPREAD_MAX = 4


def keys_of(field: BoundField) -> Mapping[str, Mapping[str, str] | None]:
    """Return key → label of what may be chosen: declared ones, or a list of the panel."""
    listed = getattr(field.spec, "of_list", None)
    return field.facts.lists.get(listed, {}) if listed else getattr(field.spec, "of", {})


def label_of(field: BoundField, key: str, locale: str) -> str:
    if getattr(field.spec, "of_list", None) == "locales":
        return language_name(key)
    return labels.text(keys_of(field).get(key), key, locale)


class ChoiceType(FieldType):
    name = "choice"
    steady = True
    operators = ("eq", "ne", "in", "null", "not_null")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(KEY_LENGTH)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        keys = keys_of(field)
        if text in keys:
            return text
        # Files made by people hold the words they see.
        for key in keys:
            if label_of(field, key, context.locale).casefold() == text.casefold():
                return key
        raise FieldProblem("'{value}' is not one of the choices.", value=text)

    def validate(self, field: BoundField, value: str) -> None:
        if value not in keys_of(field):
            raise FieldProblem("'{value}' is not one of the choices.", value=value)

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> str | None:
        """Return the start of the field's machine, which comes before a declared default."""
        return field.machine.start if field.machine else super().default(field, context)

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return label_of(field, value, context.locale)

    def keys_named(
        self, field: BoundField, word: str, context: FormatContext
    ) -> Sequence[str]:
        return [
            key for key in keys_of(field) if word in fold(label_of(field, key, context.locale))
        ]

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        known = (value, context.locale)
        if known not in field.memo:
            cell = self._cell(field, value, context)
            if value not in keys_of(field):
                return cell
            field.memo[known] = cell
        return field.memo[known]

    def _cell(self, field: BoundField, value: str, context: FormatContext) -> Markup:
        text = label_of(field, value, context.locale)
        badges: Mapping[str, str] = getattr(field.spec, "badges", {})
        if not badges and field.machine is None:
            return escape(text)
        return html.span(text, f"badge badge-{badges.get(value, 'quiet')}")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "enum": list(keys_of(field))}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        empty = "" if not control.required else None
        chosen = self.shown(field, control, context)
        return html.select(control, choices_of(field, context, control), chosen, empty)

    def filter_control(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext,
        control: ControlState,
    ) -> Markup:
        if operator != "in":
            return super().filter_control(field, operator, raw, context, control)
        return checkboxes(control, choices_of(field, context, control), frozenset(raw))

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        chosen = self.shown(field, control, context)
        return html.select(control, choices_of(field, context, control), chosen, "")


class ChoicesType(FieldType):
    """A set of keys, stored sorted between bars, `|a|b|`, so that one LIKE finds a member."""

    name = "choices"
    operators = ("has", "lacks", "null", "not_null")
    sortable = False

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return Text()

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {field.name: f"|{'|'.join(sorted(value))}|" if value else None}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> frozenset[str]:
        return frozenset((row[field.name] or "").strip("|").split("|")) - {""}

    def parse(
        self, field: BoundField, raw: Sequence[str], context: FormatContext
    ) -> frozenset[str] | None:
        """Read ticked keys, or one text with keys between commas; nothing is an empty set."""
        texts = [part for text in raw for part in text.replace("|", ",").split(",")]
        return frozenset(
            ChoiceType().parse_text(field, text.strip(), context) for text in texts if text.strip()
        )

    def parse_json(self, field: BoundField, data: Any) -> frozenset[str] | None:
        if data is None:
            return frozenset()
        if not isinstance(data, list) or not all(isinstance(key, str) for key in data):
            raise FieldProblem("Enter a list of texts.")
        value = frozenset(data)
        self.validate(field, value)
        return value

    def validate(self, field: BoundField, value: frozenset[str]) -> None:
        for key in sorted(value):
            if key not in keys_of(field):
                raise FieldProblem("'{value}' is not one of the choices.", value=key)

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> frozenset[str]:
        keys = field.spec.default or ()
        return self.parse(field, [keys] if isinstance(keys, str) else keys, NEUTRAL) or frozenset()

    def format(self, field: BoundField, value: frozenset[str], context: FormatContext) -> str:
        return ", ".join(label_of(field, key, context.locale) for key in in_order(field, value))

    def export_text(self, field: BoundField, value: frozenset[str] | None) -> str:
        return ",".join(in_order(field, value or frozenset()))

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if not value:
            return html.EMPTY
        labelled = (label_of(field, key, context.locale) for key in in_order(field, value))
        badges = (html.span(label, "badge badge-quiet") for label in labelled)
        return html.joined(badges, " ")

    def json(self, field: BoundField, value: Any) -> list[str]:
        return in_order(field, value or frozenset())

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        items = {"type": "string", "enum": list(keys_of(field))}
        return {"type": "array", "items": items, "uniqueItems": True}

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        return form.getlist(name) or None

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        if control.raw is not None:
            chosen = frozenset(part for text in control.raw for part in text.split(","))
        else:
            chosen = frozenset(control.value or ())
        return checkboxes(control, choices_of(field, context, control), chosen)

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        filters.check_operator(self.operators, operator)
        column = self.sort_column(field, source)
        if operator in ("null", "not_null"):
            return filters.condition(column, operator, [])
        key = ChoiceType().parse_text(field, filters.operands(operator, raw)[0].strip(), context)
        found = column.contains(f"|{key}|", autoescape=True)
        return found if operator == "has" else or_(~found, column.is_(None))

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        chosen = self.shown(field, control, context)
        return html.select(control, choices_of(field, context, control), chosen, "")


def in_order(field: BoundField, value: frozenset[str]) -> list[str]:
    """Return the keys in the order they are declared, unknown ones after them."""
    known = [key for key in keys_of(field) if key in value]
    return known + sorted(value - set(known))


def choices_of(
    field: BoundField, context: FormatContext, control: ControlState | None = None
) -> tuple[Choice, ...]:
    if control is not None and control.choices is not None:
        return control.choices
    return tuple(Choice(key, label_of(field, key, context.locale)) for key in keys_of(field))


def checkboxes(
    control: ControlState, choices: Sequence[Choice], chosen: frozenset[str]
) -> Markup:
    """Return one checkbox per choice; a hidden empty text tells "none" from "not in the form"."""
    listed = list(choices)
    known = {choice.value for choice in listed}
    listed += [Choice(key, key) for key in sorted(chosen - known) if key]
    boxes = [html.checkbox(control, choice, choice.value in chosen) for choice in listed]
    sent = html.hidden(control.name, "") if not control.read_only else Markup("")
    return html.group(control, sent + html.joined(boxes), "choices")
