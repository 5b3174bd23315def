"""One YAML file as plain data with the place of every key and value.

The C parser of libyaml gives events; they are read one by one, so that a limit stops a hostile
file before it costs anything: twenty thousand brackets end at the twenty-first. Scalars stay
the text that was written (plain `null`, `~` and nothing become None): what a text means is
decided by the key it stands under, never by what it looks like.

Refused, each with its place: what makes a file mean something else than it seems to
(duplicate keys, anchors, aliases, merge keys, tags, several documents, control characters), and
what is no text file of ours at all (other encodings, tabs, too large, too deep, too many values).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from config.characters import (
    CONTROL_HINT,
    control_problem,
    forbidden_place,
    place_at,
    strange_line_ends,
)
from config.errors import Position, Problem
from config.syntax_hints import missing_space, syntax_hint

BYTES_MAX = 1_000_000
DEPTH_MAX = 20
NODES_MAX = 50_000
# A file full of tabs is not answered by half a million problems.
CHARACTERS_TOLD = 1_000
NAME_SHOWN = 40
PATH_PART_SHOWN = 80
_QUOTES = ("'", '"')
_NULLS = {"", "~", "null", "Null", "NULL"}
KeyPath = tuple[str | int, ...]
# (line, column), counted from 1; a third member names the source when a patch put it there.
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The data of one file. A path is a tuple of keys and list indexes, () is the whole file."""

    file: str
    kind: str
    name: str
    data: dict[str, Any]
    key_positions: Mapping[KeyPath, Place]
    value_positions: Mapping[KeyPath, Place]
    text: str = field(repr=False, default="")

    def key(self, path: KeyPath) -> Position:
        """Return where the key is; of a list entry, where its value is."""
        return self._position(self.key_positions.get(path) or self.value_positions.get(path), path)

    def value(self, path: KeyPath) -> Position:
        """Return where the value begins, or the nearest place above it."""
        return self._position(self.value_positions.get(path), path)

    def _position(self, place: Place | None, path: KeyPath) -> Position:
        while place is None and path:
            path = path[:-1]
            place = self.key_positions.get(path) or self.value_positions.get(path)
        if place is None:
            return Position(self.file, 1, 1)
        return Position(place[2].file if len(place) > 2 else self.file, place[0], place[1])

    def inside(self, path: KeyPath, offset: int) -> Position:
        """Return where the character `offset` of the scalar at `path` stands in its file."""
        start = self.value(path)
        place = self.value_positions.get(path)
        if place is None:
            return start
        text = place[2].text if len(place) > 2 else self.text
        line, column = _within(text, start.line, start.column, offset)
        return Position(start.file, line, column)


def dotted(path: Iterable[str | int]) -> str:
    """Return a path as a reader would say it; entries of lists count from 1."""
    return ".".join(
        str(part + 1) if isinstance(part, int) else part[:PATH_PART_SHOWN] for part in path
    )


def short(name: str) -> str:
    return name[:NAME_SHOWN]


def read_text(text: bytes, file: str) -> tuple[Source | None, list[Problem]]:
    """Return the source of a file's bytes, or None and what is wrong with it."""
    reader = _Reader(file)
    reader.read(text)
    return reader.source, sorted(reader.problems, key=Problem.order)


class _Refused(Exception):
    """Nothing more can be read from this file."""


