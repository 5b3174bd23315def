"""A choice among installed drivers, and the form of the settings of the one chosen.

The form follows from the driver's pydantic model: one control per member, by its annotation.
Members of type SecretStr are encrypted one by one; what is read back holds them as `Sealed`.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from config import labels
from config.texts.sentence import Sentence
from generator.columns import JSON_TEXT
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.choice import KEY_LENGTH
from generator.fields.data import read_json
from generator.fields.driver_form import bare, is_secret, member_control, typed_members, words
from generator.fields.exchange import (
    Choice,
    ControlState,
    FieldProblem,
    Form,
    FormatContext,
)
from generator.fields.secret import MASK, Cipher, Sealed, seal, unseal

# The key that tells a sealed member from a plain text in the stored JSON.
SEALED_KEY = "$sealed"


class Driver(Protocol):
    """An installed driver; `config.vocabulary.DriverInfo` is one."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str | Mapping[str, str]: ...

    @property
    def settings(self) -> Any: ...


Drivers = Mapping[str, Mapping[str, Driver]]


class DriverType(FieldType):
    """The name of a driver of the kind that the field names."""

    name = "driver"
    operators = ("eq", "ne", "in", "null", "not_null")

    def __init__(self, drivers: Drivers | None = None) -> None:
        self.drivers = drivers or {}

    def of(self, field: BoundField) -> Mapping[str, Driver]:
        return self.drivers.get(field.spec.driver, {})

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(KEY_LENGTH)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        self.validate(field, text)
        return text

    def validate(self, field: BoundField, value: str) -> None:
        if value not in self.of(field):
            raise FieldProblem("There is no driver '{name}'.", name=value)

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        driver = self.of(field).get(value)
        return _label(driver, context) if driver else value

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "enum": sorted(self.of(field))}

    def _choices(self, field: BoundField, context: FormatContext) -> list[Choice]:
        return [
            Choice(name, _label(driver, context))
            for name, driver in self.of(field).items()
        ]

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        chosen = self.shown(field, control, context)
        empty = "" if not control.required else None
        # The page asks for the form of the settings again when another driver is chosen.
        return html.select(
            control, self._choices(field, context), chosen, empty, data_driver=field.name
        )

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        chosen = self.shown(field, control, context)
        return html.select(control, self._choices(field, context), chosen, "")


