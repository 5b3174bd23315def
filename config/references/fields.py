"""The fields of an entity: names, defaults, and what each type says about other fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from config.entity_types import IMPLICIT_FIELDS
from config.errors import suggest
from config.expressions.scope import RESERVED
from config.objects import Item, Objects
from config.paths import PathProblem, check_path, follow, passes
from config.patterns import pattern_problem
from config.references.collections import check_collection, check_pick, check_relation
from config.references.limits import check_limits
from config.references.sequences import check_sequence
from config.source import KeyPath
from config.specs import EntitySpec
from config.specs.fields import INDEXED_CHARS_MAX, FieldSpec
from config.written import currencies, problem_of

_WORDS = {*RESERVED, "null", "true", "false", "and", "or", "not", "in", "if", "else", "ask"}
_NO_DEFAULT = {"secret", "file", "image", "relation", "many", "pick", "driver_settings", "total",
               "computed", "sequence", "position"}
_SUMMED = {"integer", "decimal", "rate", "money", "duration"}
# Columns that every table of a database has by itself, and could not have twice.
_OF_DATABASES = {
    **dict.fromkeys(("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"), "PostgreSQL"),
    **dict.fromkeys(("rowid", "oid"), "SQLite"),
}
SCALE_MAX = 12
_TEXTS = {"text", "long_text", "markdown", "code", "slug"}
TOO_LONG = (
    f"the text may have more than {INDEXED_CHARS_MAX} characters: it cannot be unique, nor name "
    "a group", "not-unique", f"give it max: {INDEXED_CHARS_MAX} or less",
)


def check_fields_of(objects: Objects, item: Item) -> None:
    """Check every field of one entity."""
    entity: EntitySpec = item.spec
    columns: dict[str, str] = {}
    for name, field in entity.fields.items():
        path = ("fields", name)
        _check_name(objects, item, path, name)
        for column in columns_of(name, field):
            if column in columns and columns[column] != name:
                objects.report(item, path, f"its column {column} is also one of field "
                               f"{columns[column]}", "name-collision", "rename one of them",
                               on_key=True)
            columns.setdefault(column, name)
            if column in _OF_DATABASES:
                objects.report(item, path, f"every table of {_OF_DATABASES[column]} has a column "
                               f"{column} by itself", "reserved-name", "choose another name",
                               on_key=True)
        check_field(objects, item, path, field, entity)
    for name in entity.sets:
        if name in entity.fields:
            objects.report(item, ("sets", name), f"a field is called {name} too",
                           "name-collision", "rename one of them", on_key=True)


def columns_of(name: str, field: FieldSpec) -> list[str]:
    """Return the names of the columns that a field has in the table."""
    if not field.stored:
        return []
    if field.type == "relation":
        return [f"{name}_id", *([f"{name}_entity"] if getattr(field, "to_any", False) else [])]
    if field.type == "money":
        own = [] if getattr(field, "currency", None) else [f"{name}_currency"]
        return [f"{name}_micros", *own]
    if field.type in ("file", "image"):
        return [f"{name}_id"]
    if field.type == "sequence":
        return [name, f"{name}_number"]
    if getattr(field, "translatable", False):
        return [name, f"{name}_i18n"]
    return [name]


def _check_name(objects: Objects, item: Item, path: KeyPath, name: str) -> None:
    if name in IMPLICIT_FIELDS:
        objects.report(item, path, f"every entity has {name} by itself", "reserved-name",
                       "leave it out, or choose another name", on_key=True)
    elif name in _WORDS:
        objects.report(item, path, f"{name} has a meaning in expressions", "reserved-name",
                       "choose another name", on_key=True)
    elif name in ("csrf_token", "form_key"):
        objects.report(item, path, f"every form has {name} by itself", "reserved-name",
                       "choose another name", on_key=True)


def check_field(
    objects: Objects, item: Item, path: KeyPath, field: Any, entity: EntitySpec | None
) -> None:
    """Check one field; `entity` is None for the fields of settings and of questions."""
    _check_computed(objects, item, path, field)
    _check_default(objects, item, path, field)
    check_limits(objects, item, path, field)
    check = _BY_TYPE.get(field.type)
    if check is not None:
        check(objects, item, path, field, entity)


def _check_computed(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    if field.compute is not None and field.compute_by is not None:
        objects.report(item, (*path, "compute_by"), "compute is there too", "one-of",
                       "keep one of them", on_key=True)
    if field.type == "computed" and field.compute is None and field.compute_by is None:
        objects.report(item, path, "nothing says how it is computed", "one-of",
                       "write compute or compute_by", on_key=True)
    if field.stored and field.type != "computed":
        return
    for key in ("required", "unique", "default", "default_from", "backfill"):
        if getattr(field, key) not in (None, False):
            objects.report(item, (*path, key), "what is computed cannot be given",
                           "computed-field", f"leave out {key}", on_key=True)


def _check_default(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    if field.default is None or not field.stored:
        return
    place = (*path, "default")
    if field.default_from is not None:
        objects.report(item, (*path, "default_from"), "default is there too", "one-of",
                       "keep one of them", on_key=True)
    if field.type in _NO_DEFAULT:
        # The value is not repeated: it may be a secret.
        objects.report(item, place, f"a field of type {field.type} takes no default",
                       "bad-default", "leave it out", on_key=True)
        return
    problem = problem_of(field, field.default)
    if problem:
        objects.report(item, place, problem, "bad-default")


def _text(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    if field.min > field.max > 0:
        objects.report(item, (*path, "min"), f"min {field.min} is more than max {field.max}",
                       "bad-limits")
    problem = field.pattern is not None and pattern_problem(field.pattern, field.max)
    if problem:
        objects.report(item, (*path, "pattern"), problem, "bad-pattern")


def _number(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    if field.min is not None and field.max is not None and field.min > field.max:
        objects.report(item, (*path, "min"), f"min {field.min} is more than max {field.max}",
                       "bad-limits")
    scale = getattr(field, "scale", 0)
    if not 0 <= scale <= SCALE_MAX:
        objects.report(item, (*path, "scale"), f"expected 0 to {SCALE_MAX}, got {scale}",
                       "bad-limits")


def _money(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    if field.min is not None:
        problem = problem_of(field, field.min)
        if problem:
            objects.report(item, (*path, "min"), problem, "bad-default")
    currency, place = field.currency, (*path, "currency")
    if currency is None:
        return
    if currency.isupper():
        if currency not in currencies():
            objects.report(item, place, f"there is no currency '{currency}'", "unknown-currency",
                           "write an ISO 4217 code: EUR")
        return
    if entity is None:
        objects.report(item, place, "there is no row to take the currency from",
                       "unknown-currency", "write an ISO 4217 code: EUR")
        return
    found = check_path(objects, item, place, entity.entity, currency, code="unknown-currency")
    if found is not None and found.type not in ("currency", "text", "choice"):
        objects.report(item, place, f"'{currency}' is {found.type}, not a currency",
                       "unknown-currency", "name a field of type currency")
    elif found is not None and passes(objects, entity.entity, currency, ("many", "pick")):
        objects.report(item, place, f"'{currency}' may be of another row tomorrow",
                       "unknown-currency", "go through relations only")


def _currency(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    if field.of is None:
        return
    name, dot, rest = field.of.partition(".")
    place = (*path, "of")
    if not dot or "." in rest:
        objects.report(item, place, "expected an entity and its field", "wrong-type",
                       "write it like currency.code")
    elif objects.exists(item, place, "entity", name) and objects.spec("entity", name) is not None:
        found = check_path(objects, item, place, name, rest)
        if found is not None and found.type != "currency":
            objects.report(item, place, f"'{field.of}' is {found.type}, not a currency",
                           "wrong-type", "name a field of type currency")


def _choice(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    for key in field.badges:
        if key not in field.of:
            objects.unknown(item, (*path, "badges", key), "choice", key, field.of,
                            "unknown-choice", on_key=True)
    _check_renamed_values(objects, item, path, field)


def _check_renamed_values(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    for old, new in field.renamed_values.items():
        place = (*path, "renamed_values", old)
        if new not in field.of:
            objects.unknown(item, place, "choice", new, field.of, "unknown-choice")
        if old in field.of:
            objects.report(item, place, f"{old} is still a choice", "one-of",
                           "leave it out of one of them", on_key=True)


def _choices(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    _check_renamed_values(objects, item, path, field)
    if bool(field.of) == (field.of_list is not None):
        objects.report(item, path, "expected of or of_list, one of them", "one-of",
                       "write of: {key: Label}, or of_list: locales", on_key=True)


def _same_entity(
    key: str, wanted: tuple[str, ...], what: str
) -> Callable[[Objects, Item, KeyPath, Any, Any], None]:
    """Return the check that `key` names a field of the same entity with one of the types."""

    def check(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
        name = getattr(field, key)
        if name is None or entity is None:
            return
        other = entity.fields.get(name)
        if other is None:
            fitting = [each for each, one in entity.fields.items() if one.type in wanted]
            objects.unknown(item, (*path, key), "field", name, fitting or entity.fields,
                            "unknown-field")
        elif other.type not in wanted:
            objects.report(item, (*path, key), f"{name} is {other.type}, not {what}",
                           "wrong-type", suggest("", [each for each, one in entity.fields.items()
                                                      if one.type in wanted]))

    return check


def _driver(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    kinds = {*objects.vocabulary.driver_kinds, *objects.vocabulary.drivers}
    if field.driver not in kinds:
        objects.unknown(item, (*path, "driver"), "kind of driver", field.driver, kinds,
                        "unknown-driver-kind")


def _within(key: str) -> Callable[[Objects, Item, KeyPath, Any, Any], None]:
    """Return the check that a list names stored fields of the same entity."""

    def check(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
        names = getattr(field, key)
        if entity is None or (key == "only_one" and names == ("all",)):
            return
        for index, name in enumerate(names):
            other = entity.fields.get(name)
            source, inner = item.locate((*path, key))
            listed = (*inner, index) in source.value_positions
            place = (*path, key, index) if listed else (*path, key)
            if other is None:
                objects.unknown(item, place, "field", name, entity.fields, "unknown-field")
            elif other is field:
                objects.report(item, place, f"{name} is the field itself", "own-group",
                               "name other fields, whose values make the groups")
            elif not other.stored:
                objects.report(item, place, f"{name} is not stored", "not-stored",
                               "name fields with a column of their own")
            elif is_long(other):
                objects.report(item, place, *TOO_LONG)

    return check


def is_long(field: Any) -> bool:
    """Say whether a text may be longer than what an index holds."""
    return field.type in _TEXTS and field.max > INDEXED_CHARS_MAX


def _total(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    place = (*path, "total_of")
    if entity is None:
        objects.report(item, place, "there are no rows to sum here", "wrong-type")
        return
    many, _, rest = field.total_of.partition(".")
    owner = entity.fields.get(many)
    if not rest or (owner is not None and owner.type != "many"):
        objects.report(item, place, "expected a collection and its field", "wrong-type",
                       "write it like lines.amount")
        return
    try:
        found = follow(objects, item.name, field.total_of)
    except PathProblem as problem:
        if not problem.doubtful:
            objects.report(item, place, problem.what, "unknown-field", problem.hint)
        return
    if found.type not in _SUMMED or "." in rest:
        objects.report(item, place, f"'{field.total_of}' is {found.type} and cannot be summed",
                       "wrong-type", "numbers, amounts of money and durations can be summed")
    elif not found.stored:
        objects.report(item, place, f"'{field.total_of}' is not stored", "not-stored")


def _relation(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    check_relation(objects, item, path, field)
    if field.to_any or objects.spec("entity", field.to[0]) is None:
        return
    for index, inner in enumerate(field.lookup):
        check_path(objects, item, (*path, "lookup", index), field.to[0], inner)


def _many(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    if entity is None:
        objects.report(item, path, "there is no row to collect for here", "wrong-type")
        return
    check_collection(objects, item, path, item.name, field)
    rows = field.through or field.many
    if objects.spec("entity", rows) is None:
        return
    if field.order_by is not None:
        check_path(objects, item, (*path, "order_by"), rows, field.order_by)
    for index, name in enumerate(field.columns):
        check_path(objects, item, (*path, "columns", index), rows, name)


def _sequence(objects: Objects, item: Item, path: KeyPath, field: Any, entity: Any) -> None:
    check_sequence(objects, item, path, field, entity)
    _within("within")(objects, item, path, field, entity)


_BY_TYPE: Mapping[str, Callable[[Objects, Item, KeyPath, Any, Any], None]] = {
    "text": _text, "integer": _number, "decimal": _number, "money": _money,
    "currency": _currency, "choice": _choice, "choices": _choices,
    "driver": _driver, "total": _total, "relation": _relation, "many": _many,
    "pick": check_pick,
    "slug": _same_entity("of", ("text", "long_text"), "a text"),
    "region": _same_entity("of", ("country",), "a country"),
    "driver_settings": _same_entity("driver_settings", ("driver",), "a driver"),
    "position": _within("within"), "sequence": _sequence, "boolean": _within("only_one"),
}
