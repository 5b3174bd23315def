"""Who may find whose row on which page: an answer that does not ask the gate.

    mark(panel)     every text of every row says whose it is: zq-<entity>-<field>-<id>-qz
    Ownership       which members' companies a row belongs to, by following its links
    Oracle          what one person may find at all, from ownership and the roles' YAML
    requests_for    every request that can be made of a route, aimed at given rows

A page that shows a mark which the oracle does not allow has leaked it, however it got there.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, literal, select, text, update
from sqlalchemy import String as SqlString

from config.specs.role import GrantSpec
from runtime.panel import Panel

MARK = re.compile(r"zq-([a-z_0-9]+?)-([a-z_0-9]+?)-(\d+)-qz", re.IGNORECASE)
_MARKED = ("text", "long_text", "markdown", "slug", "email")
_DEPTH = 6
# Their texts are digests that the panel itself reads back.
_WORKING = (
    "session", "credential", "login_attempt", "file", "file_transfer",
    "import_line", "import_mapping"
)


@dataclass(frozen=True)
class Found:
    """A mark on a page."""

    entity: str
    field: str
    id: int


def marks_in(page: str) -> set[Found]:
    return {Found(e.lower(), f.lower(), int(i)) for e, f, i in MARK.findall(page)}


def mark(panel: Panel) -> None:
    """Write its own mark over every text of every row, past all rules."""
    with panel.engine.connect() as connection:
        _without_triggers(panel, connection)
        for name, model in panel.generated.entities.items():
            values = {}
            for key, bound in model.fields.items():
                if bound.implicit or bound.spec.type not in _MARKED or not bound.columns:
                    continue
                if name in _WORKING:
                    continue
                end = "@example.com" if bound.spec.type == "email" else ""
                number = func.cast(model.table.c.id, SqlString)
                values[bound.column.name] = literal(f"zq-{name}-{key}-") + number + f"-qz{end}"
            if values:
                filled = {
                    column: _where_filled(model.table.c[column], value)
                    for column, value in values.items()
                }
                connection.execute(update(model.table).values(**filled))
        connection.commit()


def _where_filled(column: Any, value: Any) -> Any:
    from sqlalchemy import case

    return case((column.is_not(None), value), else_=None)


def _without_triggers(panel: Panel, connection: Connection) -> None:
    """Rows that may never change are changed here, in a database of the test's own."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in names.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
    else:
        for name in panel.generated.metadata.tables:
            connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))


@dataclass
class Ownership:
    """Which companies a row belongs to, found by following links from row to row.

    `rows`: entity → id → (entity, id) of every row it links to, by field.
    """

    panel: Panel
    rows: dict[str, dict[int, dict[str, tuple[str, int]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.membership,) = self.panel.project.site.memberships.values()
        with self.panel.engine.connect() as connection:
            for name, model in self.panel.generated.entities.items():
                self.rows[name] = {
                    row["id"]: dict(self._links(model, row))
                    for row in connection.execute(select(model.table)).mappings()
                }
        self._owners: dict[tuple[str, int], frozenset[int]] = {}

    def owners(self, entity: str, id_: int, depth: int = 0) -> frozenset[int]:
        """Return the companies that the row belongs to; none for what belongs to nobody."""
        company, account = self.membership.of, self.membership.account
        if entity == company:
            return frozenset({id_})
        if entity == account:
            return frozenset(self.companies_of(id_))
        if depth > _DEPTH or id_ not in self.rows.get(entity, {}):
            return frozenset()
        key = (entity, id_)
        if key not in self._owners:
            found: frozenset[int] = frozenset()
            for target, target_id in self.rows[entity][id_].values():
                if target != entity:
                    found |= self.owners(target, target_id, depth + 1)
            self._owners[key] = found
        return self._owners[key]

    def companies_of(self, user: int) -> set[int]:
        spec = self.membership
        return {
            links[spec.of][1]
            for links in self.rows[spec.through].values()
            if links.get(spec.account) == (spec.account, user) and spec.of in links
        }

    def person_of(self, entity: str, id_: int) -> int | None:
        """Return the account that a row is the private business of."""
        if entity in (self.membership.account, self.membership.through, self.membership.of):
            return None
        for target, target_id in self.rows.get(entity, {}).get(id_, {}).values():
            if target == self.membership.account:
                return target_id
        return None

    def _links(self, model: Any, row: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, int]]]:
        for key, bound in model.fields.items():
            if bound.spec.type != "relation":
                continue
            if bound.spec.to_any:
                target, target_id = row[f"{key}_entity"], row[f"{key}_id"]
            else:
                target, target_id = bound.spec.to[0], row[bound.columns[0].name]
            if target and target_id:
                yield key, (target, target_id)


