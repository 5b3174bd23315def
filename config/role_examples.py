"""Statements of roles about themselves, proved with the same grants that the panel enforces.

    examples:
      not a stranger's:
        {given: {actor: {member_of: A}, record: {service: {client: B}}}, cannot: see}

Without a record, `can` means that some row is in reach and `cannot` that none is. With one, the
scope, the right needed, the state a move starts from, its `when`, and what keeps a row from
being deleted (`keep`) or changed (`frozen`) are all asked. Functions (`guard_by`) are not.
It is noon of 1 January 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from config.errors import suggest
from config.example_rows import ExampleProblem, Rows, value_of
from config.expressions import Env, Expression, compile_python
from config.grants import ACTIONS, Grant, grants_for, member_test, resolve_grants
from config.specs import RoleSpec
from config.specs.role import ExampleSpec
from config.written import problem_of

if TYPE_CHECKING:
    from config.objects import Item, Objects
    from config.project import Project

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
OTHER_ACTIONS = ("export", "import", "history")
_ACTOR_KEYS = ("id", "member_of", "rights", "name")


def check_role_examples(objects: Objects, project: Project) -> None:
    """Report every statement that does not hold."""
    grants = resolve_grants(project)
    for item in objects.checked("role"):
        for name in item.spec.examples:
            _Example(objects, project, grants, item, name).check()


@dataclass(frozen=True)
class Answer:
    """Whether something is allowed, and the reason when it is not."""

    allowed: bool
    reason: str = ""


class _Example:
    """One statement, with the rows and the actor that it gives."""

    def __init__(
        self, objects: Objects, project: Project, grants: Mapping[str, Mapping[str, Grant]],
        item: Item, name: str,
    ) -> None:
        self.objects, self.project, self.grants, self.item = objects, project, grants, item
        self.path = ("examples", name)
        self.role: RoleSpec = item.spec
        self.example: ExampleSpec = item.spec.examples[name]
        self.rows = Rows(project.entities, project.machines)
        self.rights: frozenset[str] | None = None
        self.members: frozenset[int] = frozenset()
        self.entity: str | None = None
        self.row: dict[str, Any] | None = None

    def check(self) -> None:
        try:
            env = self._given()
            for key, words in (("can", self.example.can), ("cannot", self.example.cannot)):
                for index, word in enumerate(words):
                    self._check_word(env, key, index, word)
            if not self.example.can and not self.example.cannot:
                raise ExampleProblem("the example says nothing", (), "write can or cannot")
        except ExampleProblem as problem:
            self.objects.report(self.item, (*self.path, *problem.path), problem.what,
                                "bad-example", problem.hint, on_key=not problem.path)

    def _check_word(self, env: Env, key: str, index: int, word: str) -> None:
        entity, action = self._action(word)
        answer = self._answer(env, entity, action)
        if answer.allowed == (key == "can"):
            return
        source, inner = self.item.locate((*self.path, key, index))
        place = (*self.path, key, index) if inner in source.value_positions else (*self.path, key)
        said = f"{entity}.{action}" + (
            f" on {self.example.field}" if self.example.field else ""
        )
        if key == "can":
            what, hint = f"{self.role.role} cannot {said}", answer.reason
        else:
            what, hint = f"{self.role.role} can {said}", f"allowed by role {answer.reason}"
        self.objects.report(self.item, place, what, "example-fails", hint)

    def _given(self) -> Env:
        given = self.example.given
        for key in given:
            if key not in ("actor", "record"):
                raise ExampleProblem("unknown key", ("given", key),
                                     suggest(key, ("actor", "record")))
        me = self._actor(given.get("actor", {}))
        record = given.get("record")
        if record is not None:
            if not isinstance(record, dict) or len(record) != 1:
                raise ExampleProblem("expected one record", ("given", "record"),
                                     "write {service: {status: active}}")
            self.entity = next(iter(record))
            self.row = self.rows.add(self.entity, record[self.entity],
                                     ("given", "record", self.entity))
        return Env(now=NOW, today=date(2026, 1, 1), me=me, settings=self._settings(),
                   related=self.rows.related, children=self.rows.children)

    def _actor(self, actor: Any) -> dict[str, Any]:
        if not isinstance(actor, dict):
            raise ExampleProblem("expected a map", ("given", "actor"), "write {member_of: A}")
        for key in actor:
            if key not in _ACTOR_KEYS:
                raise ExampleProblem("unknown key", ("given", "actor", key),
                                     suggest(key, _ACTOR_KEYS))
        names = actor.get("member_of") or []
        names = [names] if isinstance(names, str) else names
        self.members = frozenset(self.rows.id_of(str(name)) for name in names)
        if actor:
            # Whoever is described holds the rights that are named, and no others.
            rights = actor.get("rights") or ()
            self.rights = frozenset([rights] if isinstance(rights, str) else rights)
        kind = "staff" if self.role.area == "staff" else "user"
        key = self.rows.id_of(str(actor.get("id", "me")))
        memberships = dict.fromkeys(self.project.site.memberships, self.members)
        return {**memberships, "id": key, "name": actor.get("name", "somebody"), "kind": kind,
                "staff": key if kind == "staff" else None,
                "user": key if kind == "user" else None}

    def _settings(self) -> dict[str, dict[str, Any]]:
        return {
            tab: {
                key: value_of(one, one.default) for key, one in spec.fields.items()
                if one.default is not None and problem_of(one, one.default) is None
            }
            for tab, spec in self.project.settings.items()
        }

    def _action(self, word: str) -> tuple[str, str]:
        """Return entity and action of `see`, `suspend` or `service.suspend`."""
        entity, dot, action = word.partition(".")
        if not dot:
            action = word
            entity = self.entity or (self.example.field or "").partition(".")[0]
        if not entity:
            raise ExampleProblem(f"'{word}' of what?", (), "write it like service.suspend")
        if entity not in self.project.entities:
            raise ExampleProblem(f"there is no entity '{entity}'", (),
                                 suggest(entity, self.project.entities))
        known = [*ACTIONS, *OTHER_ACTIONS, *self._moves(entity)]
        if action not in known:
            raise ExampleProblem(f"{entity} has no action or move '{action}'", (),
                                 suggest(action, known))
        return entity, action

    def _moves(self, entity: str) -> dict[str, tuple[str, Any]]:
        """Return move → (field, spec) of all machines of an entity."""
        return {
            name: (machine.field, move) for machine in self.project.machines.values()
            if machine.entity == entity for name, move in machine.moves.items()
        }

    def _answer(self, env: Env, entity: str, action: str) -> Answer:
        grants = grants_for(self.grants, self.project, {self.role.role}, entity)
        reasons = [f"no role says anything about {entity}"] if not grants else []
        row = self.row if entity == self.entity else None
        for grant in grants:
            reason = self._refused(env, grant, action, row)
            if not reason:
                return Answer(True, grant.role)
            reasons.append(f"{grant.role}: {reason}")
        return Answer(False, "; ".join(reasons))

    def _refused(
        self, env: Env, grant: Grant, action: str, row: dict[str, Any] | None
    ) -> str:
        """Return why a grant does not allow an action, "" when it does."""
        reach = _reach(grant, action)
        if reach == "none":
            return f"does not allow {action}"
        if reach == "scope" and row is not None and not _in_scope(grant, row, env):
            return f"the record is outside its scope {grant.scope.text if grant.scope else ''}"
        if grant.needs is not None:
            reason = self._lacks_right(grant, row, env)
            if reason:
                return reason
        return self._field_refused(grant, action) or self._row_refused(env, grant, action, row)

    def _lacks_right(self, grant: Grant, row: dict[str, Any] | None, env: Env) -> str:
        needs = grant.needs
        assert needs is not None
        if self.rights is not None and needs.right not in self.rights:
            return f"needs the right {needs.right}"
        if row is None:
            return ""
        test = member_test(self.project, grant)
        belongs = test is not None and _holds(test, row, env)
        return "" if belongs else "the actor is no member there"

    def _field_refused(self, grant: Grant, action: str) -> str:
        if self.example.field is None:
            return ""
        entity, _, name = self.example.field.partition(".")
        spec = self.project.entities.get(entity)
        if spec is None or name not in spec.fields or entity != grant.entity:
            raise ExampleProblem(f"there is no field '{self.example.field}'", ("field",),
                                 "write it like client.credit_limit")
        allowed = grant.editable if action in ("edit", "create") else grant.visible
        return "" if name in allowed else f"{action} leaves out the field {name}"

    def _row_refused(
        self, env: Env, grant: Grant, action: str, row: dict[str, Any] | None
    ) -> str:
        """Ask what the row itself says: states of moves, what keeps it, what froze it."""
        if row is None:
            return ""
        spec, address = self.project.entities[grant.entity], f"entity/{grant.entity}"
        moves = self._moves(grant.entity)
        if action in moves:
            return self._move_refused(env, grant.entity, action, moves[action], row)
        if action in ("delete", "purge"):
            for name in spec.keep:
                expression = self.project.expressions.get(f"{address}/keep/{name}/when")
                if expression is not None and _holds(expression, row, env):
                    return f"keep {name} holds"
        expression = self.project.expressions.get(f"{address}/frozen/when")
        if action not in ("edit", "delete") or expression is None or spec.frozen is None:
            return ""
        if not _holds(expression, row, env):
            return ""
        field = (self.example.field or "").partition(".")[2]
        open_ = set(spec.frozen.except_) & grant.editable
        still_open = action == "edit" and bool({field} & open_ if field else open_)
        return "" if still_open else "the record is frozen"

    def _move_refused(
        self, env: Env, entity: str, name: str, found: tuple[str, Any], row: dict[str, Any]
    ) -> str:
        field, move = found
        kind = "user" if self.role.area == "client" else "staff"
        if kind not in move.by:
            return f"the move is made by {' or '.join(move.by)}"
        if "any" not in move.from_ and row[field] not in move.from_:
            return f"the move starts from {' or '.join(move.from_)}, not from {row[field]}"
        expression = self.project.expressions.get(
            f"machine/{entity}.{field}/moves/{name}/when"
        )
        if expression is not None and not _holds(expression, row, env):
            return f"the condition {expression.text} does not hold"
        return ""


def _reach(grant: Grant, action: str) -> str:
    if action == "export":
        return grant.reaches("see") if grant.export else "none"
    if action == "history":
        return grant.reaches("see") if grant.history else "none"
    if action == "import":
        return grant.reaches("create") if grant.import_ else "none"
    return grant.reaches(action)


def _in_scope(grant: Grant, row: Mapping[str, Any], env: Env) -> bool:
    return grant.scope is not None and _holds(grant.scope, row, env)


def _holds(expression: Expression, row: Mapping[str, Any], env: Env) -> bool:
    return compile_python(expression)(row, env) is True
