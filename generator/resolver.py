"""How expressions find their columns in the generated tables (`generator.sql.SqlResolver`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, select

from config.expressions import Env
from config.project import Project
from generator.models import Child, EntityModel


class TableResolver:
    """Finds columns by their fields. Rows in the trash do not belong to any collection."""

    def __init__(
        self, models: Mapping[str, EntityModel], project: Project, env: Env | None = None
    ) -> None:
        self._models, self._project, self._env = models, project, env

    def with_env(self, env: Env) -> TableResolver:
        """Return a resolver for sets whose `where` asks for the time or the actor."""
        return TableResolver(self._models, self._project, env)

    def table(self, entity: str) -> FromClause:
        return self._models[entity].table.alias()

    def column(self, entity: str, source: Any, field: str) -> ColumnElement[Any]:
        return source.c[self._models[entity].fields[field].column.name]

    def currency(self, entity: str, source: Any, field: str) -> ColumnElement[str]:
        return source.c[f"{field}_currency"]

    def any_record(
        self, entity: str, source: Any, field: str
    ) -> tuple[ColumnElement[str], ColumnElement[int]]:
        return source.c[f"{field}_entity"], source.c[f"{field}_id"]

    def entity_of(self, entity: str, field: str) -> str:
        """Return the entity of the rows of a collection or named set."""
        return self._child(entity, field).entity

    def joined(
        self, entity: str, field: str, owner: ColumnElement[int], source: FromClause
    ) -> ColumnElement[bool]:
        child = self._child(entity, field)
        where = self._where(entity, field)
        if child.through is not None:
            belongs = self._through(child, entity, owner, source, where)
        else:
            belongs = self._links(child.entity, child.by, entity, owner, source)
            if where is not None:
                belongs = and_(belongs, self._compiled(where, source))
        return self._living(child.entity, belongs, source)

    def _where(self, entity: str, field: str) -> Any:
        """Return the condition of a named set: on the row of the pivot, if there is one."""
        if field in self._models[entity].children:
            return None
        return self._project.expressions.get(f"entity/{entity}/sets/{field}/where")

    def _living(
        self, entity: str, condition: ColumnElement[bool], source: FromClause
    ) -> ColumnElement[bool]:
        if not self._models[entity].has("trash"):
            return condition
        return and_(condition, source.c.deleted_at.is_(None))

    def _child(self, entity: str, field: str) -> Child:
        model = self._models[entity]
        return model.children.get(field) or model.sets[field]

    def _links(
        self, entity: str, by: str, target: str, owner: ColumnElement[int], source: FromClause
    ) -> ColumnElement[bool]:
        bound = self._models[entity].fields[by]
        linked = source.c[bound.column.name] == owner
        if not bound.spec.to_any:
            return linked
        return and_(source.c[f"{by}_entity"] == target, linked)

    def _through(
        self, child: Child, entity: str, owner: ColumnElement[int], source: FromClause, where: Any
    ) -> ColumnElement[bool]:
        assert child.through is not None
        assert child.to is not None
        pivot = self.table(child.through)
        far = self.column(child.through, pivot, child.to)
        linked = self._links(child.through, child.by, entity, owner, pivot)
        if where is not None:
            linked = and_(linked, self._compiled(where, pivot))
        query = select(far).where(self._living(child.through, linked, pivot))
        return source.c.id.in_(query.correlate_except(pivot))

    def _compiled(self, where: Any, source: FromClause) -> ColumnElement[bool]:
        from generator.indexes import TIMELESS
        from generator.sql import compile_sql

        return compile_sql(where, self, self._env or TIMELESS, source)
