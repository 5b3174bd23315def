"""What a row is called: paths in braces, and parts in brackets that show only when they are full.

    {code} - {name}[ ({native_name})]                    PL - Poland (Polska)   XK - Kosovo
    [{company} ({first}[ {last}])|{first}[ {last}]]      Acme (Jan Nowak)       Jan Nowak

A part in brackets shows when all fields that stand directly in it have a value; `|` divides
alternatives, of which the first that is full shows. Parts may stand in parts. A brace or `|`
that is meant itself is written twice: `{{`, `}}`, `||`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEPTH_MAX = 4
_TOKEN = re.compile(r"\{\{|\}\}|\|\||\{[^{}\[\]|]*\}|[{}\[\]|]|[^{}\[\]|]+")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")


@dataclass(frozen=True, slots=True)
class TitleField:
    """A field of the row, or of one it links to; `offset` is where it stands in the text."""

    path: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class TitleChoice:
    """A part in brackets: its alternatives, each a sequence."""

    alternatives: tuple[TitleSequence, ...]


TitleSequence = tuple["str | TitleField | TitleChoice", ...]


@dataclass(frozen=True, slots=True)
class TitlePattern:
    """A title as written, taken apart. `text` is empty when it was written as a list of paths."""

    text: str = ""
    sequence: TitleSequence = ()

    @property
    def fields(self) -> tuple[TitleField, ...]:
        """The fields in the order they are written, each path once."""
        found: dict[str, TitleField] = {}
        for field in _fields(self.sequence):
            found.setdefault(field.path, field)
        return tuple(found.values())

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(field.path for field in self.fields)


class TitleProblem(Exception):
    """A title cannot be read; `offset` is the place in its text."""

    def __init__(self, offset: int, what: str, hint: str) -> None:
        super().__init__(what)
        self.offset, self.what, self.hint = offset, what, hint


def joined(paths: tuple[str, ...]) -> TitlePattern:
    """Return the title that stands the values beside each other, with a space between."""
    if len(paths) == 1:
        return TitlePattern("", (TitleField(paths[0]),))
    return TitlePattern("", tuple(
        TitleChoice((((" " if index else ""), TitleField(path)),))
        for index, path in enumerate(paths)
    ))


def parse_title(text: str) -> TitlePattern:
    """Return the pattern of a text; raises TitleProblem."""
    reader = _Reader(text)
    sequence = reader.sequence(0, inside=False)
    if not any(_fields(sequence)):
        raise TitleProblem(0, "the title names no field", "write a field in braces: {name}")
    return TitlePattern(text, sequence)


def is_pattern(text: str) -> bool:
    """Say whether a text is a pattern, and no path: paths hold no such sign."""
    return any(sign in text for sign in "{}[]|")


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._signs = [(match.start(), match.group()) for match in _TOKEN.finditer(text)]
        self._at = 0
        self._length = len(text)

    def sequence(self, opened: int, *, inside: bool, depth: int = 0) -> TitleSequence:
        """Read up to the end of the part; of an alternative up to its `|` or `]`."""
        parts: list[str | TitleField | TitleChoice] = []
        while self._at < len(self._signs):
            offset, sign = self._signs[self._at]
            if inside and sign in ("|", "]"):
                return tuple(parts)
            self._at += 1
            if sign == "[":
                parts.append(self._choice(offset, depth + 1))
            elif sign in ("{", "}", "]", "|"):
                raise TitleProblem(offset, *_STRAY[sign])
            elif sign in _DOUBLED:
                parts.append(sign[0])
            elif sign[0] == "{":
                parts.append(_field(offset, sign))
            else:
                parts.append(sign)
        if inside:
            raise TitleProblem(opened, "the bracket is not closed", "write ] where the part ends")
        return tuple(parts)

    def _choice(self, opened: int, depth: int) -> TitleChoice:
        if depth > DEPTH_MAX:
            raise TitleProblem(opened, f"brackets stand more than {DEPTH_MAX} deep",
                               "use fewer parts")
        alternatives = []
        while True:
            start = self._signs[self._at][0] if self._at < len(self._signs) else self._length
            sequence = self.sequence(opened, inside=True, depth=depth)
            if not any(isinstance(part, TitleField) for part in sequence):
                raise TitleProblem(min(start, self._length - 1), "the part names no field itself",
                                   "write outside the brackets what always shows")
            alternatives.append(sequence)
            sign = self._signs[self._at][1]
            self._at += 1
            if sign == "]":
                return TitleChoice(tuple(alternatives))


_DOUBLED = ("{{", "}}", "||")
_STRAY = {
    "{": ("the brace is not closed", "write the field between braces: {name}"),
    "}": ("no brace is open here", "write }} for a brace that is meant itself"),
    "]": ("no bracket is open here", "leave it out, or write [ where the part begins"),
    "|": ("alternatives stand in brackets", "write [first|second], or || for the sign itself"),
}


def _field(offset: int, sign: str) -> TitleField:
    path = sign[1:-1].strip()
    if not _PATH.match(path):
        raise TitleProblem(offset, f"expected a field in braces, got '{sign[:60]}'",
                           "write a name or a dotted path: {client.email}")
    return TitleField(path, offset + 1)


def _fields(sequence: TitleSequence) -> Iterator[TitleField]:
    for part in sequence:
        if isinstance(part, TitleField):
            yield part
        elif isinstance(part, TitleChoice):
            for alternative in part.alternatives:
                yield from _fields(alternative)
