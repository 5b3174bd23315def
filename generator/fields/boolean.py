"""Yes or no, never nothing: a field that was not filled in is no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import Boolean, Column, false

from config import labels
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import NEUTRAL, Choice, ControlState, FieldProblem, FormatContext

_YES = {"yes", "true", "on", "1", "y", "t"}
_NO = {"no", "false", "off", "0", "n", "f"}


def words_of(field: BoundField) -> Mapping[str, Mapping[str, str]]:
    """Return answer → label of a field that says something else than yes and no, else nothing."""
    words: Mapping[str, Mapping[str, str]] = getattr(field.spec, "of", {})
    return words


class BooleanType(FieldType):
    name = "boolean"
    steady = True
    operators = ("eq",)

    def columns(self, field: BoundField) -> list[Column[Any]]:
        # With a default of the server a yes-or-no can be added to a table that has rows.
        return [Column(field.name, Boolean(), nullable=False, server_default=false())]

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {field.name: bool(value)}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Any:
        return bool(row[field.name])

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> bool | None:
        """Read the last of the texts: a form sends the hidden `no` first, then a ticked `yes`."""
        text = raw[-1].strip().lower() if raw else ""
        if not text:
            return None
        if text in _YES or text == self.format(field, True, context).lower():
            return True
        if text in _NO or text == self.format(field, False, context).lower():
            return False
        raise FieldProblem("Enter yes or no.")

    def parse_json(self, field: BoundField, data: Any) -> bool | None:
        if data is None or isinstance(data, bool):
            return data
        raise FieldProblem("Enter true or false.")

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> bool:
        return bool(super().default(field, context))

    def format(self, field: BoundField, value: bool, context: FormatContext) -> str:
        key = "yes" if value else "no"
        words = words_of(field)
        return labels.text(words[key], key, context.locale) if words else context.translate(key)

    def export_text(self, field: BoundField, value: bool | None) -> str:
        return "" if value is None else ("yes" if value else "no")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        text = self.format(field, value, context)
        badge = getattr(field.spec, "badges", {}).get("yes" if value else "no")
        if badge or words_of(field):
            return html.span(text, f"badge badge-{badge or 'quiet'}")
        return html.span(text, "cell-yes" if value else "cell-no")

    def json(self, field: BoundField, value: Any) -> Any:
        return value

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "boolean"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        if control.raw is not None:
            ticked = bool(control.raw) and control.raw[-1].strip().lower() in _YES
        else:
            ticked = bool(control.value)
        pairs = html.control_attributes(control, "form-check-input")
        # "Required" would mean: must be ticked. A no is an answer too.
        pairs |= {"required": None, "checked": ticked, "disabled": control.read_only}
        box = Markup('<input type="checkbox" value="yes"{}>').format(html.attributes(pairs))
        sent = html.hidden(control.name, "no") if not control.read_only else Markup("")
        said = (
            html.span(self.format(field, True, context), "form-check-label")
            if words_of(field) else Markup("")
        )
        return Markup('{}<span class="form-check form-switch">{}{}</span>').format(sent, box, said)

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        choices = [
            Choice(key, self.format(field, key == "yes", context)) for key in ("yes", "no")
        ]
        chosen = self.shown(field, control, context)
        return html.select(control, choices, chosen, "")
