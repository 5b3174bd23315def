"""The contract of a field type, and the field of an entity that is bound to one.

    storage   columns, to_columns, from_columns, key_columns
    input     raw (out of a form), parse, parse_json, validate, settle, default
    output    text, export_text, cell, json, json_schema
    form      control
    query     operators, filter, filter_control, sort_column, searched

A type is one object without state of its own; every method gets the field it works for.
The values that pass here are those of `config.values` and plain Python; None is "nothing",
and there is no second nothing: empty text is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Column, ColumnElement, FromClause, Text, or_
from sqlalchemy.types import TypeEngine

from config import labels
from config.specs.machine import MachineSpec
from generator.fields import filters, html
from generator.fields.exchange import (
    NEUTRAL,
    ControlState,
    FieldProblem,
    Form,
    FormatContext,
)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What field types need to know about the panel around them.

    `lists`: name of a list (`roles`, `locales` …) → key → label by locale.
    `implicit_labels`: English label of an implicit field → the label in more languages.
    """

    locales: tuple[str, ...] = ("en",)
    time_zone: str = "UTC"
    currency: str = "USD"
    lists: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    implicit_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def default_locale(self) -> str:
        return self.locales[0]


@dataclass(slots=True, eq=False, repr=False)
class BoundField:
    """A field of an entity together with its type. `siblings` are all fields of the entity.

    `spec` is the FieldSpec of its type, with the options that type has.
    `memo` belongs to the type: what it has worked out from the spec and need not again.
    """

    entity: str
    name: str
    spec: Any
    type: FieldType
    facts: ProjectFacts
    machine: MachineSpec | None = None
    columns: tuple[Column[Any], ...] = ()
    siblings: Mapping[str, BoundField] = field(default_factory=dict)
    implicit: bool = False
    memo: dict[Any, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"BoundField({self.entity}.{self.name}: {self.spec.type})"

    def label(self, locale: str = "en") -> str:
        label = self.spec.label
        if self.implicit:
            label = self.facts.implicit_labels.get(label[""], label)
        return labels.text(label, self.name, locale)

    def help(self, locale: str = "en") -> str:
        """Return the help text, empty when there is none."""
        return labels.text(self.spec.help, "", locale) if self.spec.help else ""

    @property
    def column(self) -> Column[Any]:
        """The column that stands for the field where one is asked for."""
        return self.columns[0]

    @property
    def nullable(self) -> bool:
        """Whether its columns may be empty: a hidden field is not written, so it always may."""
        return not self.spec.required or self.spec.show_when is not None


class FieldType:
    """What one type of field does; the base keeps the value in one column named like the field.

    `numeric` aligns cells to the end of the line. `computed` types have no value to write.
    """

    name = ""
    operators: tuple[str, ...] = ("eq", "ne", "in", "null", "not_null")
    numeric = False
    writable = True
    sortable = True
    # Whether a cell depends on nothing but the value, the language and the time zone.
    steady = False

    # storage

    def columns(self, field: BoundField) -> list[Column[Any]]:
        return [Column(field.name, self.column_type(field), nullable=field.nullable)]

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return Text()

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        """Return column name → what is stored for `value`."""
        return {field.name: None if value is None else self.to_stored(field, value)}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Any:
        """Return the value that `row` (column name → stored) holds."""
        stored = row[field.name]
        return None if stored is None else self.from_stored(field, stored)

    def in_one_column(self, field: BoundField) -> bool:
        """Say whether `from_columns` gives what `from_stored` makes of the only column."""
        return type(self).from_columns is FieldType.from_columns

    def to_stored(self, field: BoundField, value: Any) -> Any:
        return value

    def from_stored(self, field: BoundField, stored: Any) -> Any:
        return stored

    def key_columns(self, field: BoundField) -> tuple[Column[Any], ...]:
        """Return the columns that uniques and indexes of the field cover."""
        return field.columns

    # input

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        """Return what a form sends for the control `name`, None when it sends nothing at all."""
        return form.getlist(name) or None

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Any:
        """Return the value written as text in `raw`. Raises FieldProblem."""
        text = storable(raw[-1]).strip() if raw else ""
        return self.parse_text(field, text, context) if text else None

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> Any:
        """Return the value of `text`, which is stripped and not empty. Raises FieldProblem."""
        return text

    def parse_json(self, field: BoundField, data: Any) -> Any:
        """Return the value of a JSON member. Raises FieldProblem."""
        if data is None:
            return None
        if not isinstance(data, str):
            raise FieldProblem("Enter text.")
        return self.parse(field, [data], NEUTRAL)

    def validate(self, field: BoundField, value: Any) -> None:
        """Refuse a value, not None, that is outside the field's limits. Raises FieldProblem."""

    def settle(
        self, field: BoundField, value: Any, row: Mapping[str, Any], old: Any
    ) -> Any:
        """Return the value to store, now that the other fields of its row are known.

        `row` maps fields, and the dotted path that a money field has its currency at, to values;
        `old` is the stored value before. Raises FieldProblem when the fields do not fit together.
        """
        return value

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> Any:
        """Return the declared default, None without one. `default_from` is not looked at here."""
        if field.spec.default is None:
            return None
        return self.parse(field, [field.spec.default], NEUTRAL)

    # output

    def text(self, field: BoundField, value: Any, context: FormatContext) -> str:
        """Return plain text for mails and titles, in the reader's language."""
        return "" if value is None else self.format(field, value, context)

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        """Return the text of a value that is not None."""
        return str(value)

    def export_text(self, field: BoundField, value: Any) -> str:
        """Return text for a file: the same in every language, read back by `parse` with NEUTRAL."""
        return self.text(field, value, NEUTRAL)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        """Return HTML for a detail page."""
        if value is None:
            return html.EMPTY
        return escape(self.format(field, value, context))

    def list_cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        """Return HTML for a list, where a row has one line; otherwise the same as `cell`."""
        return self.cell(field, value, context)

    def json(self, field: BoundField, value: Any) -> Any:
        return None if value is None else self.export_text(field, value)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        """Return the JSON Schema of what `json` gives, null aside."""
        return {"type": "string"}

    # form

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(control, self.shown(field, control, context), autocomplete="off")

    def shown(self, field: BoundField, control: ControlState, context: FormatContext) -> str:
        """Return the text that a one-line control holds: what was typed, else the value."""
        if control.raw is not None:
            return control.raw[-1] if control.raw else ""
        if control.value is None:
            return ""
        return self.edit_text(field, control.value, context)

    def edit_text(self, field: BoundField, value: Any, context: FormatContext) -> str:
        """Return a value as a person edits it; `parse` with the same context reads it back."""
        return self.export_text(field, value)

    # query

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        """Return the condition of a filter. `source` is an alias of the table, if one is used.

        Raises FieldProblem for a value that cannot be read and for an operator not offered.
        """
        filters.check_operator(self.operators, operator)
        texts = filters.operands(operator, raw)
        if operator in filters.BY_PIECE:
            return or_(*(
                filters.condition(column, operator, [self.filter_value(field, texts[0], context)])
                for column in self.searched(field, source)
            ))
        column = self.sort_column(field, source)
        values = [self.filter_value(field, text, context) for text in texts]
        return filters.condition(column, operator, values)

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        """Return what one operand of a filter is stored as. Raises FieldProblem."""
        value = self.parse(field, [text], context)
        if value is None:
            raise FieldProblem("Enter a value.")
        return self.to_columns(field, value)[field.columns[0].name]

    def filter_control(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext,
        control: ControlState,
    ) -> Markup:
        """Return the inputs for the operands of `operator`, nothing for one without operands.

        Every input has the name of `control`, so the form sends the operands in their order.
        """
        count = filters.OPERAND_COUNT.get(operator, 1)
        inputs = [
            self.filter_input(
                field,
                replace(control, raw=raw[index : index + 1] or [""], suffix=f"-{index}"),
                context,
            )
            for index in range(count)
        ]
        return html.joined(inputs, " ")

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        """Return the input for one operand; by default the control of the form."""
        return self.control(field, control, context)

    def outside(self, field: BoundField, source: FromClause) -> ColumnElement[bool] | None:
        """Return the condition that what rows of `source` hold is outside the field's limits.

        None where there is no limit that the database can ask for.
        """
        return None

    def sort_column(
        self, field: BoundField, source: FromClause | None = None
    ) -> ColumnElement[Any]:
        """Return the expression rows are ordered by."""
        column = field.columns[0]
        return column if source is None else source.c[column.name]

    def keys_named(
        self, field: BoundField, word: str, context: FormatContext
    ) -> Sequence[str] | None:
        """Return the stored keys whose texts hold a folded word.

        None for types whose texts stand in the database themselves.
        """
        return None

    def searched(
        self, field: BoundField, source: FromClause | None = None
    ) -> tuple[ColumnElement[Any], ...]:
        """Return the texts that a search looks into, each of them for itself."""
        return (self.sort_column(field, source),)


def storable(text: str) -> str:
    """Return `text` when a database can keep it. Raises FieldProblem.

    PostgreSQL has no place for the character NUL, and half of a surrogate pair is no character.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise FieldProblem("The text holds characters that cannot be stored.") from None
    if "\x00" in text:
        raise FieldProblem("The text holds characters that cannot be stored.")
    return text
