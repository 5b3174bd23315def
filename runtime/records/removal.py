"""What goes away with a row, what keeps it, and what loses its link: known before it is done.

The same answer serves the question before a deletion and the deletion itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from config import labels
from config.texts.sentence import Sentence
from runtime.records import history, rows, scope, titles
from runtime.records.errors import Reference
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

NAMED_MAX = 3
DEPTH_MAX = 10
_TOO_DEEP = Sentence("Too many rows hang on each other to delete them at once.")
_FROZEN = Sentence("This can no longer be deleted.")


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of `entity` that may point to the row that goes away."""

    entity: str
    field: str
    on_delete: str


@dataclass(slots=True)
class Removal:
    """`leaving` are the rows that go, each before what it hangs on; `clearing` those that stay
    and lose a link. `reasons` and `references` forbid all of it."""

    leaving: list[tuple[EntityModel, Row]] = field(default_factory=list)
    clearing: list[tuple[Link, Row]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    known: set[tuple[str, int]] = field(default_factory=set)

    @property
    def possible(self) -> bool:
        return not self.reasons and not self.references


def foresee(
    work: Work, entity: str, row: Row, *, for_good: bool, lock: bool = False
) -> Removal:
    """Return what deleting a row means; `lock` keeps the rows that go as they are till then."""
    found = Removal()
    _gather(work, work.model(entity), row, found, for_good=for_good, lock=lock, depth=0)
    stay = [(link, each) for link, each in found.clearing
            if (link.entity, each["id"]) not in found.known]
    found.clearing[:] = stay
    return found


def _gather(
    work: Work, model: EntityModel, row: Row, found: Removal, *, for_good: bool, lock: bool,
    depth: int,
) -> None:
    if depth > DEPTH_MAX:
        found.reasons.append(_TOO_DEEP)
        return
    found.known.add((model.name, row["id"]))
    found.reasons += _kept(work, model, row, along=depth > 0)
    for link in links_to(work, model):
        if link.on_delete == "restrict":
            found.references += _needed(work, model, row, link, for_good=for_good)
            continue
        for each in _followers(work, model, row, link, for_good=for_good, lock=lock):
            if link.on_delete == "clear":
                found.clearing.append((link, each))
            elif (link.entity, each["id"]) not in found.known:
                _gather(work, work.model(link.entity), each, found, for_good=for_good,
                        lock=lock, depth=depth + 1)
    found.leaving.append((model, row))


def _kept(work: Work, model: EntityModel, row: Row, *, along: bool) -> list[str]:
    """Return why a row stays; `along`: it would go because of another one."""
    reasons: list[str] = []
    for key, keep in model.spec.keep.items():
        if keep.alone and along:
            continue
        expression = work.expression(f"entity/{model.name}/keep/{key}/when")
        if expression is not None and work.holds(expression, row) is True:
            reasons.append(labels.text(keep.say, key, work.actor.locale))
    expression = work.expression(f"entity/{model.name}/frozen/when")
    if expression is not None and work.holds(expression, row) is True:
        reasons.append(_FROZEN)
    return reasons


def links_to(work: Work, model: EntityModel) -> tuple[Link, ...]:
    """Return every relation that may point to rows of the entity, links to any included."""
    return work.panel.remember(("links to", model.name), lambda: tuple(_links(work, model)))


def _links(work: Work, model: EntityModel) -> list[Link]:
    found = [Link(each.entity, each.field, each.on_delete) for each in model.referrers]
    for other in work.panel.generated.entities.values():
        for name, bound in other.fields.items():
            spec = bound.spec
            # The log keeps saying what a row was, also when it is gone.
            if spec.type != "relation" or not spec.to_any or other.name == history.ENTITY:
                continue
            if model.name in spec.to or spec.to == ("any",):
                found.append(Link(other.name, name, spec.on_delete))
    return found


def pointing(work: Work, model: EntityModel, row: Row, link: Link) -> Any:
    """Return the condition on rows of the link's entity that they point to a row."""
    other = work.model(link.entity)
    bound = other.fields[link.field]
    to_any = getattr(bound.spec, "to_any", False)
    value = (model.name, row["id"]) if to_any else row["id"]
    stored = bound.type.to_columns(bound, value)
    return scope.joined(*(other.table.c[column] == each for column, each in stored.items()))


def _needed(
    work: Work, model: EntityModel, row: Row, link: Link, *, for_good: bool
) -> list[Reference]:
    """Return the rows that must keep what they point to, as one reference.

    Rows in the trash keep a row from being deleted for good only: they may come back.
    """
    table = work.table(link.entity)
    condition = pointing(work, model, row, link)
    if not for_good:
        condition = scope.joined(condition, scope.living(work, link.entity, table))
    number = work.run(select(func.count()).select_from(table).where(condition)).scalar_one()
    if not number:
        return []
    other = work.model(link.entity)
    seen = scope.joined(condition, scope.seen(work, link.entity, table))
    ids: list[int] = []
    if work.rights(link.entity).may_somewhere("see"):
        shown = select(table.c.id).where(seen).order_by(table.c.id).limit(NAMED_MAX)
        ids = list(work.run(shown).scalars())
    titles.load(work, link.entity, ids)
    named = tuple(title for id in ids if (title := work.titles[link.entity, id]))  # noqa: A001
    label = labels.text(other.spec.plural or other.spec.label, link.entity, work.actor.locale)
    target = (model.name, row["id"])
    return [Reference(link.entity, link.field, number, label, named, target)]


def _followers(
    work: Work, model: EntityModel, row: Row, link: Link, *, for_good: bool, lock: bool
) -> list[Row]:
    """Return the rows that lose their link to a row, or go along with it."""
    has_trash = "trash" in work.model(link.entity).spec.traits
    if not for_good and (link.on_delete == "clear" or not has_trash):
        # The row can come back: what points to it waits until it is gone for good.
        return []
    table = work.table(link.entity)
    condition = pointing(work, model, row, link)
    if not for_good:
        condition = scope.joined(condition, scope.living(work, link.entity, table))
    ids = work.run(select(table.c.id).where(condition).order_by(table.c.id)).scalars().all()
    found = (rows.fetch(work, link.entity, id, lock=lock) for id in ids)  # noqa: A001
    return [each for each in found if each is not None]
