"""Saved views of a list: their tabs, and the question under which name one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from generator.fields.base import BoundField
from generator.fields.exchange import Form
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, form_field
from runtime.pages.limits import limits_of
from runtime.pages.links import with_query
from runtime.pages.moves import MoveDialog, answer_problems, read_answers
from runtime.pages.query import ListAddress, read_address
from runtime.pages.submitted import Submitted
from runtime.records.saved import ENTITY, SavedView

FIELDS = ("name", "shared", "opens")
KEPT = "kept"
PAIRS_MAX = 500


@dataclass(frozen=True, slots=True)
class SavedTab:
    """One saved view beside the views that the configuration declares."""

    label: str
    url: str
    current: bool
    shared: bool
    edit_url: str | None


@dataclass(frozen=True, slots=True)
class SavedTabs:
    """`keep_url` asks for a name for what is shown now; None where nothing is worth a name."""

    tabs: tuple[SavedTab, ...] = ()
    keep_url: str | None = None
    edit_url: str | None = None


def saved_tabs(context: PageContext, entity: str, address: ListAddress) -> SavedTabs:
    """Return the saved views that this person finds on a list of the staff area."""
    if context.area != "staff" or address.query.trash:
        return SavedTabs()
    tabs, edit_url, known = [], None, False
    for view in context.records.saved_views(entity):
        current = view.id == address.saved
        changed = current and view.pairs != address.kept
        url = with_query(address.path, [*view.pairs, ("saved", view.id)])
        edit = _edit_url(context, entity, view, address) if view.own and current else None
        tabs.append(SavedTab(view.name, url, current, view.shared, edit))
        known = known or (current and not changed)
        edit_url = edit if changed else edit_url
    keep = _url(context, entity, "new", address) if address.kept and not known else None
    return SavedTabs(tuple(tabs), keep, edit_url)


def opening_url(context: PageContext, entity: str) -> str | None:
    """Return where the list begins for this person, when they have said so."""
    for view in context.records.saved_views(entity):
        if view.opens:
            return with_query(context.links.list(entity), [*view.pairs, ("saved", view.id)])
    return None


def questions(context: PageContext) -> tuple[BoundField, ...]:
    fields = context.model(ENTITY).fields
    return tuple(fields[name] for name in FIELDS)


def ask(
    context: PageContext, entity: str, address: ListAddress, *, view: SavedView | None = None,
    sent: Submitted | None = None,
) -> MoveDialog:
    """Return the question for a new view, or about an own one."""
    values: dict[str, Any] = {"name": "", "shared": False, "opens": False}
    if view is not None:
        values = {"name": view.name, "shared": view.shared, "opens": view.opens}
    filling = Filling(None, values | (sent.values if sent else {}), sent)
    drawn = tuple(form_field(context, bound, filling) for bound in questions(context))
    translate = context.translate
    changed = view is not None and view.pairs != address.kept
    return MoveDialog(
        title=view.name if view else translate("Save this view of the list"),
        text=translate("It keeps what the list shows now: columns, filters, search and order.")
        if view is None or changed else translate("Its name, and who finds it."),
        action=_url(context, entity, str(view.id) if view else "new"),
        cancel_url=address.url(),
        submit=translate("Save"),
        fields=drawn,
        problems=answer_problems(drawn, sent),
        hidden=((KEPT, urlencode(address.kept)),),
        other=((translate("Delete this view"), f"{_url(context, entity, str(view.id))}/delete"),)
        if view else (),
    )


def sent_answers(context: PageContext, form: Form) -> Submitted:
    return read_answers(context, questions(context), form)


def sent_address(context: PageContext, entity: str, form: Any) -> ListAddress:
    """Read again what the question carried: only what the list offers is kept."""
    given = form.get(KEPT)
    parts = given.split("&", PAIRS_MAX)[:PAIRS_MAX] if isinstance(given, str) else ()
    pairs = parse_qsl("&".join(parts))
    return address_of(context, entity, pairs)


def address_of(
    context: PageContext, entity: str, pairs: Sequence[tuple[str, str]]
) -> ListAddress:
    path, limits = context.links.list(entity), limits_of(context, entity)
    return read_address(path, pairs, limits, context.translate)


def opened(address: ListAddress, id_: int) -> str:
    """Return the list as it is shown under a saved view."""
    return replace(address, saved=id_).url()


def _edit_url(
    context: PageContext, entity: str, view: SavedView, address: ListAddress
) -> str:
    return _url(context, entity, str(view.id), address)


def _url(
    context: PageContext, entity: str, last: str, address: ListAddress | None = None
) -> str:
    path = f"{context.links.prefix}/{entity}/views/{last}"
    return with_query(path, address.kept if address else ())
