"""First rows and settings: fields that exist, values of their types, files that are there."""

from __future__ import annotations

import csv
import posixpath
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from config.errors import Position, Problem, suggest
from config.objects import Item, Objects
from config.reading import spec_problems
from config.references.fields import check_field
from config.source import KeyPath
from config.specs import EntitySpec, RowsSpec
from config.written import problem_of

# The values of these are looked up among other rows when they are created.
_LOOKED_UP = {"relation", "many", "file", "image", "driver", "driver_settings", "secret"}


def check_rows(objects: Objects, texts: Mapping[str, bytes]) -> None:
    for item in objects.checked("rows"):
        if not objects.exists(item, ("rows",), "entity", item.name):
            continue
        entity: EntitySpec | None = objects.spec("entity", item.name)
        if entity is None:
            continue
        rows: RowsSpec = item.spec
        if rows.key not in entity.fields:
            objects.unknown(item, ("key",), "field", rows.key, entity.fields, "unknown-field")
        for key, values in rows.values.items():
            _check_row(objects, item, ("values", key), entity, rows.key, key, values)
        if rows.file is not None:
            _check_file(objects, item, entity, rows, texts)


def _check_row(
    objects: Objects, item: Item, path: KeyPath, entity: EntitySpec, key_field: str, key: str,
    values: Mapping[str, Any],
) -> None:
    if key_field in entity.fields and key_field not in values:
        problem = _problem(entity, key_field, key)
        if problem:
            objects.report(item, path, problem, "bad-row-value", on_key=True)
    for name, value in values.items():
        if name not in entity.fields:
            objects.unknown(item, (*path, name), "field", name, entity.fields, "unknown-field",
                            on_key=True)
            continue
        if entity.fields[name].type == "driver_settings" and isinstance(value, dict):
            _check_driver_settings(objects, item, (*path, name), entity, values)
        problem = _problem(entity, name, value)
        if problem:
            objects.report(item, (*path, name), problem, "bad-row-value")


def _check_driver_settings(
    objects: Objects, item: Item, path: KeyPath, entity: EntitySpec, values: Mapping[str, Any]
) -> None:
    """Check the settings of a driver that is installed by its own model."""
    field: Any = entity.fields[str(path[-1])]
    driver: Any = entity.fields.get(field.driver_settings)
    installed = objects.vocabulary.drivers.get(getattr(driver, "driver", ""), {})
    info = installed.get(str(values.get(field.driver_settings)))
    if info is None or info.settings is None:
        return
    try:
        info.settings.model_validate(values[str(path[-1])])
    except ValidationError as error:
        source, inner = item.locate(path)
        objects.problems += spec_problems(source, inner, info.settings, error)


def _problem(entity: EntitySpec, name: str, value: Any) -> str | None:
    field = entity.fields[name]
    if not field.stored:
        return f"{name} has no column and cannot be given"
    if value is None or field.type in _LOOKED_UP:
        return None
    if getattr(field, "translatable", False) and isinstance(value, dict):
        return next((problem for one in value.values() if (problem := problem_of(field, one))),
                    None)
    return problem_of(field, value)


def _check_file(
    objects: Objects, item: Item, entity: EntitySpec, rows: RowsSpec, texts: Mapping[str, bytes]
) -> None:
    folder = posixpath.dirname(item.source.file)
    file = posixpath.join(folder, str(rows.file))
    content = texts.get(file)
    if content is None:
        near = [posixpath.basename(known) for known in texts if posixpath.dirname(known) == folder]
        objects.report(item, ("file",), f"there is no file '{rows.file}' beside this one",
                       "missing-file", suggest(str(rows.file), near))
        return
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        objects.problems.append(Problem(Position(file, 1, 1), "", "the file is not UTF-8",
                                        "not-utf-8", "save it with the encoding UTF-8"))
        return
    _check_table(objects, file, lines, entity, rows.key)


def _check_table(
    objects: Objects, file: str, lines: list[str], entity: EntitySpec, key: str
) -> None:
    """Check the header and every value of a CSV file."""

    def report(line: int, path: str, what: str, code: str, hint: str = "") -> None:
        objects.problems.append(Problem(Position(file, line, 1), path, what, code, hint))

    try:
        reader = csv.reader(lines, strict=True)
        header = next(reader, [])
        for name in header:
            if name not in entity.fields:
                report(1, name, f"there is no field '{name}'", "unknown-field",
                       suggest(name, entity.fields))
        if key not in header:
            report(1, key, "the key is no column", "missing-key", f"add a column {key}")
        for row in reader:
            if len(row) != len(header):
                report(reader.line_num, "", f"expected {len(header)} values, got {len(row)}",
                       "bad-row-value")
                continue
            for name, value in zip(header, row, strict=True):
                problem = value and name in entity.fields and _problem(entity, name, value)
                if problem:
                    report(reader.line_num, name, problem, "bad-row-value")
    except csv.Error as error:
        report(1, "", f"the table cannot be read: {error}", "bad-row-value")


def check_settings(objects: Objects) -> None:
    for item in objects.checked("settings"):
        for name, field in item.spec.fields.items():
            check_field(objects, item, ("fields", name), field, None)
