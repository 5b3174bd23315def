"""Nobody grants what they do not hold: rights of memberships, when members write them.

A member who may decide about the others of a company can pass on their own rights there and no
more; whoever holds everything there (`all_when`) passes on everything, that mark included.
What the staff may pass on of their roles stands in `role_giving`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from config.texts.sentence import Sentence
from runtime.records import role_giving, scope
from runtime.records.work import Work

if TYPE_CHECKING:
    from config.specs.site import MembershipSpec
    from runtime.records.submission import Draft


def check(work: Work, draft: Draft) -> None:
    """Note a problem for each right in the draft that the actor cannot give."""
    role_giving.check(work, draft)
    if work.actor.kind != "user":
        return
    for name, spec in work.panel.project.site.memberships.items():
        if spec.through == draft.model.name:
            _check_rights(work, draft, name, spec)
            _check_everything(work, draft, spec)


def _check_rights(work: Work, draft: Draft, name: str, spec: MembershipSpec) -> None:
    if spec.rights is None or spec.rights not in draft.changed:
        return
    place = draft.row[spec.of]
    held = work.actor.rights.get(name, {}).get(place, frozenset())
    moved = draft.before is not None and draft.before[spec.of] != place
    before = frozenset() if draft.before is None or moved else draft.before[spec.rights]
    beyond = (draft.row[spec.rights] or frozenset()) - (before or frozenset()) - held
    if beyond:
        bound = draft.model.fields[spec.rights]
        said = bound.type.text(bound, frozenset(beyond), work.formats)
        draft.problem(spec.rights, Sentence(
            "You can give only rights that you hold yourself, not: {rights}.", rights=said
        ))


def _check_everything(work: Work, draft: Draft, spec: MembershipSpec) -> None:
    mark = spec.all_when
    if mark is None or mark not in draft.changed or not draft.row[mark]:
        return
    if not _holds_everything(work, draft, spec):
        draft.problem(mark, Sentence("Only who holds every right there can give this."))


def _holds_everything(work: Work, draft: Draft, spec: MembershipSpec) -> bool:
    model = draft.model
    condition = scope.joined(
        model.fields[spec.account].column == work.actor.id,
        model.fields[spec.of].column == draft.row[spec.of],
        model.fields[spec.all_when].column.is_(True),
        scope.living(work, model.name, model.table),
    )
    return work.run(select(model.table.c.id).where(condition).limit(1)).first() is not None
