"""The format of a sequence: the number once, and other values only where they are sure to be.

    format:  C-{country}-{year}-{number:05}
             │    │         │       └─ the number, in at least five digits
             │    │         └─ of the day on which the number is taken; also {month}, {day}
             │    └─ a field of the row that always has a value by then
             └─ signs
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from config.errors import suggest
from config.objects import Item, Objects
from config.source import KeyPath
from config.specs import EntitySpec
from config.specs.base import quoted

DAYS = ("year", "month", "day")
WIDTH_MAX = 20
LENGTH_MAX = 80
# Each field makes it harder to find the number in what was written.
FIELDS_MAX = 2
_PIECE = re.compile(r"\{([^{}]*)\}|[^{}]+|[{}]")
_BRACE = re.compile(r"([a-z][a-z0-9_]*)(?::0?([0-9]{1,9}))?")
_WRITTEN = {
    "text", "slug", "choice", "integer", "country", "region", "currency", "locale", "uuid",
    "email", "domain", "tax_id", "phone", "relation",
}


def check_sequence(
    objects: Objects, item: Item, path: KeyPath, field: Any, entity: EntitySpec | None
) -> None:
    """Check start and format of one field of type sequence."""
    if field.start < 0:
        objects.report(item, (*path, "start"), f"expected 0 or more, got {field.start}",
                       "bad-limits")
    for what, hint in _problems(objects, item, field.format, entity):
        objects.report(item, (*path, "format"), what, "bad-format", hint)


def _problems(
    objects: Objects, item: Item, text: str, entity: EntitySpec | None
) -> Iterator[tuple[str, str]]:
    """Yield (what, hint) of everything that is wrong with a format."""
    if len(text) > LENGTH_MAX:
        yield f"the format has {len(text)} characters, at most {LENGTH_MAX} fit", ""
        return
    pieces = list(_PIECE.finditer(text))
    if any(piece[0] in ("{", "}") for piece in pieces):
        yield f"a brace of {quoted(text)} has no partner", "write {number} or {number:05}"
        return
    names = []
    for piece in pieces:
        if piece[1] is None:
            names.append("")
            continue
        brace = _BRACE.fullmatch(piece[1])
        if brace is None:
            yield f"{quoted(piece[0])} is no name in braces", "write {number} or {number:05}"
            return
        if brace[2] is not None and not 1 <= int(brace[2]) <= WIDTH_MAX:
            yield f"{quoted(piece[0])} asks for {int(brace[2])} digits", (
                f"1 to {WIDTH_MAX} digits fit"
            )
        elif brace[2] is not None and brace[1] in DAYS:
            yield f"{quoted(piece[0])} has digits of its own", f"write {{{brace[1]}}}"
        names.append(brace[1])
    if names.count("number") != 1:
        yield f"{quoted(text)} must hold the number once", "write {number} or {number:05}"
        return
    yield from _of_fields(objects, item, names, entity)


def _of_fields(
    objects: Objects, item: Item, names: list[str], entity: EntitySpec | None
) -> Iterator[tuple[str, str]]:
    fields = [name for name in names if name and name not in ("number", *DAYS)]
    if len(fields) > FIELDS_MAX:
        yield f"the format names {len(fields)} fields, at most {FIELDS_MAX} can be told apart", ""
    for name in dict.fromkeys(fields):
        spec = entity.fields.get(name) if entity else None
        if entity is None or spec is None:
            known = [*DAYS, "number", *(entity.fields if entity else ())]
            yield f"there is no field '{name}'", suggest(name, known)
        elif spec.type not in _WRITTEN or not spec.stored or getattr(spec, "translatable", False):
            yield f"a field of type {spec.type} cannot be written into a number", (
                "name a text, a choice or a whole number"
            )
        elif not spec.required and spec.default is None and not _moved(objects, item, name):
            yield f"{name} may be empty when the number is taken", f"make {name} required"
    for name in DAYS:
        if name in names and entity is not None and name in entity.fields:
            yield f"{{{name}}} is of the day, and a field is called {name} too", (
                "rename the field, or leave it out"
            )
    place = names.index("number")
    for beside in (*names[max(0, place - 1) : place], *names[place + 1 : place + 2]):
        if beside in fields:
            yield f"nothing stands between {{{beside}}} and the number", (
                f"write a sign between them: {{{beside}}}-{{number}}"
            )


def _moved(objects: Objects, item: Item, name: str) -> bool:
    """Say whether a machine gives a field its first value."""
    return f"{item.name}.{name}" in objects.of("machine")