@dataclass
class Oracle:
    """What one person may find. `user`: in the client area; None: staff or nobody."""

    ownership: Ownership
    roles: frozenset[str]
    area: str
    user: int | None = None
    rights: frozenset[str] = frozenset()
    account: tuple[str, int] = ("", 0)
    """The person's own account: its name stands in the frame of every page."""

    def leaks(self, page: str) -> set[Found]:
        return {found for found in marks_in(page) if not self.allows(found)}

    def allows(self, found: Found) -> bool:
        if (found.entity, found.id) == self.account and found.field in ("firstname", "lastname"):
            return True
        if found.entity == "activity":
            # The history of a row belongs to whoever may see the row.
            about = self.ownership.rows["activity"].get(found.id, {}).get("record")
            return about is not None and about[0] in self._grants and self._row_open(*about)
        model = self.ownership.panel.generated.entities.get(found.entity)
        opened = model is not None and self._field_open(found, model)
        return opened and self._row_open(found.entity, found.id)

    def _row_open(self, entity: str, id_: int) -> bool:
        if self.area == "staff":
            return True
        person = self.ownership.person_of(entity, id_)
        if person is not None:
            return person == self.user
        owners = self.ownership.owners(entity, id_)
        if entity == self.ownership.membership.account:
            return id_ == self.user or bool(owners & self._own)
        return not owners or bool(owners & self._own)

    @cached_property
    def _own(self) -> set[int]:
        return self.ownership.companies_of(self.user) if self.user else set()

    def _field_open(self, found: Found, model: Any) -> bool:
        bound = model.fields[found.field]
        if self.area == "client" and bound.spec.class_ == "staff_only":
            return False
        if bound.spec.class_ == "secret":
            return False
        # What names a row stands on pages that name it.
        titled = found.field in {path.partition(".")[0] for path in model.spec.title.paths}
        return any(
            titled or _opens(grant, found.field, bound.spec.class_)
            for grant in self._grants.get(found.entity, self._grants.get("*", []))
        )

    @cached_property
    def _grants(self) -> dict[str, list[GrantSpec]]:
        """Entity → the grants of the person's roles that show it, included roles too."""
        project = self.ownership.panel.project
        waiting, seen = list(self.roles), set()
        grants: dict[str, list[GrantSpec]] = {}
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            waiting += project.roles[name].includes
            for entity, grant in project.roles[name].allow.items():
                if grant.see != "none" and (grant.needs is None or grant.needs in self.rights):
                    grants.setdefault(entity, []).append(grant)
        return grants


def _opens(grant: GrantSpec, name: str, class_: str) -> bool:
    entries = {name, f"class:{class_}"}
    if grant.fields.only is not None:
        return bool(entries & set(grant.fields.only))
    return not entries & set(grant.fields.except_)


# ---------------------------------------------------------------------- requests


@dataclass(frozen=True)
class Ask:
    """One request. `data` is a form without its token."""

    method: str
    path: str
    data: tuple[tuple[str, str], ...] = ()


def requests_for(
    route: Mapping[str, Any],
    panel: Panel,
    aims: Mapping[str, Iterable[int]],
    *,
    variants: bool,
) -> Iterator[Ask]:
    """Yield the requests of a route, for each entity it can be about and each row in `aims`.

    Without `variants` one request each: for whom the whole area is closed.
    """
    method = "POST" if route["changes"] else "GET"
    entities = list(panel.generated.entities) if "{entity}" in route["path"] else [route["entity"]]
    for entity in entities:
        ids = list(aims.get(entity or "", ())) if "{id}" in route["path"] else [0]
        asks = (
            ask
            for id_ in ids
            for path in _paths(route, panel, entity, id_)
            for ask in _asks(method, route, panel, entity, path, aims)
        )
        yield from asks if variants else itertools.islice(asks, 1)


