"""What a SELECT must ask for to show fields of an entity, and of the rows they link to.

Links are followed by LEFT JOIN, and the condition of the join holds the actor's scope of the
target: what lies behind a link is empty for an actor who may not see the row there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, literal_column, select

from config.texts.sentence import Sentence
from generator.fields.base import BoundField, FieldType
from generator.fields.money import currency_path
from generator.fields.relation import linked_entity
from runtime.records import naming, picks, scope
from runtime.records.errors import ValidationFailed
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

_NONE: frozenset[int] = frozenset()
_FIRST = frozenset((0,))
Reader = Callable[[Sequence[Any]], Any]


class Selection:
    """The columns and joins of one statement; readers take a row of its result apart."""

    def __init__(self, work: Work, entity: str) -> None:
        self.work, self.model = work, work.model(entity)
        self.table = self.model.table
        self.columns: list[ColumnElement[Any]] = []
        self._places: dict[str, int] = {}
        self._joins: dict[tuple[str, ...], tuple[FromClause, EntityModel]] = {}
        self._from: FromClause = self.table

    def place(self, column: ColumnElement[Any], key: str) -> int:
        """Return where `column` stands in each row, selecting it when it is not yet."""
        if key not in self._places:
            self._places[key] = len(self.columns)
            self.columns.append(column.label(f"c{len(self.columns)}"))
        return self._places[key]

    def column(self, name: str) -> int:
        return self.place(self.table.c[name], name)

    def select(self) -> Select[Any]:
        return select(*self.columns).select_from(self._from)

    @property
    def from_clause(self) -> FromClause:
        return self._from

    @property
    def has_joins(self) -> bool:
        return bool(self._joins)

    def source(self, links: tuple[str, ...]) -> tuple[FromClause, EntityModel]:
        """Return where the rows at the end of a path of links come from, joining them."""
        if not links:
            return self.table, self.model
        if links not in self._joins:
            before, model = self.source(links[:-1])
            field, target = linking(self.work, model, links[-1])
            alias = target.table.alias("_".join(links))
            condition = (
                picks.is_picked(self.work, field, before.c.id, alias)
                if field.spec.type == "pick"
                else alias.c.id == before.c[field.columns[0].name]
            )
            seen = scope.seen(self.work, target.name, alias)
            if seen is not None:
                condition = and_(condition, seen)
            self._from = self._from.outerjoin(alias, condition)
            self._joins[links] = (alias, target)
        return self._joins[links]

    def field(self, path: str) -> tuple[BoundField, FromClause, bool]:
        """Return the field at the end of `path`, where it comes from, and whether it is linked."""
        *links, name = path.split(".")
        source, model = self.source(tuple(links))
        return model.fields[name], source, bool(links)

    def reader(self, path: str) -> Reader:
        """Select the field at `path` and return what reads its value from a row."""
        field, source, _ = self.field(path)
        if field.spec.type == "pick":
            # Joined like what lies behind a link: a row out of sight is none.
            picked, _ = self.source(tuple(path.split(".")))
            return itemgetter(self.place(picked.c.id, f"{path}.id"))
        links = path.rpartition(".")[0]
        places = [
            (column.name, self.place(source.c[column.name], f"{links}.{column.name}" if links
                                     else column.name))
            for column in field.columns
        ]
        currency = currency_path(field) if field.spec.type == "money" else None
        if currency is not None:
            code = self._currency(source, field.entity, currency)
            places.append((f"{field.name}_currency", self.place(code, f"currency of {path}")))
        if len(places) == 1 and field.type.in_one_column(field):
            return _plain_reader(field, places[0][1])
        read = field.type.from_columns
        return lambda row: read(field, {name: row[place] for name, place in places})

    def _currency(self, source: FromClause, entity: str, path: str) -> ColumnElement[Any]:
        """Return the code of an amount: part of the amount, whoever may see where it stands."""
        link, _, rest = path.partition(".")
        bound = self.work.model(entity).fields[link]
        if not rest:
            return source.c[bound.column.name]
        target = self.work.model(bound.spec.to[0])
        alias = target.table.alias()
        return (
            select(self._currency(alias, target.name, rest))
            .where(alias.c.id == source.c[bound.column.name])
            .correlate(source).scalar_subquery()
        )

    def title(self) -> naming.TitleReader:
        """Select what the title is made of and return what writes it in a reader's language."""
        return naming.reader(self)

    def permits(self) -> Callable[[Sequence[Any]], frozenset[int]]:
        """Select which conditions hold for a row; return what reads them as places of permits."""
        rights = self.work.rights(self.model.name)
        if not rights.limited:
            return lambda row: _NONE
        if len(rights.permits) == 1 and rights.holding("see"):
            # The WHERE already holds the only condition: it is true for every row found.
            return lambda row: _FIRST
        places = [
            (permit, self.place(
                case((scope.permit_clause(self.work, self.model.name, permit, self.table),
                      literal_column("1")), else_=literal_column("0")),
                f"permit {permit}",
            ))
            for permit in rights.limited
        ]
        return lambda row: frozenset(permit for permit, place in places if row[place])


def _plain_reader(field: BoundField, place: int) -> Reader:
    """Return a reader without a mapping between: lists read thousands of such values."""
    read = field.type.from_stored
    if type(field.type).from_stored is FieldType.from_stored:
        return itemgetter(place)
    return lambda row: None if row[place] is None else read(field, row[place])


def linking(work: Work, model: EntityModel, name: str) -> tuple[BoundField, EntityModel]:
    """Return a relation or pick, by which a path goes on, and the entity that it leads to.

    ValidationFailed for other fields.
    """
    field = model.fields.get(name)
    target = None if field is None else linked_entity(field)
    if field is None or target is None:
        raise ValidationFailed({name: [
            Sentence("{entity} has no link {name} to follow", entity=model.name, name=name)
        ]})
    return field, work.model(target)
