"""JSON Schema of every kind of file, so that a YAML language server completes and explains.

    schemas = json_schemas()          # the language alone
    schemas = json_schemas(project)   # with the names of entities, fields, views, roles …

`panelwright` is the schema for every file: it looks at the first key. The schemas are looser
than `check` (a language server must not contradict it), never stricter. So a number in one of
YAML's other notations (`1e3`, `0x10`) passes here as long as it is no text in quotes: a reader of
YAML hands on the number alone. `check` reads what is written, and says it in plain digits.
"""

from __future__ import annotations

import functools
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from config.meanings import meaning
from config.project import Project
from config.reading import EXTENSION_KEY
from config.schema_names import Names, names_in
from config.specs import KINDS
from config.specs import base as scalars
from config.specs.entity import SectionSpec, UniqueSpec
from config.specs.fields import FIELD_SPECS, TYPE_BY_KEY, FieldSpec
from config.specs.menu import MenuItemSpec
from config.specs.parts import PatchSpec
from config.specs.role import GRANT_WORDS, GrantSpec

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
ANY_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_LIST_OR_ONE = {scalars.Names, scalars.Texts, scalars.Paths, scalars.SortKeys}


def json_schemas(project: Project | None = None) -> dict[str, Schema]:
    """Return kind → JSON Schema (draft 7), and `panelwright`, the one for every file."""
    names = names_in(project)
    schemas = {kind: _Writer(names).file(spec) for kind, spec in KINDS.items()}
    schemas["patch"] = _patch(names)
    if project is not None:
        schemas["entity"]["allOf"] = _entity_by_entity(names)
    schemas["panelwright"] = _any_file(schemas)
    return schemas


def _any_file(schemas: Mapping[str, Schema]) -> Schema:
    """Return the schema that goes by the kind's key; an entity may have a `menu` of its own."""
    chain: Schema = {"description": "The first key is the kind of file and its name."}
    definitions: Schema = {}
    # A kind's name may be a key of others (`layout` of a message): those are asked first.
    said_by = {kind: _kinds_with_key(schemas, kind) for kind in schemas}
    for kind in sorted(schemas, key=lambda kind: -said_by[kind]):
        body = dict(schemas[kind])
        definitions |= body.pop("definitions", {})
        body.pop("$schema")
        chain = {"if": {"required": [kind]}, "then": body, "else": chain}
    return {"$schema": DIALECT, "definitions": definitions, **chain}


def _kinds_with_key(schemas: Mapping[str, Schema], key: str) -> int:
    return sum(key in schema["properties"] for schema in schemas.values())


def _patch(names: Names) -> Schema:
    return {
        "$schema": DIALECT, "type": "object", "required": ["patch"],
        "description": PatchSpec.__doc__, "definitions": {},
        "properties": {"patch": _open(names.of("object"), "/")},
    }


def _open(known: tuple[str, ...], sign: str) -> Schema:
    """Return names to complete that leave room for longer ones, with `sign` inside."""
    if not known:
        return {"type": "string"}
    return {"anyOf": [{"enum": list(known)}, {"type": "string", "pattern": f"[{sign}]"}]}