class DriverSettingsType(FieldType):
    """A map of settings. `values[driver field]` of the control says whose form to show."""

    name = "driver_settings"
    operators = ("null", "not_null")
    sortable = False

    def __init__(self, drivers: Drivers | None = None, cipher: Cipher | None = None) -> None:
        self.drivers = drivers or {}
        self.cipher = cipher

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return JSON_TEXT

    def model(self, field: BoundField, driver: str | None) -> Any:
        """Return the pydantic model of a driver's settings, None when it has none."""
        chooser = field.siblings.get(field.spec.driver_settings)
        kind = getattr(chooser.spec, "driver", "") if chooser else ""
        found = self.drivers.get(kind, {}).get(driver or "")
        return found.settings if found else None

    def to_stored(self, field: BoundField, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is stored; texts of secret members arrive as `Secret` or are Sealed."""
        stored = {}
        for name, item in value.items():
            if isinstance(item, Sealed):
                item = {SEALED_KEY: item.token}
            elif hasattr(item, "get_secret_value"):
                sealed = seal(self.cipher, item.get_secret_value(), field, name)
                item = {SEALED_KEY: sealed}
            stored[name] = item
        return stored

    def from_stored(self, field: BoundField, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: Sealed(item[SEALED_KEY])
            if isinstance(item, Mapping) and set(item) == {SEALED_KEY}
            else item
            for name, item in stored.items()
        }

    def reveal(
        self, field: BoundField, driver: str | None, value: Mapping[str, Any] | None
    ) -> Any:
        """Return the settings as an instance of the driver's model, secrets opened; for drivers.

        None where nothing is set.
        """
        if value is None:
            return None
        opened = {
            name: unseal(self.cipher, item.token, field, name) if isinstance(item, Sealed) else item
            for name, item in value.items()
        }
        model = self.model(field, driver)
        return opened if model is None else model.model_validate(opened)

    def reveal_member(
        self, field: BoundField, value: Mapping[str, Any] | None, member: str
    ) -> str | None:
        """Return the text of one secret member; None where it is not set, or is no secret."""
        item = (value or {}).get(member)
        return unseal(self.cipher, item.token, field, member) if isinstance(item, Sealed) else None

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        """Return one JSON text: member → texts sent for it."""
        start = f"{name}."
        sent = {
            key[len(start) :]: [str(text) for text in form.getlist(key)]
            for key in dict.fromkeys(form.keys())
            if key.startswith(start)
        }
        if not sent:
            return [str(form.getlist(name)[-1])] if form.getlist(name) else None
        return [json.dumps(sent)]

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Any:
        text = raw[-1].strip() if raw else ""
        if not text:
            return None
        data = read_json(text)
        if not isinstance(data, dict):
            raise FieldProblem("Enter an object.")
        return data

    def parse_json(self, field: BoundField, data: Any) -> Any:
        if data is not None and not isinstance(data, dict):
            raise FieldProblem("Enter an object.")
        return data

    def settle(self, field: BoundField, value: Any, row: Mapping[str, Any], old: Any) -> Any:
        return self.complete(field, row.get(field.spec.driver_settings), value, old)

    def complete(
        self, field: BoundField, driver: str | None, value: Mapping[str, Any] | None, old: Any
    ) -> dict[str, Any] | None:
        """Return settings checked by the driver's model, ready to be stored. Raises FieldProblem.

        `value` is what `parse` gave, or settings as they are stored; secrets left empty are taken
        from `old`, as far as the driver has members of the same names.
        """
        model = self.model(field, driver)
        if model is None:
            return None
        members = dict(value or {})
        kept = old if isinstance(old, Mapping) else {}
        given, sealed = {}, {}
        for name, info in model.model_fields.items():
            item = _member_value(members.get(name), info.annotation)
            if is_secret(info.annotation):
                item = kept.get(name) if item in (None, "", MASK) else item
            if isinstance(item, Sealed):
                sealed[name] = item
                # Stands in while the model checks the rest.
                item = unseal(self.cipher, item.token, field, name)
            if item is not None:
                given[name] = item
        unknown = sorted(set(members) - set(model.model_fields))
        if unknown:
            raise FieldProblem("There is no setting '{name}'.", name=unknown[0])
        checked = _checked(model, given)
        return _plain_members(checked, sealed)

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return ", ".join(f"{name}: {_shown_member(item)}" for name, item in value.items())

    def export_text(self, field: BoundField, value: Any) -> str:
        return "" if value is None else json.dumps(self.json(field, value), ensure_ascii=False)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if not value:
            return html.EMPTY
        items = (
            Markup("<dt>{}</dt><dd>{}</dd>").format(words(name), _shown_member(item))
            for name, item in value.items()
        )
        return Markup('<dl class="cell-settings">{}</dl>').format(html.joined(items))

    def json(self, field: BoundField, value: Any) -> Any:
        if value is None:
            return None
        return {
            name: MASK if isinstance(item, Sealed) or hasattr(item, "get_secret_value") else item
            for name, item in value.items()
        }

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "object"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        driver = control.values.get(field.spec.driver_settings)
        model = self.model(field, driver)
        if model is None:
            return html.group(control, "", "driver-settings", data_driver_settings=True)
        value = control.value if isinstance(control.value, Mapping) else {}
        typed = typed_members(control.raw)
        controls = [
            member_control(
                name, info, replace(control, name=f"{control.name}.{name}", problems=()),
                value.get(name), typed.get(name), context,
            )
            for name, info in model.model_fields.items()
        ]
        return html.group(
            control, html.joined(controls), "driver-settings", data_driver_settings=True
        )


def _label(driver: Driver, context: FormatContext) -> str:
    if isinstance(driver.label, str):
        return context.translate(driver.label)
    return labels.text(driver.label, driver.name, context.locale)


# What pydantic finds wrong most often, in our words; the rest stays in its own.
_WRONG: Mapping[str, str] = {
    "missing": Sentence("Enter a value."),
    "string_too_short": Sentence("Enter at least {min_length} characters."),
    "string_too_long": Sentence("Enter at most {max_length} characters."),
    "string_pattern_mismatch": Sentence("The text does not have the expected form."),
    "int_parsing": Sentence("Enter a whole number."),
    "int_type": Sentence("Enter a whole number."),
    "decimal_parsing": Sentence("Enter a number."),
    "float_parsing": Sentence("Enter a number."),
    "bool_parsing": Sentence("Enter yes or no."),
    "greater_than_equal": Sentence("Enter {ge} or more."),
    "less_than_equal": Sentence("Enter {le} or less."),
}


def _wrong(error: Mapping[str, Any]) -> str:
    """Return what pydantic says in a sentence that can be said in other languages."""
    known = _WRONG.get(error["type"])
    return Sentence(known, **error.get("ctx", {})) if known else str(error["msg"])


def _member_value(item: Any, annotation: Any) -> Any:
    """Return what the model should check: the last text of a form, or a JSON value as it is."""
    if isinstance(item, list) and typing.get_origin(bare(annotation)) not in (list, tuple, set):
        item = item[-1] if item else ""
    if isinstance(item, str):
        item = item.strip() or None
    return item


def _checked(model: Any, given: Mapping[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = words(str(first["loc"][0])) if first["loc"] else ""
        raise FieldProblem("{name}: {what}", name=where, what=_wrong(first)) from None


def _plain_members(checked: Any, sealed: Mapping[str, Sealed]) -> dict[str, Any]:
    plain = checked.model_dump(mode="json")
    for name in plain:
        if name in sealed:
            plain[name] = sealed[name]
        elif hasattr(getattr(checked, name, None), "get_secret_value"):
            plain[name] = getattr(checked, name)
    return plain


def _shown_member(item: Any) -> str:
    if isinstance(item, Sealed) or hasattr(item, "get_secret_value"):
        return MASK
    if isinstance(item, bool):
        return "yes" if item else "no"
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
