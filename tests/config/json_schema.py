"""Just enough of JSON Schema (draft 7) to hold our own schemas against files."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
    "integer": (int,), "number": (int, float), "null": (type(None),),
}
_KNOWN = {
    "$schema", "$ref", "definitions", "description", "examples", "type", "enum", "const",
    "pattern", "required", "properties", "patternProperties", "additionalProperties",
    "propertyNames", "minimum", "maximum", "items", "minItems", "maxItems", "anyOf", "allOf",
    "not", "if", "then", "else",
}


def errors(schema: dict[str, Any], value: Any, root: dict[str, Any] | None = None) -> Iterator[str]:
    """Yield what does not fit; a keyword that is not known here fails the test itself."""
    root = root or schema
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        yield from errors(root["definitions"][schema["$ref"].rpartition("/")[2]], value, root)
    yield from _plain(schema, value)
    for part in schema.get("allOf", ()):
        yield from errors(part, value, root)
    parts = schema.get("anyOf", ())
    if parts and not any(fits(part, value, root) for part in parts):
        found = [list(errors(part, value, root)) for part in parts]
        yield f"{value!r:.80} fits none of: {found}"
    if "not" in schema and fits(schema["not"], value, root):
        yield f"{value!r:.80} must not fit {schema['not']}"
    if "if" in schema:
        holds = fits(schema["if"], value, root)
        yield from errors(schema.get("then" if holds else "else", {}), value, root)
    if isinstance(value, dict):
        yield from _object(schema, value, root)
    if isinstance(value, list):
        for one in value if "items" in schema else ():
            yield from errors(schema["items"], one, root)
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{len(value)} entries"


def fits(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    return next(errors(schema, value, root), None) is None


def _plain(schema: dict[str, Any], value: Any) -> Iterator[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(kind, value) for kind in kinds):
        yield f"{value!r:.80} is not {kinds}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r:.80} is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{value!r:.80} is not {schema['const']}"
    if _is("number", value) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        yield f"{value!r:.80} is too small or too large"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{value!r:.80} does not fit {schema['pattern']}"


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _object(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{key} is absent"
    for key, one in value.items():
        yield from errors(schema.get("propertyNames", {}), key, root)
        patterns = [
            part for pattern, part in schema.get("patternProperties", {}).items()
            if re.search(pattern, key)
        ]
        known = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        other = schema.get("additionalProperties", {})
        if not known and not patterns and other is False:
            yield f"{key} is not known"
        for part in [*known, *patterns] or ([other] if isinstance(other, dict) else []):
            yield from errors(part, one, root)