class _Writer:
    """Writes the schema of one kind; specs become definitions by their name."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.definitions: Schema = {}

    def file(self, spec: type[BaseModel]) -> Schema:
        body = self._object(spec)
        return {"$schema": DIALECT, **body, "definitions": self.definitions}

    def _ref(self, spec: type[BaseModel]) -> Schema:
        if spec.__name__ not in self.definitions:
            self.definitions[spec.__name__] = {}
            body = self._field() if spec is FieldSpec else self._object(spec)
            self.definitions[spec.__name__] = _with_short_form(spec, body, self.names)
        return {"$ref": f"#/definitions/{spec.__name__}"}

    def _object(self, spec: type[BaseModel]) -> Schema:
        properties: Schema = {}
        required = []
        hints = _hints(spec)
        for name, info in spec.model_fields.items():
            key = info.alias or name
            if key == EXTENSION_KEY:
                continue
            properties[key] = self._key(spec, key, hints[name])
            if info.is_required():
                required.append(key)
        schema: Schema = {
            "type": "object", "properties": properties, "additionalProperties": False,
            "description": (spec.__doc__ or "").strip(),
        }
        if required:
            schema["required"] = required
        if EXTENSION_KEY in {info.alias for info in spec.model_fields.values()}:
            schema["patternProperties"] = {"^x-": {}}
        return schema

    def _key(self, spec: type[BaseModel], key: str, annotation: Any) -> Schema:
        schema = self._type(annotation, self.names.value(spec, key))
        keys = self.names.keys(spec, key)
        if keys:
            schema = {**schema, "propertyNames": {"enum": list(keys)}}
        said = meaning(spec, key)
        return {"description": said, "allOf": [schema]} if "$ref" in schema else (
            {**schema, "description": said}
        )

    def _type(self, annotation: Any, known: tuple[str, ...] = ()) -> Schema:
        """Return the schema of one annotation; `known` are the names that may stand there."""
        if annotation in _SCALARS:
            return _SCALARS[annotation](known)
        if annotation in _LIST_OR_ONE:
            entry = self._type(get_args(get_args(annotation)[0])[0], known)
            return {"anyOf": [entry, {"type": "array", "items": entry}]}
        if get_origin(annotation) is typing.Annotated:
            inner = self._type(get_args(annotation)[0], known)
            short = any(isinstance(one, BeforeValidator) for one in annotation.__metadata__)
            # A validator before the type lets a shorter form in; specs say theirs themselves.
            return {"anyOf": [inner, ANY_SCALAR, {"type": "array"}]} if (
                short and "$ref" not in inner
            ) else inner
        return self._plain(annotation, known)

    def _plain(self, annotation: Any, known: tuple[str, ...]) -> Schema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if type(None) in arguments:
            written = next(one for one in arguments if one is not type(None))
            # `label: null` is a label left out; `check` takes it, so must an editor.
            return {"anyOf": [self._type(written, known), {"type": "null"}]}
        if origin is Literal:
            # A reader of YAML makes a number of what the loader keeps as text.
            return {"enum": [*arguments, *(int(one) for one in arguments if one.isdigit())]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._type(arguments[1], known)}
        if origin is tuple:
            return {"type": "array", "items": self._type(arguments[0], known)}
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._ref(annotation)
        if annotation is str and known:
            return {"enum": list(known)}
        return {}

    def _field(self) -> Schema:
        """Return the schema of a field: its type says which keys it has."""
        types: dict[type[FieldSpec], list[str]] = {}
        for name, spec in FIELD_SPECS.items():
            types.setdefault(spec, []).append(name)
        cases = []
        for spec, names in types.items():
            body = self._object(spec)
            body["required"] = [key for key in body.get("required", ()) if key != "type"]
            body["properties"]["type"] = {"enum": names, "description": meaning(spec, "type")}
            says = [key for key, name in TYPE_BY_KEY.items() if name in names]
            when: list[Schema] = [{"required": ["type"], "properties": {"type": {"enum": names}}}]
            when += [{"required": [key], "not": {"required": ["type"]}} for key in says]
            cases.append({"if": {"anyOf": when}, "then": body})
        return {
            "type": "object", "description": (FieldSpec.__doc__ or "").strip(), "allOf": cases,
            "properties": {"type": {"enum": sorted(FIELD_SPECS)}},
        }


def _with_short_form(spec: type[BaseModel], body: Schema, names: Names) -> Schema:
    """Let in the short forms of rule 6 of the language."""
    short: list[Schema] = []
    if spec is FieldSpec:
        short = [
            {"enum": [f"{name}{sign}" for name in sorted(FIELD_SPECS) for sign in ("", "!")]},
            {"type": "string", "pattern": "^->[a-z][a-z0-9_]*!?$"},
            {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string"}},
        ]
        links = [f"->{name}{sign}" for name in names.of("entity") for sign in ("", "!")]
        short += [{"enum": links}] if links else []
    elif spec is GrantSpec:
        short = [{"enum": sorted(GRANT_WORDS)}]
    elif spec is MenuItemSpec:
        short = [_SCALARS[scalars.Name](names.of("entity"))]
    elif spec in (SectionSpec, UniqueSpec):
        short = [{"type": "array"}, {"type": "string"}]
    return {"anyOf": [body, *short]} if short else body


def _entity_by_entity(names: Names) -> list[Schema]:
    """Complete fields and paths in the file of each entity, by the name it begins with."""
    cases = []
    for entity in names.of("entity"):
        fields, paths = list(names.fields[entity]), _open(names.paths[entity], ".")
        several: Schema = {"anyOf": [paths, {"type": "array", "items": paths}]}
        own: Schema = {"anyOf": [{"enum": fields}, {"type": "array", "items": {"enum": fields}}]}
        named: Schema = {"propertyNames": paths}
        view = {"properties": {
            "columns": several, "filters": several, "sortable": several, "labels": named,
            "beneath": {**named, "additionalProperties": several},
        }}
        picks = names.collections[entity] or ("",)
        cases.append({
            "if": {"required": ["entity"], "properties": {"entity": {"const": entity}}},
            "then": {"properties": {
                "title": {"anyOf": [several, *_TITLE["anyOf"][1:]]},
                "fields": {"additionalProperties": {"properties": {
                    "pick": {"enum": list(picks)},
                }}},
                "views": {"additionalProperties": view},
                "index": {"additionalProperties": own},
                "rules": {"additionalProperties": {"properties": {"on": {"enum": fields}}}},
                "detail": {"properties": {"aside": own, "header": own}},
            }},
        })
    return cases


@functools.cache
def _hints(spec: type[BaseModel]) -> dict[str, Any]:
    return typing.get_type_hints(spec, include_extras=True)


def _enumerated(pattern: str) -> Callable[[tuple[str, ...]], Schema]:
    def schema(known: tuple[str, ...]) -> Schema:
        return {"enum": list(known)} if known else {"type": "string", "pattern": pattern}

    return schema


def _fixed(**schema: Any) -> Callable[[tuple[str, ...]], Schema]:
    return lambda known: {"enum": list(known)} if known else dict(schema)


def _either_case(letter: re.Match[str]) -> str:
    return f"[{letter[0].upper()}{letter[0]}]"


_PATH_SCHEMA: Schema = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"}
_TITLE: Schema = {"anyOf": [
    {"anyOf": [_PATH_SCHEMA, {"type": "array", "items": _PATH_SCHEMA}]},
    {"type": "string", "pattern": r"\{"},
]}
# What an editor reads as a number, and what it leaves a text, as `"16"` or 007.
_DIGITS_MAX = 10**18
_INTEGER: Schema = {"anyOf": [
    {"type": "integer", "minimum": -_DIGITS_MAX, "maximum": _DIGITS_MAX},
    {"type": "string", "pattern": "^-?[0-9]{1,18}$"},
]}
_DECIMAL: Schema = {"anyOf": [
    {"type": "number", "minimum": -_DIGITS_MAX, "maximum": _DIGITS_MAX},
    {"type": "string", "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,12})?$"},
]}
# Small and capital letters alike: `Yes` is a text for an editor, and yes for `check`.
_WORDS = ("yes", "no", "on", "off", "true", "false")
_YES_OR_NO: Schema = {"anyOf": [{"type": "boolean"}, {
    "type": "string",
    "pattern": f"^({'|'.join(re.sub('.', _either_case, word) for word in _WORDS)})$",
}]}
_SCALARS: Mapping[Any, Callable[[tuple[str, ...]], Schema]] = {
    scalars.Text: _fixed(**ANY_SCALAR),
    scalars.Name: _enumerated("^[a-z][a-z0-9_]*$"),
    scalars.Boolean: _fixed(**_YES_OR_NO),
    scalars.Integer: _fixed(**_INTEGER),
    scalars.Exact: _fixed(**_DECIMAL),
    scalars.Duration: _fixed(
        type="string", pattern=r"^[0-9]{1,9} (second|minute|hour|day|week)s?$",
        examples=["5 minutes"],
    ),
    scalars.Label: lambda _known: {
        "anyOf": [ANY_SCALAR, {"type": "object", "additionalProperties": ANY_SCALAR}]
    },
    # There is an icon `123`.
    scalars.Icon: _fixed(type=["string", "number"]),
    scalars.Expression: _fixed(**ANY_SCALAR),
    scalars.Path: _enumerated(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"),
    scalars.SortKey: _enumerated(r"^-?[a-z][a-z0-9_.]*$"),
    scalars.Title: lambda _known: _TITLE,
    scalars.FunctionName: _enumerated(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"),
    scalars.Size: _fixed(type="string", pattern=r"^[0-9]{1,2}x[0-9]{1,2}$", examples=["3x2"]),
    scalars.BooleanOrPath: _fixed(type=["boolean", "string"]),
    scalars.RowOfNames: lambda _known: {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    },
}

