"""Text in several languages: the value, its two columns and its control with a tab per language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from sqlalchemy import Column, ColumnElement, FromClause

from generator.columns import JSON_TEXT
from generator.fields import html
from generator.fields.base import BoundField, FieldType, storable
from generator.fields.exchange import NEUTRAL, ControlState, FieldProblem, Form, FormatContext
from generator.fields.formats import language_name
from generator.search import in_locale


class Translated(Mapping[str, str]):
    """One text per locale, frozen. `default` is the locale that always has one, if any has."""

    __slots__ = ("_texts", "default")

    def __init__(self, texts: Mapping[str, str], default: str) -> None:
        self._texts = {locale: text for locale, text in texts.items() if text}
        self.default = default

    def text(self, locale: str) -> str:
        """Return the text in `locale`, in its language, in the default locale, or any there is."""
        return (
            self._texts.get(locale)
            or self._texts.get(locale.partition("_")[0])
            or self._texts.get(self.default)
            or next(iter(self._texts.values()), "")
        )

    def __getitem__(self, locale: str) -> str:
        return self._texts[locale]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __str__(self) -> str:
        return self.text(self.default)

    def __repr__(self) -> str:
        return f"Translated({self._texts!r}, {self.default!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Translated):
            return self._texts == other._texts
        return dict(self._texts) == other if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))


class TranslatableType(FieldType):
    """A type whose fields may say `translatable`; the plain form of the value is `str`.

    The text of the default locale stands in `<f>`, where it is searched and sorted; the others
    in `<f>_i18n`, a JSON object. Subclasses give `read`, `check`, `input` and `body`.
    """

    def read(self, field: BoundField, text: str) -> str | None:
        """Return the value of what was typed in one language. Raises FieldProblem."""
        raise NotImplementedError

    def check(self, field: BoundField, text: str) -> None:
        """Refuse a text outside the field's limits. Raises FieldProblem."""

    def input(self, field: BoundField, control: ControlState, shown: str) -> Markup:
        """Return the control of one text."""
        raise NotImplementedError

    def body(self, text: str, context: FormatContext) -> Markup:
        """Return the cell of one text."""
        raise NotImplementedError

    def columns(self, field: BoundField) -> list[Column[Any]]:
        columns = super().columns(field)
        if is_translatable(field):
            columns.append(Column(f"{field.name}_i18n", JSON_TEXT, nullable=True))
        return columns

    def key_columns(self, field: BoundField) -> tuple[Column[Any], ...]:
        return field.columns[:1]

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        if not is_translatable(field):
            return super().to_columns(field, value)
        texts = as_translated(field, value)
        default = field.facts.default_locale
        others = {locale: text for locale, text in texts.items() if locale != default}
        return {field.name: texts.get(default), f"{field.name}_i18n": others or None}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Any:
        if not is_translatable(field):
            return super().from_columns(field, row)
        texts: dict[str, str] = dict(row.get(f"{field.name}_i18n") or {})
        if row[field.name]:
            texts = {field.facts.default_locale: row[field.name]} | texts
        return Translated(texts, field.facts.default_locale) if texts else None

    def in_one_column(self, field: BoundField) -> bool:
        own = type(self).from_columns is TranslatableType.from_columns
        return own and not is_translatable(field)

    def searched(
        self, field: BoundField, source: FromClause | None = None
    ) -> tuple[ColumnElement[Any], ...]:
        """Return the text of every language: each is indexed by its own start."""
        first = self.sort_column(field, source)
        if not is_translatable(field):
            return (first,)
        others = field.columns[1] if source is None else source.c[field.columns[1].name]
        return (first, *(in_locale(others, locale) for locale in field.facts.locales[1:]))

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        if not is_translatable(field):
            return super().raw(field, form, name)
        sent = [form.getlist(f"{name}.{locale}") for locale in field.facts.locales]
        if not any(sent):
            return super().raw(field, form, name)
        return [texts[-1] if texts else "" for texts in sent]

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Any:
        """Read one text; of a translatable field one per locale of the site, in their order.

        A file has one column for all of them: a JSON object, or the text of the default locale.
        """
        if not is_translatable(field):
            return self.read(field, storable(raw[-1])) if raw else None
        if len(raw) == 1 and (texts := _object(field, raw[0])) is not None:
            return self.parse_json(field, texts)
        texts = {
            locale: self.read(field, storable(text)) or ""
            for locale, text in zip(field.facts.locales, raw, strict=False)
        }
        return as_translated(field, texts) if any(texts.values()) else None

    def parse_json(self, field: BoundField, data: Any) -> Any:
        if not (is_translatable(field) and isinstance(data, dict)):
            return super().parse_json(field, data)
        for locale, text in data.items():
            if locale not in field.facts.locales:
                raise FieldProblem("'{locale}' is not a language of this panel.", locale=locale)
            if not isinstance(text, str):
                raise FieldProblem("Enter text.")
        return self.parse(field, [data.get(each, "") for each in field.facts.locales], NEUTRAL)

    def validate(self, field: BoundField, value: Any) -> None:
        if not is_translatable(field):
            self.check(field, value)
            return
        texts = as_translated(field, value)
        if field.facts.default_locale not in texts:
            raise FieldProblem("Enter the text in {locale}.", locale=field.facts.default_locale)
        for text in texts.values():
            self.check(field, text)

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return value.text(context.locale) if isinstance(value, Translated) else str(value)

    def export_text(self, field: BoundField, value: Any) -> str:
        if isinstance(value, Translated) and set(value) - {value.default}:
            return json.dumps(dict(value), ensure_ascii=False)
        return "" if value is None else str(value)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        text = "" if value is None else self.format(field, value, context)
        return self.body(text, context) if text else html.EMPTY

    def json(self, field: BoundField, value: Any) -> Any:
        return dict(value) if isinstance(value, Translated) else value

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        one = self.text_schema(field)
        if not is_translatable(field):
            return one
        return {
            "type": "object",
            "properties": dict.fromkeys(field.facts.locales, one),
            "additionalProperties": False,
        }

    def text_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        if not is_translatable(field):
            return self.input(field, control, self.shown(field, control, context))
        return _tabs(self, field, control, context)

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        return html.text_input(control, self.shown(field, control, context), autocomplete="off")


