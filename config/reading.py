"""One source as a spec: pydantic's errors become problems with a place and a way out."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from config.errors import Position, Problem, suggest
from config.source import KeyPath, Source, dotted
from config.specs import KINDS
from config.specs.base import Spec, quoted
from config.specs.fields import FIELD_SPECS, FieldSpec, expand
from config.vocabulary import Vocabulary

EXTENSION_KEY = "x-<extension>"


def read_spec(source: Source, vocabulary: Vocabulary) -> tuple[Spec | None, list[Problem]]:
    """Return the spec of a source, or None and everything that keeps it from being one."""
    spec_type = KINDS.get(source.kind)
    if spec_type is None:
        return None, [Problem(
            source.key((source.kind,)), source.kind, "unknown kind of file", "unknown-kind",
            suggest(source.kind, [*KINDS, "patch"]),
        )]
    data, problems = _with_extension_data(source, vocabulary)
    context: dict[str, Any] = {"by_name": False}
    if vocabulary.field_types:
        context["field_types"] = vocabulary.field_types
    try:
        spec = spec_type.model_validate(data, context=context, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += spec_problems(source, (), spec_type, error, vocabulary.field_types)
        return None, _distinct(problems)
    return (None if problems else spec), problems


def spec_problems(
    source: Source, root: KeyPath, spec_type: type[BaseModel], error: ValidationError,
    field_types: Mapping[str, type[FieldSpec]] | None = None,
) -> list[Problem]:
    """Return what pydantic found in the part of `source` below `root`."""
    data: Any = source.data
    for part in root:
        data = data[part]
    known = {**FIELD_SPECS, **(field_types or {})}
    return [
        _problem(source, root, _Place(spec_type, data, each["loc"], known), each)
        for each in error.errors(include_url=False)
    ]


class _Place:
    """Where an error's `loc` leads in the data as it was written.

    `path` is as far as the data goes, `rest` what is absent, `on_key` whether the key is wrong,
    `spec` the type that stands there and `above` the spec that holds it.
    Short forms have no keys of their own: what was added by expanding them is left out.
    """

    def __init__(
        self, spec_type: Any, data: Any, loc: tuple[str | int, ...],
        field_types: Mapping[str, type[FieldSpec]],
    ) -> None:
        self.path: KeyPath = ()
        self.rest: tuple[str | int, ...] = ()
        self.on_key = False
        self.spec: Any = spec_type
        self.above: type[BaseModel] | None = None
        self.field_types = field_types
        for index, part in enumerate(loc):
            self.spec = _chosen(self.spec, data, field_types)
            is_model = isinstance(self.spec, type) and issubclass(self.spec, BaseModel)
            self.above = self.spec if is_model else None
            if part == "[key]":
                self.on_key = True
                return
            step = _step(data, part)
            if step is None:
                if isinstance(data, list) and isinstance(part, str):
                    self.spec = _below(self.spec, part)
                    continue
                self.rest = loc[index:]
                return
            data = data[step]
            self.path = (*self.path, step)
            self.spec = _below(self.spec, part)
        self.spec = _chosen(self.spec, data, field_types)


def _step(data: Any, part: str | int) -> str | int | None:
    if isinstance(data, dict):
        return part if part in data else None
    if isinstance(data, list):
        if isinstance(part, int):
            return part if part < len(data) else None
        return data.index(part) if part in data else None
    return None


def _chosen(spec: Any, data: Any, field_types: Mapping[str, type[FieldSpec]]) -> Any:
    """Return the field spec that the data asks for where any may stand."""
    if spec is not FieldSpec:
        return spec
    try:
        long = expand(data)
    except ValueError:
        return spec
    return field_types.get(str(long.get("type")), spec) if isinstance(long, dict) else spec


def _below(spec: Any, part: str | int) -> Any:
    """Return the type that stands under `part` of a type, None when nothing is known."""
    if isinstance(spec, type) and issubclass(spec, BaseModel):
        for name, info in spec.model_fields.items():
            if part in (name, info.alias):
                return _bare(info.annotation)
        return None
    arguments = typing.get_args(spec)
    if typing.get_origin(spec) is dict:
        return _bare(arguments[1])
    if typing.get_origin(spec) is tuple:
        return _bare(arguments[0])
    return None


def _bare(annotation: Any) -> Any:
    """Return an annotation without Annotated and without `| None`."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    inner = [one for one in typing.get_args(annotation) if one is not type(None)]
    if type(None) in typing.get_args(annotation) and len(inner) == 1:
        return _bare(inner[0])
    return annotation


