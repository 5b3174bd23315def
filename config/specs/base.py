"""What every spec has in common: frozen, closed, and typed scalars.

YAML scalars arrive here as text (or None); the annotated types below turn them into values.
No spec looks at the content of a scalar to decide what kind of thing it is: its key does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from config.titles import TitlePattern, TitleProblem, is_pattern, joined, parse_title
from config.values.digits import plain_digits

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
NAME_LENGTH_MAX = 40
_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?\Z")
_DURATION = re.compile(r"([0-9]+) (second|minute|hour|day|week)s?\Z")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_NAME_HINT = "a name starts with a small letter and has small letters, digits and _"
_SPACE_HINT = "put a space after the colon"
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
_FUNCTION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")
_SIZE = re.compile(r"[0-9]{1,2}x[0-9]{1,2}\Z")
_TRUE, _FALSE = {"yes", "true", "on"}, {"no", "false", "off"}


class Spec(BaseModel):
    """A part of the YAML, read once. Unknown keys are refused, values never change."""

    # defer_build: a start from the compiled cache never needs the validators.
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, defer_build=True
    )


class Extendable(Spec):
    """A spec that extensions may add to, under `x-<extension>:`; `x` holds what they read."""

    x: dict[str, Any] = Field({}, alias="x-<extension>")

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not any(key.startswith("x-") for key in data):
            return data
        own = {key: value for key, value in data.items() if not key.startswith("x-")}
        extra = {key[2:]: value for key, value in data.items() if key.startswith("x-")}
        return {**own, "x-<extension>": extra}


def refuse(
    what: str, hint: str = "", code: str = "bad-value", offset: int = 0
) -> PydanticCustomError:
    """Return an error that the loader shows as `what [code]` with `hint` below.

    `offset` counts the characters of the value before the place of the error.
    """
    return PydanticCustomError(
        "panelwright", "{what}", {"what": what, "hint": hint, "code": code, "offset": offset}
    )


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise refuse(f"expected yes or no, got {quoted(value)}", "write yes or no")


def _integer(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.match(value):
        return int(value)
    raise refuse(f"expected a whole number, got {quoted(value)}", _digits_hint(value, _INTEGER))


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _DECIMAL.match(value):
        return Decimal(value)
    raise refuse(
        f"expected a decimal number, got {quoted(value)}",
        _digits_hint(value, _DECIMAL) or "write it like 12.50",
    )


def _digits_hint(value: Any, fits: re.Pattern[str]) -> str:
    """Say how a number in another notation (`1e3`, `0x10`) is written; "" when none fits."""
    plain = plain_digits(value) if isinstance(value, str) else None
    whole = plain.removesuffix(".0") if plain else ""
    return f"write it in plain digits: {whole}" if fits.match(whole) else ""


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(value) if isinstance(value, str) else None
    if not match or len(match[1]) > 9:
        raise refuse(
            f"expected a duration, got {quoted(value)}", "write the unit: '5 minutes', '7 days'"
        )
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _name(value: Any) -> Any:
    if not isinstance(value, str) or not NAME.match(value):
        hint = _SPACE_HINT if isinstance(value, str) and ":" in value else _NAME_HINT
        raise refuse(f"expected a name, got {quoted(value)}", hint, "bad-name")
    if len(value) > NAME_LENGTH_MAX:
        raise refuse(
            f"the name has {len(value)} characters, at most {NAME_LENGTH_MAX} fit the database",
            "choose a shorter name, the label may be long",
            "bad-name",
        )
    return value


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise refuse(f"expected text, got {quoted(value)}")
    return value


def one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def quoted(value: Any) -> str:
    """Return a value as an error message shows it: short, and never a dump of a tree."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"


def _label(value: Any) -> Any:
    if isinstance(value, str):
        return {"": value}
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        return value
    raise refuse(f"expected text or a map of locale to text, got {quoted(value)}")


def _path(value: Any) -> Any:
    if not isinstance(value, str) or not _PATH.match(value):
        raise refuse(f"expected a name or a dotted path, got {quoted(value)}",
                     "write it like client.email", "bad-name")
    return value


def _title(value: Any, paths: ValidatorFunctionWrapHandler) -> TitlePattern:
    if isinstance(value, TitlePattern):
        return value
    if not isinstance(value, str) or not is_pattern(value):
        return joined(paths(one_or_many(value)))
    try:
        return parse_title(value)
    except TitleProblem as problem:
        raise refuse(problem.what, problem.hint, "bad-title", problem.offset) from None


def _sort_key(value: Any) -> Any:
    _path(value[1:] if isinstance(value, str) and value.startswith("-") else value)
    return value


def _function_name(value: Any) -> Any:
    if not isinstance(value, str) or not _FUNCTION.match(value):
        raise refuse(f"expected a function, got {quoted(value)}",
                     "write extension and function: billing.charge_due_services", "bad-name")
    return value


def _size(value: Any) -> Any:
    if not isinstance(value, str) or not _SIZE.match(value):
        raise refuse(f"expected columns x rows, got {quoted(value)}", "write it like 3x2")
    return value


def _yes_or_path(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in _TRUE | _FALSE):
        return _boolean(value)
    return _path(value)


def _row_of_names(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_name(one) for one in value)
    return _name(value)


@dataclass(frozen=True)
class Marker:
    """What a key holds, for the checks that go through all specs alike.

    `kind`: label, expression, function or icon.
    """

    kind: str


Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, BeforeValidator(_name)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Integer = Annotated[int, BeforeValidator(_integer)]
Exact = Annotated[Decimal, BeforeValidator(_decimal)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Names = Annotated[tuple[Name, ...], BeforeValidator(one_or_many)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]

# A label in one language (key "") or in several (locale -> text).
Label = Annotated[dict[str, str], BeforeValidator(_label), Marker("label")]

# The name of an icon of the set that the panel ships.
Icon = Annotated[str, BeforeValidator(_text), Marker("icon")]

# The text of an expression; it is parsed and typed in the second pass, with all entities known.
Expression = Annotated[str, BeforeValidator(_text), Marker("expression")]

# A dotted path through relations: `client.email`.
Path = Annotated[str, BeforeValidator(_path)]
Paths = Annotated[tuple[Path, ...], BeforeValidator(one_or_many)]

# What names a row: a path, a list of paths, or a text with paths in braces.
Title = Annotated[tuple[Path, ...], WrapValidator(_title)]

# A path to sort by; `-` before it turns the order around.
SortKey = Annotated[str, BeforeValidator(_sort_key)]
SortKeys = Annotated[tuple[SortKey, ...], BeforeValidator(one_or_many)]

# `extension.function`, registered by an extension.
FunctionName = Annotated[str, BeforeValidator(_function_name), Marker("function")]

# Columns x rows of a grid: `3x2`.
Size = Annotated[str, BeforeValidator(_size)]

# yes, no, or a path that says where to look.
BooleanOrPath = Annotated[Any, BeforeValidator(_yes_or_path)]

# A name, or a list of names that stand in one row of a form.
RowOfNames = Annotated[Any, BeforeValidator(_row_of_names)]

__all__ = [
    "NAME", "NAME_LENGTH_MAX", "Boolean", "BooleanOrPath", "Duration", "Exact", "Expression",
    "Extendable", "FunctionName", "Icon", "Integer", "Label", "Marker", "Name", "Names", "Path",
    "Paths", "RowOfNames", "Size", "SortKey", "SortKeys", "Spec", "Text", "Texts", "Title",
    "one_or_many", "quoted", "refuse",
]
