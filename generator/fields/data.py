"""Any JSON value, shown as indented text and edited as such."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.types import TypeEngine

from generator.columns import JSON_TEXT
from generator.fields import html
from generator.fields.base import BoundField, FieldType, storable
from generator.fields.exchange import ControlState, FieldProblem, FormatContext
from generator.fields.text import shortened

LENGTH_MAX = 1_000_000
DEPTH_MAX = 50


class JsonType(FieldType):
    name = "json"
    operators = ("null", "not_null")
    sortable = False

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return JSON_TEXT

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> Any:
        return read_json(text)

    def parse_json(self, field: BoundField, data: Any) -> Any:
        if data is not None:
            self.validate(field, data)
        return data

    def validate(self, field: BoundField, value: Any) -> None:
        check_json(value)

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return compact(value)

    def export_text(self, field: BoundField, value: Any) -> str:
        return "" if value is None else compact(value)

    def edit_text(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return json.dumps(value, ensure_ascii=False, indent=2)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        shown = self.edit_text(field, value, context)
        return Markup('<pre class="cell-code" tabindex="0"><code>{}</code></pre>').format(shown)

    def list_cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        return html.EMPTY if value is None else escape(shortened(compact(value)))

    def json(self, field: BoundField, value: Any) -> Any:
        return value

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.shown(field, control, context)
        rows = min(max(6, shown.count("\n") + 2), 24)
        return html.text_area(
            control, shown, "form-control font-monospace", rows=rows, spellcheck="false",
            autocapitalize="off", wrap="off", data_code="json",
        )


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def read_json(text: str) -> Any:
    """Read JSON strictly: no NaN, no key twice. Raises FieldProblem with the place."""
    if len(text) > LENGTH_MAX:
        raise FieldProblem("Enter at most {max} characters.", max=LENGTH_MAX)
    try:
        value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise FieldProblem(
            "This is not JSON: line {line}, column {column}.", line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise FieldProblem("The data is nested too deeply.") from None
    except ValueError as error:
        if isinstance(error, FieldProblem):
            raise
        # Python refuses whole numbers of more than 4,300 digits.
        raise FieldProblem("The number is too large.") from None
    check_json(value)
    return value


def check_json(value: Any, depth: int = 0) -> None:
    """Refuse what is not JSON or cannot be stored. Raises FieldProblem."""
    if depth > DEPTH_MAX:
        raise FieldProblem("The data is nested too deeply.")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise FieldProblem("The keys of an object are texts.")
            check_json(key, depth + 1)
            check_json(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            check_json(inner, depth + 1)
    elif isinstance(value, str):
        storable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise FieldProblem("This number cannot be written in JSON.")
    elif value is not None and not isinstance(value, (bool, int, float)):
        raise FieldProblem("This value cannot be written in JSON.")


def _refuse(word: str) -> Any:
    raise FieldProblem("'{word}' is not JSON.", word=word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise FieldProblem("A key stands twice in one object.")
    return data
