"""The question before a row is deleted, restored or deleted forever: what goes, what keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from config.texts.sentence import worded
from runtime.pages.context import PageContext
from runtime.pages.moves import MoveDialog
from runtime.records.errors import Reference
from runtime.records.removal import Removal
from runtime.records.values import Record


def act_dialog(
    context: PageContext, record: Record, action: str, *, problem: str = ""
) -> MoveDialog:
    """Return the question; without a button when something keeps the row as it is.

    `problem` is what the gate said when it was tried.
    """
    foreseen = None
    if action != "restore":
        foreseen = context.records.removal(record.entity, record.id, purge=action == "purge")
    possible = not problem and (foreseen is None or foreseen.possible)
    title, text, submit = _words(context, record, action, possible=possible)
    links = context.links
    return MoveDialog(
        title=title,
        text=text,
        action=links.action(record.entity, record.id, action),
        cancel_url=links.record(record.entity, record.id),
        submit=submit,
        danger=action != "restore",
        refused=_refused(context, foreseen, problem),
        facts=tuple(_facts(context, record, foreseen)) if foreseen else (),
        possible=possible,
    )


def _words(
    context: PageContext, record: Record, action: str, *, possible: bool
) -> tuple[str, str, str]:
    """Return title, text and button."""
    translate = context.translate
    if action == "restore":
        text = translate("It will be as it was before.")
        return translate("Restore {title}?").format(title=record.title), text, translate("Restore")
    if not possible:
        title = context.translate("{title} cannot be deleted now")
        return title.format(title=record.title), "", ""
    if action == "purge":
        title = translate("Delete {title} forever?")
        text = translate("Nothing of it can be brought back.")
        return title.format(title=record.title), text, translate("Delete forever")
    trash = context.model(record.entity).has("trash")
    text = (
        translate("It goes to the trash and can be restored from there.") if trash else
        translate("It is gone for good: there is no trash for it.")
    )
    return translate("Delete {title}?").format(title=record.title), text, translate("Delete")


def _refused(context: PageContext, foreseen: Removal | None, problem: str) -> str:
    if foreseen is not None and foreseen.reasons:
        return " ".join(dict.fromkeys(worded(each, context.translate) for each in foreseen.reasons))
    if foreseen is not None and foreseen.references:
        return context.translate("It stays while these need it:")
    return worded(problem, context.translate)


def _facts(context: PageContext, record: Record, foreseen: Removal) -> Iterator[Markup]:
    if foreseen.references:
        yield from (_reference(context, each) for each in foreseen.references)
    elif not foreseen.reasons:
        yield from _along(context, record, foreseen)


def _reference(context: PageContext, reference: Reference) -> Markup:
    """Return the rows that hold on: how many, and links to those that may be seen."""
    named = _linked(context, reference)
    hidden = reference.count - len(named)
    if named and hidden:
        more = context.translate.plural("and {count} more", "and {count} more", hidden)
        named = [*named, more.format(count=hidden)]
    rows = Markup(", ").join(named)
    name = context.plural(reference.entity)
    head = Markup("{}: {}").format(name, _counted(context, reference))
    return Markup("{} ({})").format(head, rows) if named else head


def _linked(context: PageContext, reference: Reference) -> Sequence[Markup]:
    link = context.format.link
    found = []
    for row in reference.rows:
        url = link(row.entity, row.id) if link is not None else None
        found.append(
            Markup('<a href="{}">{}</a>').format(url, row.text) if url
            else Markup("{}").format(row.text)
        )
    return found


def _counted(context: PageContext, reference: Reference) -> Markup:
    """Return how many there are, as a link to all of them where a list can be narrowed to them."""
    model = context.generated.entities[reference.entity]
    view = context.view_of(reference.entity)
    entity, id_ = reference.target
    named = reference.field in (model.views[view].filters if view else ())
    if not (named and entity and context.records.can("see", reference.entity)):
        return Markup("{}").format(reference.count)
    pairs = [(f"op.{reference.field}", "eq"), (f"f.{reference.field}", str(id_))]
    url = context.links.list(reference.entity, pairs)
    return Markup('<a href="{}">{}</a>').format(url, reference.count)


def _along(context: PageContext, record: Record, foreseen: Removal) -> Iterator[Markup]:
    """Yield what goes along with the row, kind by kind, as far as the person may see such rows."""
    own = (record.entity, record.id)
    leaving: Mapping[str, int] = Counter(
        model.name for model, row in foreseen.leaving if (model.name, row["id"]) != own
    )
    for entity, count in leaving.items():
        if context.records.can("see", entity):
            said = context.translate("Goes with it: {names} ({count})")
            yield Markup("{}").format(said.format(names=context.plural(entity), count=count))
