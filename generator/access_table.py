"""Who may do what, compiled once: for each set of roles and entity the permits that they add up to.

A *permit* is the part of a role's grant that stands under one condition. A grant that shows all
rows but edits only those in its scope becomes two permits; a row then is covered by a permit
when that permit's condition holds, and what may be done is the union of the covering permits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from config.expressions import Expression
from config.grants import ACTIONS, Grant, Needs, included_roles, member_test, resolve_grants
from config.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """`actions` of see, create, edit, delete, purge, on the rows for which the condition holds.

    The condition is `scope` (an expression on the row) and `member` (an expression that asks
    whether the row belongs where the actor holds the right `needs`); both None: every row.
    `impossible` permits nothing: the membership that they need does not exist.
    """

    grant: Grant
    actions: frozenset[str]
    scope: Expression | None = None
    needs: Needs | None = None
    member: Expression | None = None

    @property
    def free(self) -> bool:
        """Whether it covers every row."""
        return self.scope is None and self.needs is None

    @property
    def impossible(self) -> bool:
        return self.needs is not None and self.member is None


class AccessTable:
    """The permits of a project. What was asked once is remembered."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._grants = resolve_grants(project)
        self._permits: dict[tuple[frozenset[str], str], tuple[Permit, ...]] = {}
        self._included: dict[tuple[frozenset[str], str], frozenset[str]] = {}

    @property
    def project(self) -> Project:
        return self._project

    def roles(self, names: Collection[str], area: str) -> frozenset[str]:
        """Return the roles that `names` stand for, included ones too, those of one area only."""
        key = (frozenset(names), area)
        if key not in self._included:
            roles = self._project.roles
            own = [name for name in names if name in roles and roles[name].area == area]
            self._included[key] = frozenset(
                name for name in included_roles(roles, own) if roles[name].area == area
            )
        return self._included[key]

    def permits(self, roles: frozenset[str], entity: str) -> tuple[Permit, ...]:
        """Return the permits of the roles (as `roles` gave them) on an entity."""
        key = (roles, entity)
        if key not in self._permits:
            self._permits[key] = tuple(
                permit
                for role in sorted(roles) if entity in self._grants.get(role, {})
                for permit in self._split(self._grants[role][entity])
                if not permit.impossible
            )
        return self._permits[key]

    def _split(self, grant: Grant) -> Iterable[Permit]:
        reach = {action: self._reach(grant, action) for action in ACTIONS}
        member = member_test(self._project, grant)
        everywhere = frozenset(action for action, far in reach.items() if far == "all")
        within = frozenset(action for action, far in reach.items() if far == "scope")
        if everywhere:
            yield Permit(grant, everywhere, None, grant.needs, member)
        # Without a scope there is nothing that `scope` could mean: it reaches no row.
        if within and grant.scope is not None:
            yield Permit(grant, within, grant.scope, grant.needs, member)

    def _reach(self, grant: Grant, action: str) -> str:
        """In the client area nobody makes a row that lies outside their own scope."""
        far = grant.reaches(action)
        area = self._project.roles[grant.role].area
        if action == "create" and far == "all" and area == "client" and grant.scope is not None:
            return "scope"
        return far

    def entities(self) -> Mapping[str, frozenset[str]]:
        """Return entity → all its fields, which is what the panel itself sees."""
        from config.entity_types import implicit_types

        return {
            name: frozenset(entity.fields) | frozenset(implicit_types(entity))
            for name, entity in self._project.entities.items()
        }
