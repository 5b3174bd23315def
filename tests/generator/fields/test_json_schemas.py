"""The JSON Schema of a field admits what the field writes, and refuses another shape."""

import json
import re

import pytest

from generator.fields.exchange import NEUTRAL
from tests.generator.fields.test_round_trips import CASES

TYPES = {
    "string": str, "integer": int, "boolean": bool, "object": dict, "array": list,
    "null": type(None),
}
KNOWN = {
    "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "items",
    "uniqueItems", "properties", "required", "additionalProperties", "format", "anyOf",
    "readOnly", "writeOnly",
}


def admits(schema, data) -> bool:
    """Whether data fits a schema, as far as the keywords go that our fields use."""
    assert set(schema) <= KNOWN
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(type(data) is TYPES[kind] for kind in kinds):
            return False
    if "enum" in schema and data not in schema["enum"]:
        return False
    if "const" in schema and data != schema["const"]:
        return False
    checks = {str: _text_fits, int: _number_fits, list: _list_fits, dict: _object_fits}
    return checks[type(data)](schema, data) if type(data) in checks else True


def _text_fits(schema, data) -> bool:
    return (
        re.search(schema.get("pattern", ""), data) is not None
        and schema.get("minLength", 0) <= len(data) <= schema.get("maxLength", 10**9)
    )


def _number_fits(schema, data) -> bool:
    return schema.get("minimum", data) <= data <= schema.get("maximum", data)


def _list_fits(schema, data) -> bool:
    return all(admits(schema.get("items", {}), each) for each in data)


def _object_fits(schema, data) -> bool:
    inner = schema.get("properties", {})
    if schema.get("additionalProperties", True) is False and not set(data) <= set(inner):
        return False
    return set(schema.get("required", ())) <= set(data) and all(
        admits(inner.get(key, {}), each) for key, each in data.items()
    )


SHAPES = {
    "integer": "5", "decimal": 5, "rate": "half", "money": "5 EUR", "boolean": "yes",
    "choice": "other", "choices": ["pink"], "spoken": ["de"], "position": 0, "country": "Poland",
    "region": "Mazowieckie", "currency": "euro", "locale": "de", "colour": "red", "driver": "x",
    "relation": "1", "link": 1, "either": {"entity": "service", "id": 1}, "title": {"de": "x"},
    "children": {}, "slug": "A B", "phone": "123", "tax_id": "a",
    "ip_network": "here", "duration": "7",
    "text": "a", "coded": "x", "mailing": [],
}


@pytest.mark.parametrize(("name", "typed", "value", "data"), CASES)
def test_a_schema_admits_what_the_field_writes(thing, name, typed, value, data):
    bound = thing.fields[name]
    if data is not None:
        assert admits(bound.type.json_schema(bound), data)


@pytest.mark.parametrize(("name", "data"), SHAPES.items())
def test_a_schema_refuses_another_shape(thing, name, data):
    bound = thing.fields[name]

    assert not admits(bound.type.json_schema(bound), data)


def test_every_schema_is_one_and_is_json(thing):
    for bound in thing.fields.values():
        schema = bound.type.json_schema(bound)
        assert json.loads(json.dumps(schema)) == schema
        assert set(schema) <= KNOWN


def test_the_json_of_every_value_is_json(thing):
    for name, _, value, _ in CASES:
        bound = thing.fields[name]
        json.dumps(bound.type.json(bound, value))
        assert isinstance(bound.type.export_text(bound, value), str)
        assert isinstance(bound.type.text(bound, value, NEUTRAL), str)
