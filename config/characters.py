"""Characters that no text of a configuration may hold, and where a character stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

# No page, form or database can do anything with these; line ends and tabs are all right.
_CONTROL = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# YAML ends a line at these and editors do not: every place behind one would be wrong.
_STRANGE_LINE_END = re.compile(r"\r(?!\n)|[\x85\u2028\u2029]")
CONTROL_HINT = "take it out; line ends and tabs are the only ones that a text may have"


def control_problem(text: str) -> str | None:
    """Return what is wrong when a control character stands in a text, None when none does."""
    # Most texts are printable, which is told at once.
    found = None if text.isprintable() else _CONTROL.search(text)
    return f"the text holds the control character U+{ord(found[0]):04X}" if found else None


def control_line(text: str) -> int:
    """Return the line, counted from 1, of the first control character of a text that has one."""
    found = _CONTROL.search(text)
    return text.count("\n", 0, found.start() if found else 0) + 1


def strange_line_ends(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each character that ends a line for YAML alone, as U+2028, with its place."""
    line, counted = 1, 0
    for found in _STRANGE_LINE_END.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        column = counted - text.rfind("\n", 0, counted)
        yield f"U+{ord(found[0]):04X}", (line, column)


def place_at(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of the character `offset` of a text."""
    line = text.count("\n", 0, offset)
    return (line + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1)


def forbidden_place(text: str) -> tuple[int, int]:
    """Return the place of the first character that YAML does not take."""
    for offset, character in enumerate(text):
        if not character.isprintable() and character not in "\n\r\x85":
            return place_at(text, offset)
    return (1, 1)