def keys_of(spec: type[BaseModel]) -> Iterator[str]:
    """Yield the keys that a spec knows, as they are written."""
    for name, info in spec.model_fields.items():
        if info.alias != EXTENSION_KEY:
            yield info.alias or name


def _problem(source: Source, root: KeyPath, place: _Place, error: Any) -> Problem:
    path = (*root, *place.path)
    kind = error["type"]
    if kind == "missing":
        absent = place.rest or error["loc"][-1:]
        return Problem(
            source.key(path), dotted((*path, *absent)), "required key is absent", "missing-key",
            _missing_hint(source, path, place, absent),
        )
    if kind == "extra_forbidden":
        known = keys_of(place.above) if place.above else ()
        key = str(path[-1]) if path else ""
        return Problem(
            source.key(path), dotted(path), "unknown key", "unknown-key",
            "put a space after the colon" if ":" in key else suggest(key, known),
        )
    offset = (error.get("ctx") or {}).get("offset", 0)
    position = source.key(path) if place.on_key else (
        source.inside(path, offset) if offset else source.value(path)
    )
    what, code, hint = _said(error)
    return Problem(position, dotted(path), what, code, hint)


def _missing_hint(
    source: Source, path: KeyPath, place: _Place, absent: tuple[str | int, ...]
) -> str:
    for key in source.key_positions:
        if key[:-1] == path and absent and str(key[-1]).startswith(f"{absent[0]}:"):
            return f"put a space after the colon of '{key[-1]}'"
    if absent == ("type",) and place.spec is FieldSpec:
        return suggest("", place.field_types) or (
            f"write one of: {', '.join(sorted(place.field_types))}"
        )
    return ""


_EXPECTED = {
    "dict_type": "a map", "mapping_type": "a map", "model_type": "a map",
    "model_attributes_type": "a map", "tuple_type": "a list", "list_type": "a list",
    "string_type": "text", "int_parsing": "a whole number", "int_type": "a whole number",
    "bool_parsing": "yes or no", "bool_type": "yes or no", "decimal_parsing": "a decimal number",
}


def _said(error: Any) -> tuple[str, str, str]:
    """Return what, code and hint of one error of pydantic."""
    kind, context, given = error["type"], error.get("ctx") or {}, error.get("input")
    if kind == "panelwright":
        return context["what"], context["code"], context["hint"]
    if kind == "literal_error":
        expected = str(context["expected"])
        words = [word for word in expected.split("'") if word.strip(" ,") not in ("", "or")]
        near = suggest(str(given), words)
        return (f"expected {expected}, got {quoted(given)}", "bad-value",
                near if near.startswith("did you") else "")
    if kind == "too_short":
        return "expected at least one entry", "bad-value", ""
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {quoted(given)}", "bad-value", ""
    message = str(error["msg"])
    return message[:1].lower() + message[1:], "bad-value", ""


def _with_extension_data(
    source: Source, vocabulary: Vocabulary
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the data with what extensions read of their own keys, and what is wrong there."""
    data, problems = source.data, list[Problem]()
    for key in [key for key in data if key.startswith("x-")]:
        value, found = _extension_value(source, (key,), vocabulary, of_field=False)
        data, problems = {**data, key: value}, problems + found
    fields = data.get("fields")
    for name, one in fields.items() if isinstance(fields, dict) else ():
        added: dict[str, Any] = {}
        for key in [key for key in one if key.startswith("x-")] if isinstance(one, dict) else ():
            path = ("fields", name, key)
            added[key], found = _extension_value(source, path, vocabulary, of_field=True)
            problems += found
        if added:
            data = {**data, "fields": {**data["fields"], name: {**one, **added}}}
    return data, problems


def _extension_value(
    source: Source, path: KeyPath, vocabulary: Vocabulary, *, of_field: bool
) -> tuple[Any, list[Problem]]:
    name = str(path[-1])[2:]
    info = vocabulary.extensions.get(name)
    spec = None if info is None else info.field_spec if of_field else info.spec
    if info is None or spec is None:
        what = "no such extension is installed" if info is None else (
            f"extension {name} adds nothing to {'fields' if of_field else 'files'}"
        )
        hint = suggest(name, vocabulary.extensions) if info is None else ""
        return None, [Problem(source.key(path), dotted(path), what, "unknown-extension", hint)]
    data: Any = source.data
    for part in path:
        data = data[part]
    try:
        return spec.model_validate(data), []
    except ValidationError as error:
        return None, spec_problems(source, path, spec, error)


def _distinct(problems: list[Problem]) -> list[Problem]:
    seen: dict[tuple[Position, str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.position, problem.path, problem.code), problem)
    return list(seen.values())
