"""Goes through a spec and yields every key that is marked as label, expression, function, icon."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from config.source import KeyPath
from config.specs.base import Marker, Spec


def marked(spec: Spec, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str, Any, list[Spec]]]:
    """Yield (path as written, kind of marker, value, specs above it, innermost last)."""
    yield from _walk(spec, path, [])


def _walk(
    spec: Spec, path: KeyPath, above: list[Spec]
) -> Iterator[tuple[KeyPath, str, Any, list[Spec]]]:
    chain = [*above, spec]
    values = spec.__dict__
    for name, key, kind, nested in plan(type(spec)):
        value = values[name]
        if value is None or (not kind and not value):
            continue
        inner = (*path, key)
        if (kind and not isinstance(value, dict)) or (kind == "label" and not nested):
            yield inner, kind, value, chain
        elif kind:
            for each, one in value.items():
                yield (*inner, each), kind, one, chain
        elif isinstance(value, Spec):
            yield from _walk(value, inner, chain)
        else:
            for each, one in value.items():
                if isinstance(one, Spec):
                    yield from _walk(one, (*inner, each), chain)


@functools.cache
def plan(spec: type[BaseModel]) -> tuple[tuple[str, str, str, bool], ...]:
    """Return (attribute, key, marker or "", is a map of marked values) of what is worth a look."""
    found = []
    for name, info in spec.model_fields.items():
        kind = next((each.kind for each in info.metadata if isinstance(each, Marker)), "")
        inner, mapped = _marker_inside(info.annotation)
        if kind or inner or _holds_specs(info.annotation):
            found.append((name, info.alias or name, kind or inner, not kind and mapped))
    return tuple(found)


def _marker_inside(annotation: Any) -> tuple[str, bool]:
    """Return the marker of `Label | None` or of `dict[Name, Expression]`."""
    for argument in get_args(annotation):
        if get_origin(argument) is Annotated:
            kinds = [each.kind for each in argument.__metadata__ if isinstance(each, Marker)]
            if kinds:
                return kinds[0], get_origin(annotation) is dict
            inner = _marker_inside(argument.__origin__)
            if inner[0]:
                return inner
        elif get_origin(argument) is dict:
            inner = _marker_inside(argument)
            if inner[0]:
                return inner
    return "", False


def _holds_specs(annotation: Any) -> bool:
    if isinstance(annotation, type) and not get_args(annotation):
        return issubclass(annotation, BaseModel)
    return any(_holds_specs(each) for each in get_args(annotation))


