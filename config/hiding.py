"""What is `hidden` is taken out of everything that shows it, and out of nothing else.

The field keeps its column, the view its condition; only pages lose them. Defaults (a view
without columns, an entity without a form) leave hidden fields out where they are filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from config.specs import EntitySpec

_LISTS = ("columns", "sort", "sortable", "filters")


def without_hidden(entity: EntitySpec) -> EntitySpec:
    """Return the entity as pages may show it; the same one when nothing is hidden."""
    hidden = {name for name, field in entity.fields.items() if field.hidden}
    sections = [*entity.form.values(), *entity.create_form.values()]
    tabs = entity.detail.tabs.values()
    sections += [section for tab in tabs for section in tab.sections.values()]
    if not hidden and not any(part.hidden for part in (*sections, *tabs)):
        return entity
    detail = entity.detail
    return entity.model_copy(update={
        "views": {name: _view(view, hidden) for name, view in entity.views.items()},
        "form": _sections(entity.form, hidden),
        "create_form": _sections(entity.create_form, hidden),
        "detail": detail.model_copy(update={
            "aside": _names(detail.aside, hidden), "header": _names(detail.header, hidden),
            "tabs": {
                name: tab.model_copy(update={"sections": _sections(tab.sections, hidden)})
                for name, tab in detail.tabs.items() if not tab.hidden
            },
        }),
    })


def _names(names: Iterable[str], hidden: set[str]) -> tuple[str, ...]:
    """Return the paths that do not begin at a hidden field."""
    return tuple(
        name for name in names if name.removeprefix("-").partition(".")[0] not in hidden
    )


def _view(view: Any, hidden: set[str]) -> Any:
    return view.model_copy(update={
        **{key: _names(getattr(view, key), hidden) for key in _LISTS},
        **{
            key: {
                path: said for path, said in getattr(view, key).items()
                if path.partition(".")[0] not in hidden
            }
            for key in ("search", "labels")
        },
        "beneath": {
            path: _names(names, hidden) for path, names in view.beneath.items()
            if path.partition(".")[0] not in hidden
        },
    })


def _sections(sections: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Return the sections that are shown, each with the fields that are."""
    found = {}
    for key, section in sections.items():
        rows = (
            row if isinstance(row, str) else _names(row, hidden) for row in section.fields
        )
        fields = tuple(row for row in rows if row and row not in hidden)
        if fields and not section.hidden:
            found[key] = section.model_copy(update={"fields": fields})
    return found
