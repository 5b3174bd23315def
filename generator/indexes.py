"""Which indexes and uniques a table has, from what its lists sort, filter and search by.

All stand at table level with names of their own; an index that only repeats the beginning of
another is left out. Sort indexes end in the id, the tie-breaker of paging by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Integer, UniqueConstraint, and_

from config.expressions import Env, Expression
from config.project import Project
from generator.fields.base import BoundField
from generator.fields.relation import linked_entity
from generator.models import EntityModel
from generator.naming import named
from generator.resolver import TableResolver
from generator.search import beginnings, folded, is_long

# A filter by these finds a part of the rows that is worth an index.
_SELECTIVE = {
    "choice", "relation", "country", "currency", "date", "moment", "driver", "email", "text",
    "domain", "sequence", "slug", "tax_id", "uuid", "ip",
}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Conditions in the schema hold for all times: nothing in them may ask when or who.
TIMELESS = Env(now=_NEVER, today=_NEVER.date())


@dataclass(slots=True)
class Wishes:
    """What should be quick in one table, gathered over all entities before anything is built.

    `columns`: names of columns in order → None. `found_by`: columns that filters compare, which
    need an index that begins with them, whatever follows. `texts`: fields searched by their start.
    """

    columns: dict[tuple[str, ...], None] = field(default_factory=dict)
    found_by: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)

    def add(self, *names: str) -> None:
        self.columns.setdefault(names)


def build_indexes(
    models: Mapping[str, EntityModel], project: Project, resolver: TableResolver
) -> None:
    """Attach uniques and indexes to all tables."""
    wishes = {name: Wishes() for name in models}
    for model in models.values():
        _wish_for_links(model, wishes[model.name])
        _wish_for_picks(models, model, wishes)
        _wish_for_declared(model, wishes[model.name])
        if model.spec.internal:
            # The program itself reads it, by what it declares.
            continue
        for view in model.views.values():
            _wish_for_search(models, model, view.search, wishes)
            if model.spec.size != "small":
                _wish_for_view(model, view, wishes[model.name])
        _wish_for_lookups(models, model, wishes)
    for name, wish in wishes.items():
        model = models[name]
        covered = _add_uniques(model, project, resolver)
        _add_indexes(model, wish, covered)


def find_words(models: Mapping[str, EntityModel]) -> None:
    """Note the fields that some list searches by words."""
    words: dict[str, dict[str, None]] = {}
    for model in models.values():
        for view in model.views.values():
            for path, kind in view.search.items():
                found = field_at(models, model, path) if kind == "words" else None
                if found is not None and found[1].columns:
                    words.setdefault(found[0].name, {}).setdefault(found[1].name)
    for name, fields in words.items():
        models[name].words = tuple(fields)


def _wish_for_links(model: EntityModel, wish: Wishes) -> None:
    for bound in model.fields.values():
        if not bound.columns:
            continue
        if bound.spec.type == "relation" and bound.spec.to_any:
            wish.add(*(column.name for column in bound.columns))
        elif bound.spec.type in ("relation", "file", "image"):
            wish.found_by.setdefault(bound.column.name)
        elif bound.spec.type == "position":
            within = [column.name for column in model.columns_of(bound.spec.within)]
            wish.add(*within, bound.column.name, "id")


def _wish_for_picks(
    models: Mapping[str, EntityModel], model: EntityModel, wishes: Mapping[str, Wishes]
) -> None:
    """Index the order by which the first row of a collection is picked."""
    for bound in model.fields.values():
        if bound.spec.type != "pick" or bound.spec.order_by is None:
            continue
        child = model.children[bound.spec.pick]
        key = _own(models[child.entity], bound.spec.order_by.removeprefix("-"))
        by = models[child.entity].fields[child.by]
        if key is not None and not by.spec.to_any and key.name != "id":
            wishes[child.entity].add(by.column.name, key.column.name, "id")


def _wish_for_declared(model: EntityModel, wish: Wishes) -> None:
    for names in model.spec.index.values():
        columns = [column.name for column in model.columns_of(names)]
        if columns:
            wish.add(*columns, *() if "id" in columns else ("id",))


def _wish_for_view(model: EntityModel, view: Any, wish: Wishes) -> None:
    keys = [_own(model, key.removeprefix("-")) for key in view.sort]
    if all(keys) and len(view.sort) > 1 and len({key[0] == "-" for key in view.sort}) == 1:
        wish.add(*_with_id(bound.column.name for bound in keys if bound))
    for name in view.sortable:
        if (bound := _own(model, name)) and name != "id":
            wish.add(bound.column.name, "id")
    for path in view.filters:
        bound = _own(model, path)
        if bound and bound.spec.type in _SELECTIVE and not getattr(bound.spec, "to_any", False):
            wish.found_by.setdefault(bound.column.name)


def _with_id(names: Iterable[str]) -> list[str]:
    return [name for name in names if name != "id"] + ["id"]


def _own(model: EntityModel, name: str) -> BoundField | None:
    bound = model.fields.get(name)
    return bound if bound is not None and bound.columns else None


def _wish_for_search(
    models: Mapping[str, EntityModel],
    model: EntityModel,
    search: Mapping[str, str],
    wishes: Mapping[str, Wishes],
) -> None:
    for path, kind in search.items():
        found = field_at(models, model, path)
        if found is None or not found[1].columns:
            continue
        owner, bound = found
        if kind != "prefix" or owner.spec.size == "small":
            continue
        if isinstance(bound.column.type, Integer):
            # A number is found by all of its digits.
            wishes[owner.name].found_by.setdefault(bound.column.name)
        elif "starts" in bound.type.operators:
            wishes[owner.name].texts.setdefault(bound.name)


def _wish_for_lookups(
    models: Mapping[str, EntityModel], model: EntityModel, wishes: Mapping[str, Wishes]
) -> None:
    """Index what the rows that others link to are found by: their titles, and `lookup`."""
    if model.referrers:
        _wish_for_search(models, model, dict.fromkeys(model.spec.title.paths, "prefix"), wishes)
    for bound in model.fields.values():
        target = models.get(linked_entity(bound) or "") if bound.spec.type == "relation" else None
        if target is not None:
            looked_up = dict.fromkeys(bound.spec.lookup, "prefix")
            _wish_for_search(models, target, looked_up, wishes)


def field_at(
    models: Mapping[str, EntityModel], model: EntityModel, path: str
) -> tuple[EntityModel, BoundField] | None:
    """Return the field at the end of `client.country` and its owner, None when there is none."""
    *links, name = path.split(".")
    for link in links:
        bound = model.fields.get(link)
        target = None if bound is None else linked_entity(bound)
        if target not in models:
            return None
        model = models[target]
    bound = model.fields.get(name)
    return None if bound is None else (model, bound)


def _add_indexes(model: EntityModel, wish: Wishes, covered: set[tuple[str, ...]]) -> None:
    table = model.table
    kept: list[tuple[str, ...]] = []
    for names in sorted(wish.columns, key=len, reverse=True):
        if names != ("id",) and not _repeats(names, [*kept, *covered]):
            kept.append(names)
    begun = {names[0] for names in [*kept, *covered]}
    kept += [(name, "id") for name in wish.found_by if name not in begun]
    # A row with a long text in an index could not be saved: such lists are sorted without one.
    long = {
        column.name
        for bound in model.fields.values() if bound.columns and is_long(bound)
        for column in bound.columns
    }
    kept = [names for names in kept if long.isdisjoint(names)]
    for names in sorted(kept):
        Index(named("ix", table.name, *names), *(table.c[name] for name in names))
    for name in wish.texts:
        _add_start_indexes(table.name, model.fields[name])


def _add_start_indexes(table: str, bound: BoundField) -> None:
    """Index the start of every text of a field: one, or one for each language."""
    texts = beginnings(bound)
    locales = bound.facts.locales[: len(texts)]
    for locale, text in zip(locales, texts, strict=True):
        parts = (bound.name,) if locale == bound.facts.default_locale else (bound.name, locale)
        Index(
            named("ix", table, *parts, "start"),
            # The label gives PostgreSQL's operator class its place.
            folded(text).label("folded"),
            postgresql_ops={"folded": "text_pattern_ops"},
        )


def _repeats(names: tuple[str, ...], others: list[tuple[str, ...]]) -> bool:
    """Whether another index begins with these columns, or is unique on the one to sort by."""
    if any(other[: len(names)] == names for other in others):
        return True
    return names[1:] == ("id",) and names[:1] in others


def _add_uniques(
    model: EntityModel, project: Project, resolver: TableResolver
) -> set[tuple[str, ...]]:
    """Add the uniques and return the columns of those that cover every row of a list."""
    covered: set[tuple[str, ...]] = set()
    living = model.table.c.deleted_at.is_(None) if model.has("trash") else None
    for name, bound in model.fields.items():
        if bound.spec.unique and bound.columns:
            _add_unique(model, name, model.columns_of((name,)), living, covered)
            # Lists show living rows, so a unique of those serves them as one of all rows would.
            covered.add(tuple(column.name for column in model.columns_of((name,))))
        if getattr(bound.spec, "only_one", ()):
            within = () if bound.spec.only_one == ("all",) else bound.spec.only_one
            columns = model.columns_of(within) or [bound.column]
            _add_unique(model, f"{name}_only_one", columns, _both(living, bound.column), covered)
    for name, unique in model.spec.unique.items():
        where = _condition(project.expressions.get(f"entity/{model.name}/unique/{name}/where"),
                           model, resolver)
        _add_unique(
            model, name, model.columns_of(unique.fields), _both(living, where), covered
        )
    return covered


def _both(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return and_(left, right)


def _condition(
    expression: Expression | None, model: EntityModel, resolver: TableResolver
) -> ColumnElement[bool] | None:
    if expression is None:
        return None
    from generator.sql import compile_sql

    return compile_sql(expression, resolver, TIMELESS, model.table)


def _add_unique(
    model: EntityModel,
    name: str,
    columns: list[Column[Any]],
    where: ColumnElement[bool] | None,
    covered: set[tuple[str, ...]],
) -> None:
    title = named("uq", model.table.name, name)
    if where is None:
        model.table.append_constraint(UniqueConstraint(*columns, name=title))
        covered.add(tuple(column.name for column in columns))
        return
    Index(title, *columns, unique=True, sqlite_where=where, postgresql_where=where)
