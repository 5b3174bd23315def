"""What a row is called: its entity's title, as far as the actor may see its parts.

A part that the actor may not see in every row counts as empty; a row whose title has nothing
to show is called by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from config.titles import TitleChoice, TitleField, TitlePattern, TitleSequence
from generator.fields.exchange import FormatContext
from generator.fields.relation import linked_entity
from generator.fields.translated import TranslatableType

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.records.selection import Selection
    from runtime.records.work import Work

DEPTH_MAX = 3
SEPARATORS = " -–—·•,;:/|"
TitleReader = Callable[[Sequence[Any], FormatContext], str]


def reader(selection: Selection) -> TitleReader:
    """Select what the title is made of and return what writes it in a reader's language."""
    written = _Writer(selection).row(selection.model, "", 0)
    number = selection.column("id")
    return lambda row, formats: written(row, formats) or f"#{row[number]}"


def paths(work: Work, entity: str, depth: int = 0) -> list[str]:
    """Return the paths of the fields that make titles, those that the actor may see."""
    model = work.model(entity)
    found: dict[str, None] = {}
    for path in title_of(model).paths:
        found |= dict.fromkeys(_path(work, model, path, depth))
    return list(found)


def title_of(model: EntityModel) -> TitlePattern:
    """Return the declared title, or the first text of the row."""
    if model.spec.title.sequence:
        return model.spec.title
    for name, field in model.fields.items():
        if field.columns and field.spec.type in ("text", "email", "slug", "domain"):
            return TitlePattern("", (TitleField(name),))
    return TitlePattern()


def _path(work: Work, model: EntityModel, path: str, depth: int) -> list[str]:
    end = _end(work, model, path)
    if end is None:
        return []
    owner, name = end
    target = linked_entity(owner.fields[name])
    if target is None:
        return [path] if owner.fields[name].columns else []
    inner = paths(work, target, depth + 1) if depth < DEPTH_MAX else []
    return [f"{path}.{each}" for each in inner]


def _end(work: Work, model: EntityModel, path: str) -> tuple[EntityModel, str] | None:
    """Return whose field stands at the end of a path, None when the actor may not see it."""
    name, _, rest = path.partition(".")
    field = model.fields.get(name)
    if field is None or name not in work.rights(model.name).always_visible:
        return None
    if not rest:
        return model, name
    target = linked_entity(field)
    return None if target is None else _end(work, work.model(target), rest)


class _Writer:
    """Makes functions that write parts of a title from a row of the result."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._work = selection.work

    def row(self, model: EntityModel, before: str, depth: int) -> TitleReader:
        """Return what writes the title of the row at the path `before`, empty without one."""
        return self._sequence(title_of(model).sequence, model, before, depth, needed=False)

    def _sequence(
        self, sequence: TitleSequence, model: EntityModel, before: str, depth: int, *,
        needed: bool,
    ) -> TitleReader:
        """Return what writes the parts in a row: nothing when all fields are empty.

        `needed`: also nothing when one of the fields is, as in a part in brackets.
        """
        parts: list[tuple[str, TitleReader | None, bool]] = []
        for part in sequence:
            if isinstance(part, TitleField):
                parts.append(("", self._field(part.path, model, before, depth), True))
            elif isinstance(part, TitleChoice):
                parts.append(("", self._choice(part, model, before, depth), False))
            else:
                parts.append((part, None, False))
        if len(parts) == 1 and parts[0][1] is not None:
            return parts[0][1]
        written_out = [reads is None for _, reads, _ in parts]

        def write(row: Sequence[Any], formats: FormatContext) -> str:
            said, full = [], False
            for text, reads, own in parts:
                if reads is None:
                    said.append(text)
                    continue
                value = reads(row, formats)
                if own and needed and not value:
                    return ""
                full = full or bool(value)
                said.append(value)
            if full and not needed and not (said[0] and said[-1]):
                said = _without_loose_ends(said, written_out)
            whole = "".join(said) if full else ""
            # What is left of the text around an empty field keeps no double space.
            return whole if needed else " ".join(whole.split())

        return write

    def _choice(
        self, choice: TitleChoice, model: EntityModel, before: str, depth: int
    ) -> TitleReader:
        written = [
            self._sequence(each, model, before, depth, needed=True)
            for each in choice.alternatives
        ]

        def write(row: Sequence[Any], formats: FormatContext) -> str:
            for one in written:
                if said := one(row, formats):
                    return said
            return ""

        return write

    def _field(self, path: str, model: EntityModel, before: str, depth: int) -> TitleReader:
        end = _end(self._work, model, path)
        if end is None:
            return _nothing
        owner, name = end
        field = owner.fields[name]
        whole = f"{before}{path}"
        target = linked_entity(field)
        if target is not None:
            if depth >= DEPTH_MAX:
                return _nothing
            return self.row(self._work.model(target), f"{whole}.", depth + 1)
        if not field.columns or getattr(field.spec, "to_any", False):
            return _nothing
        field, _, _ = self._selection.field(whole)
        read, text = self._selection.reader(whole), field.type.text
        if field.type.in_one_column(field) and isinstance(field.type, TranslatableType):
            # Stored and written as the same text, as most titles are.
            return lambda row, formats: read(row) or ""

        def write(row: Sequence[Any], formats: FormatContext) -> str:
            value = read(row)
            return "" if value is None else text(field, value, formats)

        return write


def _without_loose_ends(said: Sequence[str], written_out: Sequence[bool]) -> list[str]:
    """Return the parts of a title without the separators beside empty fields at either end.

    `written_out` tells which parts stand in the pattern itself: a value keeps its own signs.
    """
    found = list(said)
    for places, strip in (
        (range(len(found)), str.lstrip), (range(len(found) - 1, -1, -1), str.rstrip)
    ):
        after_empty = False
        for place in places:
            if written_out[place] and after_empty:
                found[place] = strip(found[place], SEPARATORS)
            if found[place]:
                break
            after_empty = True
    return found


def _nothing(row: Sequence[Any], formats: FormatContext) -> str:
    return ""
