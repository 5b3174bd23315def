"""Text: one line, several lines, Markdown, and source code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, FromClause, func, or_

from config.patterns import fits
from generator.fields import html
from generator.fields.base import BoundField
from generator.fields.exchange import ControlState, FieldProblem, FormatContext
from generator.fields.filters import TEXTUAL
from generator.fields.translated import TranslatableType

# A list shows the beginning of a long text.
CELL_LENGTH_MAX = 120

_AUTOCOMPLETE = {
    "company_name": "organization", "first_name": "given-name", "last_name": "family-name",
    "city": "address-level2", "postcode": "postal-code", "postal_code": "postal-code",
    "address_1": "address-line1", "address_2": "address-line2", "street": "street-address",
}


class TextType(TranslatableType):
    """One line; spaces around it are dropped and line ends inside become spaces."""

    name = "text"
    operators = TEXTUAL

    def read(self, field: BoundField, text: str) -> str | None:
        return " ".join(text.splitlines()).strip() or None

    def check(self, field: BoundField, text: str) -> None:
        check_length(text, getattr(field.spec, "min", 0), getattr(field.spec, "max", None))
        pattern = getattr(field.spec, "pattern", None)
        if pattern and not fits(pattern, text):
            raise FieldProblem("The text does not have the expected form.")

    def outside(self, field: BoundField, source: FromClause) -> ColumnElement[bool] | None:
        length = func.length(source.c[field.column.name])
        least, most = getattr(field.spec, "min", 0), getattr(field.spec, "max", None)
        found = [length < least] if least else []
        found += [length > most] if most is not None else []
        return or_(*found) if found else None

    def text_schema(self, field: BoundField) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": field.spec.max}
        if field.spec.min:
            schema["minLength"] = field.spec.min
        if field.spec.pattern:
            schema["pattern"] = f"^(?:{field.spec.pattern})$"
        return schema

    def input(self, field: BoundField, control: ControlState, shown: str) -> Markup:
        return html.text_input(
            control,
            shown,
            maxlength=getattr(field.spec, "max", None),
            autocomplete=_AUTOCOMPLETE.get(field.name, "off"),
        )

    def body(self, text: str, context: FormatContext) -> Markup:
        if len(text) <= CELL_LENGTH_MAX:
            return escape(text)
        return html.element("span", shortened(text), title=text[:1000])


class LongTextType(TranslatableType):
    """Several lines, kept as they were typed but for the spaces around them."""

    name = "long_text"
    operators = ("contains", "null", "not_null")
    sortable = False

    def read(self, field: BoundField, text: str) -> str | None:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip() or None

    def check(self, field: BoundField, text: str) -> None:
        check_length(text, 0, getattr(field.spec, "max", None))

    def text_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "maxLength": field.spec.max}

    def input(self, field: BoundField, control: ControlState, shown: str) -> Markup:
        rows = min(max(4, shown.count("\n") + 2), 20)
        return html.text_area(control, shown, rows=rows, maxlength=field.spec.max)

    def body(self, text: str, context: FormatContext) -> Markup:
        return Markup('<div class="cell-text">{}</div>').format(text)

    def list_cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        text = self.text(field, value, context)
        return escape(shortened(" ".join(text.split()))) if text else html.EMPTY


class MarkdownType(LongTextType):
    """CommonMark; shown as HTML that holds nothing but harmless elements."""

    name = "markdown"

    def input(self, field: BoundField, control: ControlState, shown: str) -> Markup:
        return html.text_area(
            control, shown, rows=10, maxlength=field.spec.max, data_markdown=True
        )

    def body(self, text: str, context: FormatContext) -> Markup:
        return Markup('<div class="cell-markdown markdown">{}</div>').format(rendered(text))


class CodeType(LongTextType):
    """Source text of a language; spaces and line ends are kept as they are."""

    name = "code"

    def read(self, field: BoundField, text: str) -> str | None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else None

    def input(self, field: BoundField, control: ControlState, shown: str) -> Markup:
        rows = min(max(8, shown.count("\n") + 2), 30)
        return html.text_area(
            control, shown, "form-control font-monospace", rows=rows, maxlength=field.spec.max,
            spellcheck="false", autocapitalize="off", wrap="off", data_code=field.spec.language,
        )

    def body(self, text: str, context: FormatContext) -> Markup:
        return Markup('<pre class="cell-code" tabindex="0"><code>{}</code></pre>').format(text)


def check_length(text: str, least: int, most: int | None) -> None:
    if len(text) < least:
        raise FieldProblem("Enter at least {min} characters.", min=least)
    if most is not None and len(text) > most:
        raise FieldProblem("Enter at most {max} characters.", max=most)


def shortened(text: str) -> str:
    if len(text) <= CELL_LENGTH_MAX:
        return text
    return text[: CELL_LENGTH_MAX - 1].rsplit(" ", 1)[0].rstrip() + "…"


@lru_cache(maxsize=1)
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    # Raw HTML stays text; nh3 below is the second wall.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


# Classes would let a text borrow the look of our own controls, styles are refused by the policy.
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}


@lru_cache(maxsize=256)
def rendered(text: str) -> Markup:
    """Return Markdown as sanitised HTML. Pictures are left out: they would call other servers."""
    import nh3

    clean = nh3.clean(
        _markdown().render(text),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)
