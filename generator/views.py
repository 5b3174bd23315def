"""What is shown where nothing was said: columns and filters of lists, forms, detail pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.specs.entity import DetailSpec, SectionSpec, TabSpec, ViewSpec
from generator.fields.base import BoundField
from generator.models import EntityModel

BREAKS_RULES, BREAKS_RULES_LABEL = "breaks_rules", "Breaks a rule"
COLUMNS_MAX = 7
FILTERS_MAX = 6
# Too long, or of no use, in one line of a list.
_NOT_LISTED = {
    "long_text", "markdown", "code", "json", "secret", "many", "file", "driver_settings",
}
_LONG = {"long_text", "markdown", "code", "json", "driver_settings"}
_FILTERED = {"choice", "relation", "boolean", "country", "currency", "driver"}
_SEARCHED = {"text", "email", "domain", "slug", "phone", "tax_id", "sequence", "ip"}
# Without a label of its own: the page calls it by its name, in the reader's language.
_HISTORY = TabSpec.model_construct(history=True, icon="history")


def resolve_pages(model: EntityModel) -> None:
    """Fill in the views, forms and detail page of an entity."""
    model.views = resolved_views(model)
    model.form = model.spec.form or {"general": section(editable(model))}
    model.create_form = model.spec.create_form or model.form
    model.detail = resolved_detail(model)


def section(fields: Iterable[str], label: dict[str, str] | None = None) -> SectionSpec:
    return SectionSpec.model_construct(fields=tuple(fields), label=label)


def shown(model: EntityModel) -> dict[str, BoundField]:
    """Return the declared fields that are not hidden."""
    return {
        name: bound
        for name, bound in model.fields.items()
        if not bound.implicit and not getattr(bound.spec, "hidden", False)
    }


def editable(model: EntityModel) -> list[str]:
    """Return the fields of a form: short ones first, then long texts, then inline tables.

    Left out is what only the program writes: computed values, numbers, states of a machine.
    """
    names = [
        name
        for name, bound in shown(model).items()
        if bound.type.writable
        and bound.spec.stored | _in_form(bound)
        and not bound.spec.read_only
        and bound.machine is None
        and bound.spec.type != "position"
    ]
    return sorted(names, key=lambda name: _weight(model.fields[name]))


def _in_form(bound: BoundField) -> bool:
    spec = bound.spec
    return spec.type == "many" and (spec.inline == "table" or spec.through is not None)


def _weight(bound: BoundField) -> int:
    return 2 if bound.spec.type == "many" else int(bound.spec.type in _LONG)


def resolved_views(model: EntityModel) -> dict[str, ViewSpec]:
    """Return the views with every default filled in; there is always one called `staff`."""
    declared: Mapping[str, ViewSpec] = model.spec.views
    staff = _filled(model, declared.get("staff") or ViewSpec.model_construct(), _defaults(model))
    views = {"staff": staff}
    for name, view in declared.items():
        views[name] = staff if name == "staff" else _filled(model, view, _of(staff))
    if not any(view.breaks_rules for view in declared.values()):
        views.setdefault(BREAKS_RULES, _breaks_rules(model, staff))
    return {name: views[name] for name in [*declared, *views] if name in views}


def _breaks_rules(model: EntityModel, staff: ViewSpec) -> ViewSpec:
    """Return the view of rows that break a rule, for entities that declare none."""
    label = model.facts.implicit_labels.get(BREAKS_RULES_LABEL, {"": BREAKS_RULES_LABEL})
    return ViewSpec.model_construct(**_of(staff), breaks_rules=True, label=label)


def _of(staff: ViewSpec) -> dict[str, Any]:
    return {
        "columns": staff.columns, "sort": staff.sort, "filters": staff.filters,
        "search": staff.search, "sortable": staff.sortable, "beneath": staff.beneath,
        "labels": staff.labels, "refresh": staff.refresh,
    }


def _defaults(model: EntityModel) -> dict[str, Any]:
    return {
        "columns": default_columns(model), "sort": default_sort(model),
        "filters": default_filters(model), "search": default_search(model), "sortable": (),
        "beneath": {}, "labels": {}, "refresh": None,
    }


def _filled(model: EntityModel, view: ViewSpec, defaults: Mapping[str, Any]) -> ViewSpec:
    given = {key: getattr(view, key) or default for key, default in defaults.items()}
    if view.columns:
        given |= {"beneath": view.beneath, "labels": view.labels}
    else:
        given["labels"] = {**defaults["labels"], **view.labels}
    given["sortable"] = _sortable(model, given)
    return view.model_copy(update=given)


def _sortable(model: EntityModel, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the declared fields, those of `sort`, those with an index; all of a small entity."""
    names = dict.fromkeys(given["sortable"])
    names |= dict.fromkeys(key.removeprefix("-") for key in given["sort"])
    if model.spec.size == "small":
        names |= dict.fromkeys(
            name for name, bound in shown(model).items() if bound.columns and bound.type.sortable
        )
    for fields in model.spec.index.values():
        first = model.fields.get(fields[0])
        # One of several fields sorts together with the others before it only.
        if len(fields) == 1 and first is not None and first.type.sortable:
            names.setdefault(first.name)
    return tuple(names)


