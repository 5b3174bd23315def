"""May they? One actor's permits on one entity, as the gate asks them.

A row is *covered* by a permit when the permit's condition holds for it. What may be done with a
row is the union over the permits that cover it; nothing else allows anything. Which conditions
hold is asked of the database together with the row: `matched` are the places of those permits
in `Rights.permits`; free permits cover every row and are not listed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from config.project import Project
from config.texts.sentence import Named, Sentence
from generator.access_table import AccessTable, Permit
from runtime.actors import Actor

Action = Literal[
    "see", "create", "edit", "delete", "restore", "purge", "move", "export", "import", "history",
    "load_history", "reveal",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """May they? `rule` names what allowed it (`role support, client, see all`), or the nearest
    rule that did not; `reason` is a sentence for the person concerned. Clients are told no roles
    and rules: what they would say stands in `detail`, for who looks after the panel.

    `permit` is the one that `rule` names; `outside` are those that would allow it on other rows."""

    allowed: bool
    reason: str
    rule: str = ""
    detail: str = ""
    permit: Permit | None = field(default=None, compare=False, repr=False)
    outside: tuple[Permit, ...] = field(default=(), compare=False, repr=False)

    def __bool__(self) -> bool:
        return self.allowed


_DECISIONS_MAX = 5000

# What people outside are told.
NOT_ALLOWED = Sentence("Your account does not allow it.")
NOT_GIVEN = Sentence("You need a right for this that was not given to you.")

# Which action of a grant an action of the gate needs.
_NEEDS = {
    "see": "see", "export": "see", "history": "see", "move": "see", "reveal": "see",
    "create": "create", "import": "create", "load_history": "create",
    "edit": "edit", "delete": "delete", "restore": "delete", "purge": "purge",
}
_DOING: Mapping[Action, Sentence] = {
    "see": Sentence("see {entity}"), "create": Sentence("create {entity}"),
    "edit": Sentence("edit {entity}"), "delete": Sentence("delete {entity}"),
    "restore": Sentence("restore {entity}"), "purge": Sentence("delete {entity} for good"),
    "move": Sentence("change the state of {entity}"), "export": Sentence("export {entity}"),
    "import": Sentence("import {entity}"), "history": Sentence("see the history of {entity}"),
    "load_history": Sentence("import {entity} with its history"),
    "reveal": Sentence("see the secrets of {entity}"),
}
_WRITES = ("create", "edit", "import", "load_history")
AREA_OF: Mapping[str, str] = {"staff": "staff", "user": "client"}


class Rights:
    """What a set of roles may do with one entity. `everything` is the panel itself; `outside`
    are people of the client area and visitors."""

    def __init__(
        self, entity: str, permits: tuple[Permit, ...], fields: frozenset[str], *,
        everything: bool = False, outside: bool = False, project: Project | None = None,
    ) -> None:
        self.entity, self.permits, self.everything = entity, permits, everything
        self.outside, self._project = outside, project
        self._fields = fields
        self._visible: dict[frozenset[int], frozenset[str]] = {}
        self._editable: dict[tuple[str, frozenset[int]], frozenset[str]] = {}
        self._holding: dict[tuple[str, str | None], tuple[int, ...]] = {}
        self._decisions: dict[Any, Decision] = {}

    def holding(self, action: Action, move: str | None = None) -> tuple[int, ...]:
        """Return the places of the permits that allow `action` on some row."""
        key = (action, move)
        if key not in self._holding:
            self._holding[key] = tuple(
                place for place, permit in enumerate(self.permits)
                if _allows(permit, action, move)
            )
        return self._holding[key]

    def may_somewhere(self, action: Action, move: str | None = None) -> bool:
        """Say whether there can be a row for which the action is allowed."""
        return self.everything or bool(self.holding(action, move))

    def unlimited(self, action: Action, move: str | None = None) -> bool:
        """Say whether the action is allowed on every row."""
        return self.everything or any(
            self.permits[place].free for place in self.holding(action, move)
        )

    def covering(
        self, action: Action, matched: Iterable[int], move: str | None = None
    ) -> tuple[int, ...]:
        """Return the places of the permits that allow the action on such a row."""
        held = frozenset(matched)
        return tuple(
            place for place in self.holding(action, move)
            if place in held or self.permits[place].free
        )

    def allows(self, action: Action, matched: Iterable[int], move: str | None = None) -> bool:
        return self.everything or bool(self.covering(action, matched, move))

    @cached_property
    def limited(self) -> tuple[int, ...]:
        """The places of the permits whose condition must be asked of each row."""
        return tuple(place for place, permit in enumerate(self.permits) if not permit.free)

    @cached_property
    def always_visible(self) -> frozenset[str]:
        """The fields seen in every row that is seen at all: by them one may sort and filter."""
        if self.everything:
            return self._fields
        seeing = [self.permits[place] for place in self.holding("see")]
        if not seeing:
            return frozenset()
        common = frozenset.intersection(*(permit.grant.visible for permit in seeing))
        everywhere = [permit.grant.visible for permit in seeing if permit.free]
        return self._fields & common.union(*everywhere)

    @cached_property
    def ever_visible(self) -> frozenset[str]:
        """The fields seen in some row."""
        if self.everything:
            return self._fields
        return self._fields & frozenset().union(
            *(self.permits[place].grant.visible for place in self.holding("see"))
        )

    def visible(self, matched: frozenset[int]) -> frozenset[str]:
        """Return the fields that may be seen of a row with these conditions."""
        if self.everything:
            return self._fields
        if matched not in self._visible:
            covering = self.covering("see", matched)
            self._visible[matched] = self._fields & frozenset().union(
                *(self.permits[place].grant.visible for place in covering)
            )
        return self._visible[matched]

    def editable(self, action: Action, matched: frozenset[int]) -> frozenset[str]:
        """Return the fields that may be written by `create` or `edit` of such a row."""
        if self.everything:
            return self._fields
        key = (action, matched)
        if key not in self._editable:
            self._editable[key] = self._fields & frozenset().union(
                *(self.permits[place].grant.editable for place in self.covering(action, matched))
            )
        return self._editable[key]

    @cached_property
    def all_places(self) -> frozenset[int]:
        return frozenset(range(len(self.permits)))

    @cached_property
    def has_needs(self) -> bool:
        """Whether some permit asks for a right that people hold in one place and not in another."""
        return any(permit.needs is not None for permit in self.permits)

    def decide(
        self, action: Action, matched: frozenset[int] | None, *, move: str | None = None,
        field: str | None = None,
    ) -> Decision:
        """Answer one question; `matched` is None when it is about no row in particular."""
        # Pages ask the same of these rights again and again, and the answer never changes.
        asked = (action, matched, move, field)
        found = self._decisions.get(asked)
        if found is None:
            if len(self._decisions) > _DECISIONS_MAX:
                self._decisions.clear()
            found = self._decisions[asked] = self._decide(action, matched, move, field)
        return found

    def _decide(
        self, action: Action, matched: frozenset[int] | None, move: str | None, field: str | None
    ) -> Decision:
        said = f"{move or action} {self.entity}"
        if self.everything:
            return Decision(True, f"the panel itself may {said}", "system")
        covering = self.covering(action, self.all_places if matched is None else matched, move)
        if field is not None:
            covering = tuple(
                place for place in covering
                if field in self._fields & _fields_for(self.permits[place], action)
            )
        if covering:
            permit = self.permits[covering[0]]
            rule = _rule(permit, action, move)
            return Decision(True, f"{rule} allows to {said}", rule, permit=permit)
        reason, rule = self._why_not(action, move, field)
        holding = self.holding(action, move)
        nearest = self.permits[holding[0] if holding else 0] if self.permits else None
        others = () if field else tuple(self.permits[place] for place in holding)
        if not self.outside:
            return Decision(False, reason, rule, permit=nearest, outside=others)
        # A field that is closed is so with any right.
        given = field is not None or not holding or self.permits[holding[0]].needs is None
        return Decision(
            False, NOT_ALLOWED if given else NOT_GIVEN, rule, reason, nearest, others
        )

    def _why_not(
        self, action: Action, move: str | None, field: str | None
    ) -> tuple[str, str]:
        if not self.permits:
            return Sentence("no role of yours knows {entity}", entity=self._name()), ""
        holding = self.holding(action, move)
        if not holding:
            return (
                Sentence("no role of yours allows to {what}", what=self._doing(action, move)),
                _rule(self.permits[0], action, move),
            )
        permit = self.permits[holding[0]]
        rule = _rule(permit, action, move)
        if field is not None:
            return Sentence(
                "no role of yours shows or opens the field {field} for this",
                field=self._field_name(field),
            ), rule
        if permit.needs is not None:
            return Sentence(
                "this needs the right {right} where the row belongs",
                right=self._right_name(permit.needs.right),
            ), rule
        role = self._role_name(permit.grant.role)
        return Sentence("your role {role} does not reach this row", role=role), rule

    # ------------------------------------------------------------------ names for people

    def _name(self) -> Named:
        spec = self._project.entities.get(self.entity) if self._project else None
        return Named(spec.label if spec else None, self.entity)

    def _doing(self, action: Action, move: str | None) -> Sentence:
        if move is None:
            return Sentence(_DOING[action].message, entity=self._name())
        machines = self._project.machines if self._project else {}
        label = next(
            (machine.moves[move].label for name, machine in machines.items()
             if name.startswith(f"{self.entity}.") and move in machine.moves), None,
        )
        return Sentence("{move} {entity}", move=Named(label, move), entity=self._name())

    def _field_name(self, field: str) -> Named:
        spec = self._project.entities.get(self.entity) if self._project else None
        found = spec.fields.get(field) if spec else None
        return Named(found.label if found else None, field)

    def _role_name(self, role: str) -> Named:
        spec = self._project.roles.get(role) if self._project else None
        return Named(spec.label if spec else None, role)

    def _right_name(self, right: str) -> Named:
        rights = self._project.site.rights if self._project else {}
        return Named(rights.get(right), right)


class Access:
    """The access table of a panel, asked by actor.

    `hidden`: entity → fields that hold proofs (hashes, places of files) and that no person sees.
    """

    def __init__(self, table: AccessTable, hidden: Mapping[str, frozenset[str]]) -> None:
        self._table, self._hidden = table, hidden
        self._fields = table.entities()
        self._rights: dict[tuple[str | None, frozenset[str], str], Rights] = {}
        self._system: dict[str, Rights] = {}

    def rights(self, actor: Actor, entity: str) -> Rights:
        """Return what `actor` may do with `entity`; roles of the other area count for nothing."""
        if actor.kind == "system":
            if entity not in self._system:
                self._system[entity] = Rights(entity, (), self._fields[entity], everything=True)
            return self._system[entity]
        area = AREA_OF.get(actor.kind)
        roles = frozenset() if area is None else self._table.roles(actor.roles, area)
        rights = self._rights.get((area, roles, entity))
        if rights is None:
            fields = self._fields[entity] - self._hidden.get(entity, frozenset())
            rights = Rights(
                entity, self._table.permits(roles, entity), fields, outside=area != "staff",
                project=self._table.project,
            )
            self._rights[area, roles, entity] = rights
        return rights


def _allows(permit: Permit, action: Action, move: str | None) -> bool:
    if _NEEDS[action] not in permit.actions:
        return False
    grant = permit.grant
    if action == "move":
        return move in grant.moves if move else bool(grant.moves)
    marks = {
        "export": grant.export, "import": grant.import_, "history": grant.history,
        "load_history": grant.load_history,
    }
    return marks.get(action, True)


def _fields_for(permit: Permit, action: Action) -> frozenset[str]:
    return permit.grant.editable if action in _WRITES else permit.grant.visible


def _rule(permit: Permit, action: Action, move: str | None) -> str:
    grant = permit.grant
    if action == "move":
        return f"role {grant.role}, {grant.entity}, moves {move or ''}".rstrip()
    needed = _NEEDS[action]
    return f"role {grant.role}, {grant.entity}, {needed} {grant.reach[needed]}"