class _Reader:
    """Reads the events of one file into plain data; finds as many problems as it can."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.source: Source | None = None
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.nodes = 0
        # The last text in quotes that goes over several lines: it may have lost its end.
        self.long_quote: Any = None

    def read(self, content: bytes) -> None:
        try:
            text = self._decoded(content)
            data = self._document(text)
            self._first_key(data, text)
        except _Refused:
            return

    def _report(self, what: str, code: str, place: Place, hint: str = "", **more: Any) -> None:
        position = Position(self.file, place[0], place[1])
        self.problems.append(Problem(position, more.pop("path", ""), what, code, hint, **more))

    def _refuse(self, what: str, code: str, place: Place, hint: str = "") -> _Refused:
        self._report(what, code, place, hint)
        return _Refused()

    def _decoded(self, content: bytes) -> str:
        if len(content) > BYTES_MAX:
            raise self._refuse(
                f"the file has more than {BYTES_MAX:,} bytes",
                "too-large", (1, 1), "split it: one object per file",
            )
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8", "replace")
            raise self._refuse(
                "the file is not UTF-8", "not-utf-8", place_at(before, len(before)),
                "save it with the encoding UTF-8",
            ) from None
        tabs = (
            (number, line.index("\t") + 1)
            for number, line in enumerate(text.split("\n") if "\t" in text else (), 1)
            if "\t" in line
        )
        for place in islice(tabs, CHARACTERS_TOLD):
            self._report("there is a tab", "tab", place,
                         "use spaces; inside a text write \\t in double quotes")
        for character, place in islice(strange_line_ends(text), CHARACTERS_TOLD):
            self._report(f"{character} ends a line for YAML, but not in an editor",
                         "control-character", place,
                         "take it out; end lines as Unix or Windows does")
        if self.problems:
            raise _Refused
        return text

    def _document(self, text: str) -> Any:
        loader = None
        try:
            loader = yaml.CSafeLoader(text)
            loader.get_event()
            event = loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                raise self._refuse("the file is empty", "empty-file", (1, 1),
                                   "the first line says kind and name: 'entity: invoice'")
            data = self._build(loader)
            loader.get_event()
            after = loader.get_event()
            if not isinstance(after, yaml.StreamEndEvent):
                self._report("a second document begins", "several-documents",
                             _place(after), "one object per file")
        except yaml.MarkedYAMLError as error:
            self._refuse_open_quote(error)
            self._refuse_missing_space(error, text)
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            what = str(error.problem or error.context or "cannot be read as YAML")
            hint = syntax_hint(what, text, place)
            raise self._refuse(what, "yaml-syntax", place, hint) from None
        except yaml.reader.ReaderError as error:
            raise self._refuse(
                f"the character U+{error.character:04X} is not allowed"
                if isinstance(error.character, int) else "a character is not allowed",
                "yaml-syntax", forbidden_place(text), "delete it",
            ) from None
        finally:
            if loader is not None:
                loader.dispose()
        return data

    def _refuse_open_quote(self, error: yaml.MarkedYAMLError) -> None:
        """Say where a quote opens that is not closed, when that is what the error comes from."""
        unfinished = "unexpected end of stream" in str(error.problem) or (
            "document indicator" in str(error.problem)
        )
        if unfinished and "quoted scalar" in str(error.context) and error.context_mark is not None:
            mark, end = error.context_mark, "the end of the file"
        elif self.long_quote is not None and error.problem_mark is not None and (
            self.long_quote.end_mark.line == error.problem_mark.line
        ):
            # The next quote, where another text begins, was taken for its end.
            mark, end = self.long_quote.start_mark, f"line {error.problem_mark.line + 1}"
        else:
            return
        raise self._refuse("the quote is not closed", "yaml-syntax",
                           (mark.line + 1, mark.column + 1),
                           f"close it on its line; read as it stands, the text goes on to {end}"
                           ) from None

    def _refuse_missing_space(self, error: yaml.MarkedYAMLError, text: str) -> None:
        """Say which colon has no space behind it, when a later one is what does not fit."""
        found = missing_space(error, text)
        if found is not None:
            key, place = found
            raise self._refuse(f"there is no space after '{short(key)}:'", "yaml-syntax", place,
                               "put a space after the colon") from None

    def _build(self, loader: Any) -> Any:
        """Read one document without recursion; the stack holds the open maps and lists."""
        root: list[Any] = []
        # (container, its path, key that waits for a value, key → place)
        stack: list[list[Any]] = [[root, (), None]]
        while True:
            event = loader.get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent and event.style in _QUOTES and (
                event.start_mark.line != event.end_mark.line
            ):
                self.long_quote = event
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                stack.pop()
            elif kind is yaml.ScalarEvent and self._is_key(stack[-1]):
                self._open_key(stack[-1], event)
            else:
                self._value(stack, event)
            if len(stack) == 1:
                return root[0]

    @staticmethod
    def _is_key(top: list[Any]) -> bool:
        return isinstance(top[0], dict) and top[2] is None

    def _count(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise self._refuse(f"the file has more than {NODES_MAX:,} values", "too-many-nodes",
                               _place(event), "split it: one object per file")
        if depth > DEPTH_MAX:
            raise self._refuse(f"maps and lists are nested more than {DEPTH_MAX} deep", "too-deep",
                               _place(event))

    def _marked(self, event: Any, path: KeyPath) -> None:
        """Report anchors, aliases and tags; a reader could not see what they change elsewhere."""
        said = dotted(path)
        if type(event) is yaml.AliasEvent:
            self._report(f"the alias *{short(event.anchor)} is not allowed", "alias", _place(event),
                         "write the value again", path=said)
        elif event.anchor is not None:
            self._report(
                f"the anchor &{short(event.anchor)} is not allowed", "anchor", _place(event),
                "write the value where it is needed; quote a text that begins with &", path=said,
            )
        if getattr(event, "tag", None) is not None:
            self._report(f"the tag {short(event.tag)} is not allowed", "tag", _place(event),
                         "the key decides the type; quote a text that begins with !", path=said)

    def _without_controls(self, text: str, place: Place, path: KeyPath) -> None:
        """Report a control character, which only an escape in double quotes can write."""
        problem = control_problem(text)
        if problem:
            self._report(problem, "control-character", place, CONTROL_HINT,
                         path=dotted(path))

    def _open_key(self, top: list[Any], event: Any) -> None:
        path = top[1]
        self._count(event, len(path))
        place = _place(event)
        key = event.value
        inner = (*path, key)
        self._without_controls(key, place, path)
        if event.anchor is not None or event.tag is not None:
            self._marked(event, inner)
        if key == "<<" and event.implicit[0]:
            self._report("the merge key << is not allowed", "merge-key", place,
                         "write the keys where they are needed", path=dotted(path))
        elif event.implicit[0] and key in _NULLS:
            self._report("a key is empty", "bad-key", place, "write a name before the colon",
                         path=dotted(path))
        elif inner in self.keys:
            self._report("the key stands here twice", "duplicate-key", place,
                         "keep one of them", path=dotted(inner),
                         also=Position(self.file, *self.keys[inner]))
            # What stands below belongs to a second map; its keys are no duplicates.
            key = f"{key} (again)"
        else:
            self.keys[inner] = place
        top[2] = key

    def _value(self, stack: list[list[Any]], event: Any) -> None:
        container, path, key = top = stack[-1]
        kind = type(event)
        if self._is_key(top):
            self._marked(event, path)
            raise self._refuse("a key must be one word or text, not a map or list", "bad-key",
                               _place(event), "quote a text that begins with { [ or *")
        if isinstance(container, dict):
            inner = (*path, key)
            top[2] = None
        else:
            inner = path if len(stack) == 1 else (*path, len(container))
        self._count(event, len(stack))
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            self._marked(event, inner)
        if kind is yaml.MappingStartEvent:
            value: Any = {}
        elif kind is yaml.SequenceStartEvent:
            value = []
        elif kind is yaml.AliasEvent:
            value = None
        else:
            value = None if event.implicit[0] and event.value in _NULLS else event.value
            self._without_controls(event.value, _place(event), inner)
        self.values.setdefault(inner, _place(event))
        if isinstance(container, dict):
            container.setdefault(key, value)
        else:
            container.append(value)
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            stack.append([value, inner, None])

    def _first_key(self, data: Any, text: str) -> None:
        """Take kind and name from the first key."""
        first = next(iter(data), None) if isinstance(data, dict) else None
        if first is None:
            raise self._refuse("expected a map whose first key is kind and name", "not-a-map",
                               self.values.get((), (1, 1)), "begin with 'entity: invoice'")
        name = data[first]
        if not isinstance(name, str) or not name:
            self._report("the first key must give kind and name", "bad-first-key",
                         self.keys.get((first,), (1, 1)), "begin with 'entity: invoice'",
                         path=first)
        if self.problems:
            raise _Refused
        self.source = Source(self.file, first, name, data, self.keys, self.values, text)


def _place(event: Any) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1)


def _within(text: str, line: int, column: int, offset: int) -> tuple[int, int]:
    """Return line and column of the character `offset` of the scalar that begins there."""
    lines = text.split("\n")
    row, at = line - 1, column - 1
    style = lines[row][at : at + 1]
    if style in ("|", ">"):
        return _within_block(lines, row, offset)
    if style in ("'", '"'):
        at += 1
    while offset > 0 and row < len(lines):
        rest = lines[row][at:]
        if not rest.strip():
            # A folded line break counts as one character of the value.
            row, offset = row + 1, offset - 1
            at = len(lines[row]) - len(lines[row].lstrip()) if row < len(lines) else 0
            continue
        if style == '"' and rest[0] == "\\":
            at += {"x": 4, "u": 6, "U": 10}.get(rest[1:2], 2)
        elif style == "'" and rest.startswith("''"):
            at += 2
        else:
            at += 1
        offset -= 1
    return row + 1, at + 1


def _within_block(lines: list[str], row: int, offset: int) -> tuple[int, int]:
    row += 1
    indent = len(lines[row]) - len(lines[row].lstrip()) if row < len(lines) else 0
    while row < len(lines) and offset > max(0, len(lines[row]) - indent):
        offset -= max(0, len(lines[row]) - indent) + 1
        row += 1
    return row + 1, indent + offset + 1
