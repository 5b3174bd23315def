"""Who is asking: an account of staff or of the client area, the panel itself, or nobody.

An actor is loaded anew for each request, so that a right taken away is gone with the next click.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, exists, select

if TYPE_CHECKING:
    from config.specs.site import MembershipSpec
    from runtime.panel import Panel

ActorKind = Literal["system", "staff", "user", "anonymous"]
_EMPTY: Mapping[str, frozenset[int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """`sets`: membership → ids of the rows the person belongs to (`clients` → {4, 7}).

    `rights`: membership → id → the rights held there.
    """

    kind: ActorKind
    id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    sets: Mapping[str, frozenset[int]] = field(default_factory=lambda: _EMPTY)
    rights: Mapping[str, Mapping[int, frozenset[str]]] = field(default_factory=dict)
    locale: str = "en"
    time_zone: str = "UTC"
    ip: str = ""
    request_id: str = ""
    session_id: int | None = None

    @property
    def is_person(self) -> bool:
        """Whether a human is behind it; only the panel itself is not."""
        return self.kind != "system"

    def within(self, membership: str, right: str | None) -> frozenset[int]:
        """Return the ids of `membership` in which the actor holds `right` (any when None)."""
        ids = self.sets.get(membership, frozenset())
        if right is None:
            return ids
        held = self.rights.get(membership, {})
        return frozenset(id for id in ids if right in held.get(id, ()))  # noqa: A001

    def asking(self, *, ip: str = "", request_id: str = "", session_id: int | None = None) -> Actor:
        """Return the actor with the marks of the present request, for the history."""
        return replace(self, ip=ip, request_id=request_id, session_id=session_id)


SYSTEM = Actor("system", name="panelwright")
ANONYMOUS = Actor("anonymous", name="anonymous")


def system(name: str) -> Actor:
    """Return the panel itself under the name of a part: `job charge_services`."""
    return Actor("system", name=name)


def load_actor(panel: Panel, kind: str, id: int) -> Actor | None:  # noqa: A002
    """Return the account as it is now; None when it is gone, switched off, or of no such kind."""
    from runtime.database import transaction

    if kind not in ("staff", "user"):
        return None
    statement = panel.remember(("account", kind), lambda: _account(panel, kind))
    with transaction(panel.engine, SYSTEM, write=False) as connection:
        account = connection.execute(statement, {"account": id}).first()
        return None if account is None else actor_of(panel, connection, kind, account)


def account_columns(panel: Panel, kind: str) -> list[ColumnElement[Any]]:
    """Return what `actor_of` reads of an account, to be selected from its table."""
    table = panel.generated.entities[kind].table
    common = [table.c[name] for name in _ACCOUNT]
    if kind != "staff":
        return common
    members = panel.generated.entities["staff_membership"].table
    in_group = exists().where(members.c.staff_id == table.c.id).label("in_group")
    return [*common, table.c.roles, in_group]


_ACCOUNT = ("id", "enabled", "firstname", "lastname", "email", "language", "time_zone")


def _account(panel: Panel, kind: str) -> Select[Any]:
    table = panel.generated.entities[kind].table
    return select(*account_columns(panel, kind)).where(table.c.id == bindparam("account"))


def actor_of(panel: Panel, connection: Connection, kind: str, account: Any) -> Actor | None:
    """Return who an account is, read as `account_columns` says; None when it is switched off."""
    if not account.enabled:
        return None
    name = " ".join(part for part in (account.firstname, account.lastname) if part)
    site = panel.project.site
    common = {
        "name": name or account.email, "locale": _locale(account.language, site.locales),
        "time_zone": account.time_zone or site.time_zone,
    }
    if kind == "staff":
        roles = _listed(account.roles)
        if account.in_group:
            roles |= _group_roles(panel, connection, account.id)
        return Actor("staff", account.id, roles=roles, **common)
    sets, rights = _memberships(panel, connection, account.id)
    roles = frozenset(site.default_roles)
    return Actor("user", account.id, roles=roles, sets=sets, rights=rights, **common)


def _locale(chosen: str | None, offered: tuple[str, ...]) -> str:
    """Return the person's language, the site's first when it is not offered any more."""
    return chosen if chosen in offered else offered[0]


def _group_roles(panel: Panel, connection: Connection, id: int) -> frozenset[str]:  # noqa: A002
    """Return the roles of the person's groups, nested ones included."""
    statement = panel.remember("roles of groups", lambda: _groups(panel))
    held = connection.execute(statement, {"account": id}).scalars()
    return frozenset().union(*(_listed(stored) for stored in held))


def _groups(panel: Panel) -> Select[Any]:
    """Return the query for the roles of all groups of one person."""
    entities = panel.generated.entities
    members, parts = entities["staff_membership"].table, entities["staff_group_part"].table
    held = (
        select(members.c.staff_group_id.label("id"))
        .where(members.c.staff_id == bindparam("account"))
        .cte("held", recursive=True)
    )
    # UNION leaves out what is there already: groups that take in each other come to an end.
    held = held.union(select(parts.c.part_id).where(parts.c.whole_id == held.c.id))
    table = entities["staff_group"].table
    return select(table.c.roles).where(table.c.id.in_(select(held.c.id)))


def _memberships(
    panel: Panel, connection: Connection, id: int  # noqa: A002
) -> tuple[dict[str, frozenset[int]], dict[str, dict[int, frozenset[str]]]]:
    """Return membership → ids of its rows, and membership → id → rights held there."""
    sets: dict[str, frozenset[int]] = {}
    rights: dict[str, dict[int, frozenset[str]]] = {}
    for name, spec in panel.project.site.memberships.items():
        held = _held_rights(panel, connection, spec, id)
        sets[name], rights[name] = frozenset(held), held
    return sets, rights


def _held_rights(
    panel: Panel, connection: Connection, spec: MembershipSpec, id: int  # noqa: A002
) -> dict[int, frozenset[str]]:
    statement = panel.remember(("members", spec.through), lambda: _members(panel, spec))
    held: dict[int, frozenset[str]] = {}
    for row in connection.execute(statement, {"account": id}).mappings():
        place = row["member_of"]
        everything = spec.all_when is not None and bool(row[spec.all_when])
        here = frozenset(panel.project.site.rights) if everything else (
            _listed(row[spec.rights]) if spec.rights else frozenset()
        )
        if place is not None:
            held[place] = held.get(place, frozenset()) | here
    return held


def _members(panel: Panel, spec: MembershipSpec) -> Select[Any]:
    """Return the query for the rows of a membership that belong to one account."""
    pivot = panel.generated.entities[spec.through]
    table: Table = pivot.table
    target = table.c[pivot.fields[spec.of].column.name]
    statement = select(table, target.label("member_of")).where(
        table.c[pivot.fields[spec.account].column.name] == bindparam("account")
    )
    return statement.where(table.c.deleted_at.is_(None)) if pivot.has("trash") else statement


def _listed(stored: Any) -> frozenset[str]:
    """Return the keys of a stored `choices` field (`|a|b|`)."""
    return frozenset(key for key in (stored or "").split("|") if key)