def default_columns(model: EntityModel) -> tuple[str, ...]:
    names = [path for path in model.spec.title.paths if path in model.fields]
    names += [
        name
        for name, bound in shown(model).items()
        if name not in names and bound.spec.type not in _NOT_LISTED
    ]
    return tuple(names[:COLUMNS_MAX]) or ("id", "created_at")


def default_sort(model: EntityModel) -> tuple[str, ...]:
    """Return the order of a list: by position, a small entity by its title, else newest first."""
    for name, bound in model.fields.items():
        if bound.spec.type == "position":
            return (name,)
    if model.spec.size == "small" and model.spec.title.paths:
        first = model.fields.get(model.spec.title.paths[0])
        if first is not None and first.columns and first.type.sortable:
            return (first.name,)
    return ("-id",)


def default_filters(model: EntityModel) -> tuple[str, ...]:
    names = [
        name
        for name, bound in shown(model).items()
        if bound.spec.type in _FILTERED and bound.columns
    ]
    return tuple(names[:FILTERS_MAX])


def default_search(model: EntityModel) -> dict[str, str]:
    titled = [path for path in model.spec.title.paths if _searched(model.fields.get(path))]
    unique = [name for name, bound in shown(model).items()
              if bound.spec.unique and _searched(bound)]
    found = [*titled, *unique] or [
        name for name, bound in shown(model).items() if _searched(bound)
    ][:1]
    return dict.fromkeys(found, "prefix")


def _searched(bound: BoundField | None) -> bool:
    # A proof (class secret) is nothing that anybody looks for.
    return (
        bound is not None and bool(bound.columns)
        and bound.spec.type in _SEARCHED and bound.spec.class_ != "secret"
    )


def resolved_detail(model: EntityModel) -> DetailSpec:
    """Return the detail page: some tab shows all fields, an audited entity shows its history."""
    declared = model.spec.detail
    tabs = dict(declared.tabs)
    if not tabs:
        tabs = {"overview": TabSpec.model_construct(), **_related(model)}
    if not any(tab.sections for tab in tabs.values()):
        overview = tabs.pop("overview", TabSpec.model_construct())
        tabs = {"overview": overview.model_copy(update={"sections": _all_fields(model)}), **tabs}
    if model.has("audited") and not any(tab.history for tab in tabs.values()):
        tabs["history"] = _HISTORY
    return declared.model_copy(update={"tabs": tabs})


def _related(model: EntityModel) -> dict[str, TabSpec]:
    return {
        name: TabSpec.model_construct(many=name, label=bound.spec.label)
        for name, bound in shown(model).items()
        if bound.spec.type == "many" and not _in_form(bound)
    }


def _all_fields(model: EntityModel) -> dict[str, SectionSpec]:
    """Return the sections of the form, and one with what the form does not hold."""
    named = {
        name
        for part in model.form.values()
        for row in part.fields
        for name in ((row,) if isinstance(row, str) else row)
    }
    tabbed = set(_related(model))
    others = [name for name in shown(model) if name not in named and name not in tabbed]
    stamps = ["created_at", "updated_at"]
    if not model.spec.form:
        fields = sorted([*named, *others], key=list(model.fields).index)
        fields.sort(key=lambda name: _weight(model.fields[name]))
        return {"general": section(fields), "record": section(stamps)}
    sections = {
        key: part.model_copy(update={"collapsed": False, "tab": None})
        for key, part in model.form.items()
    }
    return {**sections, "record": section([*others, *stamps])}
