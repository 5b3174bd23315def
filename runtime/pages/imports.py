"""The steps of an import as pages: the file, its columns, and what would become of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.texts.sentence import Sentence, worded
from generator.fields.formats import language_name
from runtime.exchange.detecting import DELIMITERS, ENCODINGS
from runtime.exchange.guessing import guess, key_of
from runtime.exchange.importer import ImportOptions, table_of
from runtime.exchange.problems import FileProblem
from runtime.exchange.reading import BYTES_MAX
from runtime.exchange.transfers import Transfer, Transfers
from runtime.pages.context import PageContext
from runtime.pages.transfers import REASON, number, path_label, reasons, rows_told
from runtime.records.errors import ValidationFailed
from runtime.records.import_values import Target, targets
from runtime.records.importing import ROWS_MAX, Line, LineResult, import_lines

SAMPLES = 3
TRIED = 100
SHOWN = 25
_CELL_SHOWN = 60

_ENCODING_NAMES = {
    "utf-8-sig": "UTF-8", "utf-16": "UTF-16",
    "cp1250": Sentence("Windows-1250 (Central European)"),
    "cp1252": Sentence("Windows-1252 (Western European)"),
}
_DELIMITER_NAMES = {
    ",": Sentence("Comma"), ";": Sentence("Semicolon"), "\t": Sentence("Tab"),
    "|": Sentence("Vertical bar"),
}

Option = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class UploadPage:
    title: str
    action: str
    back: str
    problem: str
    pasted: str
    megabytes: int
    rows_max: str
    fields: tuple[tuple[str, bool], ...]
    form_key: str = ""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file: its name, some of its texts, and the fields to choose from."""

    number: int
    header: str
    samples: tuple[str, ...]
    options: tuple[Option, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """`problems`: path ("" for the whole) → sentence. No `columns`: the file cannot be read."""

    title: str
    name: str
    action: str
    cancel: str
    workbook: bool
    encodings: tuple[Option, ...]
    delimiters: tuple[Option, ...]
    formats: tuple[Option, ...]
    columns: tuple[ColumnRow, ...]
    keys: tuple[Option, ...]
    clear_empty: bool
    missing: tuple[str, ...]
    left_out: tuple[str, ...]
    rows: int
    rows_told: str
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One tried line: `done` is the word of what would become of it."""

    number: int
    done: str
    look: str
    reason: str
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    title: str
    name: str
    action: str
    back: str
    cancel: str
    rows_told: str
    tried_told: str
    submit: str
    counts: tuple[tuple[str, int, str], ...]
    columns: tuple[str, ...]
    lines: tuple[PreviewLine, ...]


def upload_page(context: PageContext, entity: str, problem: str, pasted: str) -> UploadPage:
    title = context.translate("Import {names}").format(names=context.plural(entity))
    shown = tuple(
        (path_label(context, entity, target.path), not target.part and _is_needed(target))
        for target in targets(context.records.work, entity)
        if target.by is None and not target.field.implicit
    )
    return UploadPage(
        title, context.links.imports(entity), context.links.list(entity), problem, pasted,
        BYTES_MAX // 1_000_000, number(context, ROWS_MAX), shown,
    )


# ---------------------------------------------------------------------- columns


def columns_page(
    context: PageContext, transfers: Transfers, transfer: Transfer,
    problems: Mapping[str, str] | None = None,
) -> ColumnsPage:
    """Read the file to its end and offer a field for each of its columns."""
    options, told = ImportOptions.of(transfer), dict(problems or {})
    header: Sequence[str] = ()
    first: Sequence[Line] = ()
    rows = 0
    try:
        overview = table_of(transfers, transfer).overview(SAMPLES)
        header, first, rows = overview.header, overview.first, overview.rows
    except FileProblem as problem:
        told.setdefault("", problem.sentence.said(context.translate))
    offered = list(targets(context.records.work, transfer.entity))
    options = _guessed(context, transfers, transfer, options, header, offered)
    mapping = {name: path for name, path in (options.mapping or {}).items() if name in header}
    return ColumnsPage(
        title=context.translate("Import {names}").format(names=context.plural(transfer.entity)),
        name=transfer.name,
        action=context.links.transfer(transfer.id, "columns"),
        cancel=context.links.transfer(transfer.id, "cancel"),
        workbook=options.workbook,
        encodings=tuple((name, worded(_ENCODING_NAMES[name], context.translate),
                         name == options.encoding)
                        for name in ENCODINGS),
        delimiters=tuple(
            ("tab" if sign == "\t" else sign, _DELIMITER_NAMES[sign].said(context.translate),
             sign == options.delimiter) for sign in DELIMITERS
        ),
        formats=_formats(context, options),
        columns=tuple(
            _column(context, transfer.entity, number, name, first, mapping, offered, told)
            for number, name in enumerate(header) if name != REASON
        ),
        keys=_keys(context, transfer.entity, offered, options),
        clear_empty=options.clear_empty,
        missing=tuple(missing_fields(context, transfer.entity, replace(options, mapping=mapping))),
        left_out=tuple(parts_left_out(
            context, transfer.entity, replace(options, mapping=mapping))),
        rows=rows, rows_told=rows_told(context, rows) if rows else "", problems=told,
    )


def _guessed(
    context: PageContext, transfers: Transfers, transfer: Transfer, options: ImportOptions,
    header: Sequence[str], offered: Sequence[Target],
) -> ImportOptions:
    """Return the options with a guess, where nothing was chosen yet."""
    if options.mapping is not None:
        return options
    earlier = transfers.remembered(context.records.actor, transfer.entity)
    locales = context.generated.project.site.locales
    mapping = guess(
        [name for name in header if name != REASON], offered, locales, earlier.get("mapping"),
        context.model(transfer.entity).spec.create_with,
    )
    return replace(options, mapping=mapping, key=key_of(mapping, earlier.get("key")))


def _column(
    context: PageContext, entity: str, number: int, name: str, first: Sequence[Line],
    mapping: Mapping[str, str], offered: Sequence[Target], problems: Mapping[str, str],
) -> ColumnRow:
    chosen = mapping.get(name, "")
    samples = [line.cells.get(name, "").strip() for line in first]
    options: list[Option] = [("", context.translate("– leave out –"), not chosen)]
    options += [
        (target.path, _offered(context, entity, target), target.path == chosen)
        for target in offered
    ]
    return ColumnRow(
        number, name, tuple(_short(text) for text in samples if text), tuple(options),
        problems.get(chosen, "") if chosen else "",
    )


def _offered(context: PageContext, entity: str, target: Target) -> str:
    label = path_label(context, entity, target.path)
    if target.part:
        return context.translate("{name} (with a new row)").format(name=label)
    if target.by is None and target.field.spec.type == "relation":
        return context.translate("{name} (number)").format(name=label)
    return label


def _keys(
    context: PageContext, entity: str, offered: Sequence[Target], options: ImportOptions
) -> tuple[Option, ...]:
    """Return the fields by which lines may find their rows: such as one column holds exactly."""
    translate = context.translate
    found: list[Option] = [("", translate("None: every line is a new row"), not options.key)]
    for target in offered:
        field = target.field
        own = target.by is None and not target.part
        simple = own and len(field.columns) == 1 and field.spec.type in _KEY_TYPES
        if simple and context.records.can("edit", entity):
            found.append((target.path, path_label(context, entity, target.path),
                          target.path == options.key))
    return tuple(found)


_KEY_TYPES = ("text", "email", "slug", "uuid", "integer", "domain", "phone", "url", "ip",
              "sequence")


def _formats(context: PageContext, options: ImportOptions) -> tuple[Option, ...]:
    """Return the ways numbers and dates may be written: as we export, or as in a language."""
    found: list[Option] = [
        ("", context.translate("2026-12-31 and 1234.56, as in our exports"), not options.formats)
    ]
    for locale in context.generated.project.site.locales:
        said = context.translate("As in {language}").format(language=language_name(locale))
        found.append((locale, said, locale == options.formats))
    return tuple(found)


def mapping_of(form: Any) -> dict[str, str]:
    """Return header → path out of the form: `header.<n>` is the column, `field.<n>` its field."""
    mapping = {}
    for key in form.keys():  # noqa: SIM118 - a multi-dict
        match = re.fullmatch(r"field\.(\d{1,4})", str(key))
        header = form.get(f"header.{match[1]}") if match else None
        if header and form.get(key):
            mapping[str(header)] = str(form.get(key))
    return mapping


def missing_fields(
    context: PageContext, entity: str, options: ImportOptions
) -> list[str]:
    """Return the labels of fields that new rows need and no column gives.

    Those of rows that are made with them are needed as soon as a column gives any of these.
    """
    offered = list(targets(context.records.work, entity))
    chosen = set((options.mapping or {}).values())
    given = {target.name for target in offered if target.path in chosen}
    with_parts = any(target.part for target in offered if target.path in chosen)
    copied = {
        f"{part}.{name}"
        for part, spec in context.model(entity).spec.create_with.items() for name in spec.copy_
    }
    return [
        path_label(context, entity, target.path) for target in offered
        if _is_needed(target) and target.name not in given | copied
        and (with_parts or not target.part)
    ]


def parts_left_out(
    context: PageContext, entity: str, options: ImportOptions
) -> list[str]:
    """Return what a form would make with each new row, when no column gives anything of it."""
    offered = [target for target in targets(context.records.work, entity) if target.part]
    chosen = set((options.mapping or {}).values())
    if any(target.path in chosen for target in offered):
        return []
    made_with = context.model(entity).spec.create_with
    return [
        context.text(made_with[part].label, part)
        for part in dict.fromkeys(target.part for target in offered)
    ]


def _is_needed(target: Target) -> bool:
    """Say whether a new row cannot do without the field."""
    field = target.field
    if target.by is not None or field.implicit or field.machine is not None:
        return False
    made = field.spec.type in ("sequence", "position", "slug", "boolean")
    given = field.spec.default is not None or field.spec.default_from is not None
    return bool(field.spec.required) and not (made or given) and field.spec.show_when is None


# ---------------------------------------------------------------------- preview


def preview_page(
    context: PageContext, transfers: Transfers, transfer: Transfer
) -> PreviewPage | None:
    """Try the first rows; None when the file or its columns have to be looked at again."""
    options = ImportOptions.of(transfer)
    if not options.mapping or not transfer.total:
        return None
    plan = options.plan(transfer.entity, context.records.actor)
    try:
        first = table_of(transfers, transfer).overview(TRIED).first
        results = import_lines(context.records.work, plan, first, only_try=True)
    except (FileProblem, ValidationFailed):
        return None
    title = context.translate("Import {names}").format(names=context.plural(transfer.entity))
    links = context.links
    return PreviewPage(
        title=title, name=transfer.name, action=links.transfer(transfer.id, "run"),
        back=links.transfer(transfer.id, "columns"), cancel=links.transfer(transfer.id, "cancel"),
        rows_told=rows_told(context, transfer.total),
        tried_told=_tried(context, len(results), transfer.total),
        submit=_submit(context, results, transfer.total),
        counts=_counts(context, results),
        columns=tuple(path_label(context, transfer.entity, path)
                      for path in options.mapping.values()),
        lines=_preview_lines(context, transfer.entity, options, first, results),
    )


def _submit(context: PageContext, results: Sequence[LineResult], rows: int) -> str:
    """Return what the button says: how many rows fit, where that is known; empty when none does."""
    if len(results) < rows:
        return context.translate("Import the rows that fit")
    fit = sum(each.done != "refused" for each in results)
    if not fit:
        return ""
    said = context.translate.plural("Import {count} row", "Import {count} rows", fit)
    return said.format(count=number(context, fit))


def _tried(context: PageContext, tried: int, rows: int) -> str:
    if tried >= rows:
        return context.translate("All rows were tried; nothing is written yet.")
    said = context.translate("The first {tried} of {rows} rows were tried; nothing is written yet.")
    return said.format(tried=number(context, tried), rows=number(context, rows))


def _words(context: PageContext) -> dict[str, tuple[str, str]]:
    translate = context.translate
    return {
        "created": (translate("New"), "ok"), "updated": (translate("Changed"), "info"),
        "same": (translate("As it was"), "quiet"), "refused": (translate("Refused"), "bad"),
    }


def _counts(
    context: PageContext, results: Sequence[LineResult]
) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (word, count, look) for done, (word, look) in _words(context).items()
        if (count := sum(each.done == done for each in results))
    )


def _preview_lines(
    context: PageContext, entity: str, options: ImportOptions, lines: Sequence[Line],
    results: Sequence[LineResult],
) -> tuple[PreviewLine, ...]:
    """Return the lines to show: refused ones are never left out for good ones."""
    by_number = {line.number: line for line in lines}
    ordered = sorted(results, key=lambda each: each.done != "refused")[:SHOWN]
    words, mapping = _words(context), options.mapping or {}
    found = []
    for each in sorted(ordered, key=lambda result: result.number):
        word, look = words[each.done]
        cells = tuple(
            (_short(by_number[each.number].cells.get(header, "")), path in each.problems)
            for header, path in mapping.items()
        )
        reason = reasons(context, entity, each.problems)
        found.append(PreviewLine(each.number, word, look, reason, cells))
    return tuple(found)


def _short(text: str) -> str:
    return text if len(text) <= _CELL_SHOWN else f"{text[: _CELL_SHOWN - 1]}…"