def _object(field: BoundField, text: str) -> dict[str, str] | None:
    """Return locale → text when that is what a text holds, None for any other text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    # What merely looks like JSON is a text like any other.
    if not isinstance(data, dict) or not data or not set(data) <= set(field.facts.locales):
        return None
    return data


def is_translatable(field: BoundField) -> bool:
    return bool(getattr(field.spec, "translatable", False))


def as_translated(field: BoundField, value: Any) -> Translated:
    """Return `value` (a mapping, a plain text or None) as texts by locale."""
    if isinstance(value, Translated):
        return value
    default = field.facts.default_locale
    if isinstance(value, Mapping):
        return Translated(value, default)
    return Translated({default: value} if value else {}, default)


def _tabs(
    type_: TranslatableType, field: BoundField, control: ControlState, context: FormatContext
) -> Markup:
    """Return one control per locale; `data-tabs` lets the page's script show one at a time."""
    texts = as_translated(field, control.value)
    tabs, panels = [], []
    for index, locale in enumerate(field.facts.locales):
        part = replace(
            control,
            name=f"{control.name}.{locale}",
            required=control.required and index == 0,
            autofocus=control.autofocus and index == 0,
        )
        if control.raw is None:
            shown = texts.get(locale, "")
        else:
            shown = control.raw[index] if index < len(control.raw) else ""
        panel_id = f"{part.id}-panel"
        tabs.append(_tab(locale, panel_id, index == 0, bool(shown), context))
        labelled = replace(part, has_help=False)
        body = type_.input(field, labelled, shown)
        caption = html.element(
            "label", language_name(locale), class_="form-label visually-hidden", for_=part.id
        )
        panels.append(
            Markup('<div id="{}" role="tabpanel" lang="{}" data-tab-panel>{}{}</div>').format(
                panel_id, locale.replace("_", "-"), caption, body
            )
        )
    listed = Markup('<div class="nav nav-tabs translated-tabs" role="tablist">{}</div>').format(
        html.joined(tabs)
    )
    return html.group(control, listed + html.joined(panels), "translated", data_tabs=True)


def _tab(locale: str, panel: str, active: bool, filled: bool, context: FormatContext) -> Markup:
    return html.element(
        "button",
        locale.upper().replace("_", "-"),
        type="button",
        role="tab",
        class_="nav-link active" if active else "nav-link",
        aria_selected="true" if active else "false",
        aria_controls=panel,
        title=language_name(locale),
        data_empty=None if filled else context.translate("no text yet"),
    )
