"""Nobody of the staff gives roles that go beyond their own: to a person, a group or a membership.

A role may be given by who holds it, whose own roles allow on every row all that it allows, or
who holds a role that says `"*": all`.
Taking a role away, and leaving one where it is, is for whoever may edit there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.grants import included_roles
from config.specs.role import GRANT_WORDS, GrantSpec
from config.texts.sentence import Sentence
from runtime.access import Rights
from runtime.actors import Actor
from runtime.records import keepers
from runtime.records.work import Work

if TYPE_CHECKING:
    from runtime.records.submission import Draft

_WRITING = ("create", "edit", "import", "load_history")
_ACTIONS: tuple[Any, ...] = ("see", "delete", "purge", "export", "history", *_WRITING)
# A row that the only permit covers, and one of which nothing is known.
_ROW, _EVERY_ROW = frozenset({0}), frozenset[int]()
_LINKS = {keepers.MEMBERSHIP: "staff_group", keepers.PART: "part"}
_EVERYTHING = GrantSpec.model_validate(GRANT_WORDS["all"])


def check(work: Work, draft: Draft) -> None:
    """Note a problem where the draft gives a role that the actor cannot give."""
    name = draft.model.name
    if work.actor.kind != "staff":
        return
    if name in (keepers.STAFF, keepers.GROUP) and "roles" in draft.changed:
        before = frozenset() if draft.before is None else draft.before["roles"] or frozenset()
        _note(work, draft, "roles", (draft.row["roles"] or frozenset()) - before)
    elif name in _LINKS and draft.changed & {"staff", "staff_group", "whole", "part"}:
        _note(work, draft, _LINKS[name], _of_group(work, draft.row[_LINKS[name]]))


def _of_group(work: Work, group: int | None) -> frozenset[str]:
    return keepers.group_roles(work).get(group, frozenset()) if group is not None else frozenset()


def _note(work: Work, draft: Draft, field: str, given: frozenset[str]) -> None:
    # A role that no file says any more allows nothing; the field itself refuses it.
    known = given & set(work.panel.project.roles)
    beyond = frozenset(role for role in known if not may_give(work, role))
    if beyond:
        bound = work.model(keepers.GROUP).fields["roles"]
        said = bound.type.text(bound, beyond, work.formats)
        draft.problem(field, Sentence(
            "You can give only roles that allow no more than your own, not: {roles}.", roles=said
        ))


def may_give(work: Work, role: str) -> bool:
    """Say whether the actor holds the role, or all that it allows, on every row."""
    roles = frozenset(work.actor.roles)
    found: bool = work.panel.remember(
        ("may give", roles, role), lambda: _may_give(work, roles, role)
    )
    return found


def _may_give(work: Work, roles: frozenset[str], role: str) -> bool:
    project = work.panel.project
    own = included_roles(project.roles, roles)
    beyond = included_roles(project.roles, [role]) - own
    if any(project.roles[name].allow.get("*") == _EVERYTHING for name in own):
        return True
    if not _opens_as_much(work, own, beyond):
        return False
    giver, taker = Actor("staff", roles=roles), Actor("staff", roles=frozenset({role}))
    access = work.panel.access
    return all(
        _covered(Rights(entity, (permit,), frozenset(spec.fields)), access.rights(giver, entity))
        for entity, spec in project.entities.items()
        for permit in access.rights(taker, entity).permits if permit.grant.role in beyond
    )


def _opens_as_much(work: Work, own: frozenset[str], beyond: frozenset[str]) -> bool:
    """Say whether the pages and rights of the panel itself are held too."""
    specs = work.panel.project.roles
    held = {name for role in own for name in (*specs[role].pages, *specs[role].rights)}
    return all({*specs[role].pages, *specs[role].rights} <= held for role in beyond)


def _covered(given: Rights, mine: Rights) -> bool:
    """Say whether what one permit allows on some rows is allowed on every row by `mine`."""
    [permit] = given.permits
    return all(
        mine.unlimited("move", move)
        for move in permit.grant.moves if given.allows("move", _ROW, move)
    ) and all(_covers(given, mine, action) for action in _ACTIONS if given.allows(action, _ROW))


def _covers(given: Rights, mine: Rights, action: Any) -> bool:
    if not mine.unlimited(action):
        return False
    if action == "see":
        return given.visible(_ROW) <= mine.visible(_EVERY_ROW)
    if action in _WRITING:
        return given.editable(action, _ROW) <= mine.editable(action, _EVERY_ROW)
    return True
