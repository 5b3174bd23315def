"""Short texts of a fixed form: slugs, UUIDs, colours and icons."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Set as AbstractSet
from typing import Any

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, FormatContext

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z", re.ASCII)
_SHORT_COLOUR = re.compile(r"#[0-9a-f]{3}\Z", re.ASCII)
_ICON = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z", re.ASCII)
# Letters that do not fall apart into a plain one and a mark.
LETTERS = str.maketrans({
    "ł": "l", "Ł": "l", "ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "œ": "oe",
    "đ": "d", "Đ": "d", "þ": "th", "ð": "d", "ı": "i",
})


class SlugType(FieldType):
    """Small letters, digits and hyphens; the gate makes one of field `of` when it is left empty."""

    name = "slug"
    operators = filters.TEXTUAL

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return text.lower()

    def validate(self, field: BoundField, value: str) -> None:
        if not _SLUG.match(value):
            raise FieldProblem("Use small letters, digits and single hyphens: 'my-service'.")
        if len(value) > field.spec.max:
            raise FieldProblem("Enter at most {max} characters.", max=field.spec.max)

    def from_text(self, field: BoundField, text: str) -> str | None:
        """Return the slug of a name, None when nothing of it can be kept."""
        return slug(text)[: field.spec.max].rstrip("-") or None

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        form = "^[a-z0-9]+(-[a-z0-9]+)*$"
        return {"type": "string", "pattern": form, "maxLength": field.spec.max}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control, self.shown(field, control, context), autocomplete="off", spellcheck="false",
            autocapitalize="none", maxlength=field.spec.max, data_slug_of=field.spec.of,
        )


def slug(text: str) -> str:
    """Return small ASCII letters, digits and hyphens: "Żółty serwer!" → "zolty-serwer"."""
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS))
    plain = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


class UuidType(FieldType):
    """A UUID (RFC 9562) in its canonical form with hyphens."""

    name = "uuid"
    operators = ("eq", "ne", "starts", "null", "not_null")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(36)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        if len(text) > 45:
            raise FieldProblem("Enter a UUID.")
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise FieldProblem("Enter a UUID.") from None

    def validate(self, field: BoundField, value: str) -> None:
        if self.parse_text(field, value, FormatContext()) != value:
            raise FieldProblem("Enter a UUID.")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        return html.EMPTY if value is None else html.span(value, "cell-mono")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        if not text.strip():
            raise FieldProblem("Enter a value.")
        return text.strip().lower()


class ColourType(FieldType):
    """A colour, `#rrggbb` in small letters."""

    name = "colour"
    operators = ("eq", "ne", "null", "not_null")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(7)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        colour = text.lower() if text.startswith("#") else f"#{text.lower()}"
        if _SHORT_COLOUR.match(colour):
            colour = "#" + "".join(2 * digit for digit in colour[1:])
        self.validate(field, colour)
        return colour

    def validate(self, field: BoundField, value: str) -> None:
        if not _COLOUR.match(value):
            raise FieldProblem("Enter a colour, such as #206bc4.")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        if not _COLOUR.match(value):
            return Markup("{}").format(value)
        # A drawing, because the policy of the pages allows no style attribute.
        swatch = Markup(
            '<svg class="cell-colour" width="16" height="16" aria-hidden="true">'
            f'<rect width="16" height="16" rx="3" fill="{value}"/></svg>'
        )
        return swatch + Markup(f" {value}")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^#[0-9a-f]{6}$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.shown(field, control, context)
        # Not type=color: it cannot be empty. The page's script puts a swatch beside it.
        return html.text_input(
            control, shown, autocomplete="off", spellcheck="false", maxlength=7,
            placeholder="#206bc4", data_colour=True,
        )


class IconType(FieldType):
    """The name of an icon; `icons` are those there are, empty when the set is not known."""

    name = "icon"
    operators = ("eq", "ne", "null", "not_null")

    def __init__(self, icons: AbstractSet[str] = frozenset()) -> None:
        self.icons = icons

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(60)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        name = text.lower()
        self.validate(field, name)
        return name

    def validate(self, field: BoundField, value: str) -> None:
        if not _ICON.match(value) or len(value) > 60:
            raise FieldProblem("Enter the name of an icon, such as server-2.")
        if self.icons and value not in self.icons:
            raise FieldProblem("There is no icon '{name}'.", name=value)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        drawn = _drawing(value, context)
        return drawn + Markup(" {}" if drawn else "{}").format(value)

    def list_cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        """Return the drawing alone; its name is for whoever cannot see it."""
        drawn = _drawing(value, context) if value else Markup("")
        if not drawn:
            return self.cell(field, value, context)
        name = html.element("span", value, class_="pw-only-spoken")
        return Markup('<span title="{}">{}{}</span>').format(value, drawn, name)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.shown(field, control, context)
        name = html.text_input(
            control, shown, autocomplete="off", spellcheck="false", autocapitalize="none",
            data_icon=True,
        )
        # The page's script searches the set while someone types, and draws what was chosen here.
        drawn = html.element(
            "span", _drawing(shown, context), class_="input-group-text icon-drawn",
            aria_hidden="true",
        )
        return Markup('<div class="input-group">{}{}</div>').format(drawn, name)


def _drawing(name: str, context: FormatContext) -> Markup:
    """Return the icon of that name, nothing where there is none."""
    try:
        return context.icon(name) if context.icon is not None and name else Markup("")
    except KeyError:
        return Markup("")
