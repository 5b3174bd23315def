"""The reference of the language: every kind of file with its keys, made from the specs.

    pages = reference_pages(examples)   # file name → Markdown

The examples are sources of a configuration that the tests load; each key shows the value that
it has there, so nothing in the reference can be wrong for long.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.meanings import meaning
from config.reading import EXTENSION_KEY
from config.source import Source
from config.specs import KINDS
from config.specs import base as scalars
from config.specs.fields import FIELD_SPECS, FieldSpec, expand
from config.specs.parts import PatchSpec
from config.specs.role import AnyReach
from config.titles import TitlePattern

EXAMPLE_LENGTH_MAX = 70
Examples = Mapping[tuple[str, str], Any]

_SAID: Mapping[Any, str] = {
    scalars.Text: "text", scalars.Name: "name", scalars.Boolean: "yes or no",
    scalars.Integer: "whole number", scalars.Exact: "decimal number",
    scalars.Duration: "duration", scalars.Names: "names", scalars.Texts: "texts",
    scalars.Label: "text, or locale → text", scalars.Icon: "icon",
    scalars.Expression: "expression", scalars.Path: "path", scalars.Paths: "paths",
    scalars.SortKey: "path", scalars.SortKeys: "paths, `-` before one turns it around",
    scalars.FunctionName: "extension.function", scalars.Size: "columns x rows",
    scalars.BooleanOrPath: "yes, no or a view", scalars.RowOfNames: "name or names",
    scalars.Title: "paths, or text with paths in braces",
    AnyReach: "`all` (or `yes`), `scope`, `none` (or `no`)",
}


def reference_pages(examples: Iterable[Source]) -> dict[str, str]:
    """Return the pages of the reference: one per kind, one of all field types, an index."""
    sources = list(examples)
    values = examples_by_key(sources)
    pages = {
        f"{kind}.md": _page(kind, spec, values, [one for one in sources if one.kind == kind])
        for kind, spec in KINDS.items()
    }
    pages["patch.md"] = _page(
        "patch", PatchSpec, values, [one for one in sources if one.kind == "patch"]
    )
    pages["fields.md"] = _fields_page(values)
    pages["README.md"] = _index()
    return pages


def _index() -> str:
    lines = [
        "# The YAML language", "",
        "These pages are made from the specs (`config/specs/`) by `config/reference.py`; the "
        "examples are the", "configuration in `example/`, which the tests load.", "",
        "| kind | what it is |", "| --- | --- |",
    ]
    for kind, spec in [*KINDS.items(), ("patch", PatchSpec)]:
        lines.append(f"| [{kind}]({kind}.md) | {_first_sentence(spec)} |")
    lines += ["| [fields](fields.md) | The field types of entities, settings and questions. |", ""]
    return "\n".join(lines)


def _first_sentence(spec: type[BaseModel]) -> str:
    text = " ".join((spec.__doc__ or "").split())
    return text.split(". ")[0].rstrip(".") + "."


def _page(
    kind: str, spec: type[BaseModel], values: Examples, examples: list[Source]
) -> str:
    lines = [f"# {kind}", "", *_doc(spec), ""]
    lines += _table(spec, values)
    for part in _parts(spec):
        lines += [f"## {_title(part)}", "", *_doc(part), "", *_table(part, values)]
    if examples:
        shortest = min(examples, key=lambda source: len(source.text))
        lines += ["## Example", "", "```yaml", shortest.text.rstrip(), "```", ""]
    return _page_text(lines)


def _page_text(lines: list[str]) -> str:
    """Return lines as a page, with one empty line at most between two."""
    kept = [
        line for index, line in enumerate(lines) if line or (index and lines[index - 1])
    ]
    return "\n".join(kept)


def _fields_page(values: Examples) -> str:
    lines = [
        "# Fields", "",
        "Short forms: `notes: text`, `email: text!` (required), `owner: ->user`, "
        "`lines: [invoice_line]`.", "", "## Every field", "", *_table(FieldSpec, values),
    ]
    names: dict[type[FieldSpec], list[str]] = {}
    for name, spec in FIELD_SPECS.items():
        names.setdefault(spec, []).append(name)
    common = {info.alias or name for name, info in FieldSpec.model_fields.items()}
    for spec, types in names.items():
        own = {
            info.alias or name: (name, info) for name, info in spec.model_fields.items()
            if (info.alias or name) not in common
        }
        lines += [f"## {', '.join(types)}", "", *_doc(spec), ""]
        if own:
            lines += _rows(spec, own, values)
    return _page_text(lines)


def _doc(spec: type[BaseModel]) -> list[str]:
    text = (spec.__doc__ or "").strip() if "__doc__" in spec.__dict__ else ""
    return [line.strip() for line in text.split("\n")]


def _title(spec: type[BaseModel]) -> str:
    words = "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in spec.__name__
    )
    return words.strip().removesuffix(" spec").capitalize()


def _table(spec: type[BaseModel], values: Examples) -> list[str]:
    keys = {
        info.alias or name: (name, info) for name, info in spec.model_fields.items()
        if info.alias != EXTENSION_KEY
    }
    return _rows(spec, keys, values)


def _rows(
    spec: type[BaseModel], keys: Mapping[str, tuple[str, FieldInfo]], values: Examples
) -> list[str]:
    hints = typing.get_type_hints(spec, include_extras=True)
    lines = ["| key | value | default | meaning | example |", "| --- | --- | --- | --- | --- |"]
    for key, (name, info) in keys.items():
        example = _example(spec, key, values)
        cells = (
            f"`{key}`", said(hints[name]), _default(info), meaning(spec, key),
            f"`{example}`" if example else "",
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]


def _default(info: FieldInfo) -> str:
    value = info.default
    if value is PydanticUndefined:
        return "**needed**"
    if value is None or value in ((), {}, TitlePattern()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())} seconds"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if isinstance(value, BaseModel) else str(value)


def said(annotation: Any) -> str:
    """Return a type as a reader would say it."""
    if annotation in _SAID:
        return _SAID[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return said(arguments[0])
    if type(None) in arguments:
        return said(next(one for one in arguments if one is not type(None)))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin is dict:
        return f"{said(arguments[0])} → {said(arguments[1])}"
    if origin is tuple:
        return f"list of {said(arguments[0])}"
    if annotation is FieldSpec:
        return "[field](fields.md)"
    if _is_model(annotation):
        return f"[{_title(annotation).lower()}](#{_title(annotation).lower().replace(' ', '-')})"
    return "text" if annotation is str else "any"


def _parts(spec: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the specs inside a spec, each once, in the order they are met."""
    found: list[type[BaseModel]] = []
    waiting = [spec]
    while waiting:
        for inner in _inside(waiting.pop(0)):
            if inner not in found and inner not in (spec, FieldSpec):
                found.append(inner)
                waiting.append(inner)
    return found