def _asks(
    method: str,
    route: Mapping[str, Any],
    panel: Panel,
    entity: str | None,
    path: str,
    aims: Mapping[str, Iterable[int]],
) -> Iterator[Ask]:
    if method == "GET":
        for query in _queries(route, panel, entity, path):
            yield Ask(method, query)
    else:
        for data in _forms(route, panel, entity, aims):
            yield Ask(method, path, data)


def _paths(route: Mapping[str, Any], panel: Panel, entity: str | None, id_: int) -> Iterator[str]:
    path = route["path"].replace("{entity}", entity or "").replace("{id}", str(id_))
    model = panel.generated.entities.get(entity or "")
    if "{move}" in path:
        moves = [name for machine in model.machines.values() for name in machine.moves]
        yield from (path.replace("{move}", name) for name in [*moves[:3], "nonsense"])
    elif "{field}" in path:
        secrets = [key for key, bound in model.fields.items() if bound.spec.type == "secret"]
        yield from (path.replace("{field}", name) for name in [*secrets, "id"])
    elif "{tab}" in path:
        yield from (path.replace("{tab}", tab) for tab in [*list(panel.project.settings)[:2], "x"])
    else:
        yield path.replace("{path}", "x")


def _queries(
    route: Mapping[str, Any], panel: Panel, entity: str | None, path: str
) -> Iterator[str]:
    yield path
    model = panel.generated.entities.get(entity or "")
    if model is None:
        return
    if route["action"] in ("list", "export"):
        yield f"{path}?q=zq"
        if "trash" in model.spec.traits:
            yield f"{path}?trash=1"
        for name in model.views:
            yield f"{path}?view={name}"
    if route["action"] == "lookup":
        yield f"{path}?q=zq"
        for referrer in model.referrers[:1]:
            yield f"{path}?q=&via={referrer.entity}.{referrer.field}"
    if route["action"] == "detail":
        for tab in list(model.detail.tabs)[1:]:
            yield f"{path}?tab={tab}"


def _forms(
    route: Mapping[str, Any], panel: Panel, entity: str | None, aims: Mapping[str, Iterable[int]]
) -> Iterator[tuple[tuple[str, str], ...]]:
    model = panel.generated.entities.get(entity or "")
    ids = tuple(("id", str(id_)) for id_ in aims.get(entity or "", ()))
    match route["action"]:
        case "create" | "edit" | "profile":
            yield tuple(_filled(model, aims))
        case "export":
            yield (("kind", "csv"), ("shown", "yes"), *_every_column(panel, entity))
            yield (("kind", "csv"), ("shown", "no"), *_every_column(panel, entity))
        case "import":
            yield (("text", "name\nhacked"), ("header.0", "name"), ("field.0", "name"))
        case "bulk":
            yield (("action", "delete"), ("confirmed", "1"), *ids)
            for machine in list(model.machines.values())[:1] if model else ():
                for name in list(machine.moves)[:2]:
                    yield (("action", f"move:{name}"), ("confirmed", "1"), ("reason", "x"), *ids)
        case "order":
            yield (("up", ids[0][1] if ids else "1"),)
        case "settings":
            yield (("x", "1"),)
        case "login" | "logout" | "password" | "preferences":
            return
        case _:
            yield (("reason", "hacked"),)


def _every_column(panel: Panel, entity: str | None) -> Iterator[tuple[str, str]]:
    """Every field, and every field of the rows that it links to."""
    entities = panel.generated.entities
    for key, bound in entities[entity].fields.items() if entity in entities else ():
        yield "column", key
        if bound.spec.type == "relation" and not bound.spec.to_any:
            yield from (("column", f"{key}.{name}") for name in entities[bound.spec.to[0]].fields)


def _filled(model: Any, aims: Mapping[str, Iterable[int]]) -> Iterator[tuple[str, str]]:
    """A form that tries to write every text, and to link to every row it should not."""
    yield "version", "1"
    for key, bound in (model.fields if model else {}).items():
        if bound.implicit:
            continue
        if bound.spec.type in ("text", "long_text", "markdown"):
            yield key, "hacked"
        elif bound.spec.type == "relation" and not bound.spec.to_any:
            target = next(iter(aims.get(bound.spec.to[0], ())), None)
            if target:
                yield key, str(target)