def _inside(spec: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for annotation in typing.get_type_hints(spec).values():
        yield from _specs_in(annotation)


def _specs_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_model(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from _specs_in(inner)


def examples_by_key(sources: Iterable[Source]) -> dict[tuple[str, str], Any]:
    """Return (name of the spec that knows the key, key) → the first value in the sources."""
    found: dict[tuple[str, str], Any] = {}
    for source in sources:
        spec = PatchSpec if source.kind == "patch" else KINDS[source.kind]
        _collect(spec, source.data, found)
    return found


def _collect(annotation: Any, data: Any, found: dict[tuple[str, str], Any]) -> None:
    if annotation is FieldSpec:
        data = expand(data)
        annotation = FIELD_SPECS.get(str(data.get("type")), FieldSpec)
    if get_origin(annotation) is typing.Annotated or type(None) in get_args(annotation):
        for inner in get_args(annotation)[:1]:
            _collect(inner, data, found)
    elif get_origin(annotation) is dict and isinstance(data, dict):
        for value in data.values():
            _collect(get_args(annotation)[1], value, found)
    elif isinstance(data, dict) and _is_model(annotation):
        _collect_keys(annotation, data, found)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _collect_keys(
    spec: type[BaseModel], data: Mapping[str, Any], found: dict[tuple[str, str], Any]
) -> None:
    hints = typing.get_type_hints(spec, include_extras=True)
    for name, info in spec.model_fields.items():
        key = info.alias or name
        if key in data:
            found.setdefault((owner_of(spec, name).__name__, key), data[key])
            _collect(hints[name], data[key], found)


def owner_of(spec: type[BaseModel], name: str) -> type[BaseModel]:
    """Return the class that declares a key, nearest first."""
    for each in spec.__mro__:
        if name in inspect.get_annotations(each):
            return each
    return spec


def _example(spec: type[BaseModel], key: str, values: Examples) -> str:
    name = next(
        name for name, info in spec.model_fields.items() if (info.alias or name) == key
    )
    value = values.get((owner_of(spec, name).__name__, key))
    if value is None:
        return ""
    text = f"{key}: {flow(value)}"
    return text if len(text) <= EXAMPLE_LENGTH_MAX else ""


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    text = "" if value is None else str(value)
    plain = text and text == text.strip() and not set(text) & set(",[]{}#&*!|>'\"%@`") and (
        ": " not in text and not text.startswith(("-", "?"))
    )
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
