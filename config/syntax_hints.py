"""What is likely meant where libyaml cannot read a file: the quote, space or bracket to mend."""

from __future__ import annotations

import re

import yaml

# A key at the beginning of a line or of an entry, and its colon without the space.
_NO_SPACE = re.compile(r"(?:^|[{,\[]|- )\s*([A-Za-z_][\w.-]*):(?=[^\s:/])")


def missing_space(error: yaml.MarkedYAMLError, text: str) -> tuple[str, tuple[int, int]] | None:
    """Return the key whose colon has no space behind it, and the colon's line and column.

    None when the error comes from something else.
    """
    mark, what = error.problem_mark, str(error.problem)
    if mark is None or not any(
        part in what for part in ("mapping values", "unexpected ':'", "expected ':'")
    ):
        return None
    lines = text.split("\n")
    # A text without quotes may have begun on the line above.
    for row, end in ((mark.line, mark.column + 1), (mark.line - 1, None)):
        line = lines[row] if 0 <= row < len(lines) else ""
        for found in reversed([*_NO_SPACE.finditer(line)]):
            if end is None or found.end() <= end:
                return found[1], (row + 1, found.end())
    return None


def syntax_hint(what: str, text: str, place: tuple[int, int]) -> str:
    """Return a way out of what libyaml says of a place (line, column), "" when none is known."""
    entry = _entry_before(text, place)
    # `garage: In: the`: the second colon of an entry belongs to its text.
    in_text = entry.endswith(":") and ": " in entry
    if "mapping values are not allowed" in what or ("expected ',' or" in what and in_text):
        return "quote a text that has a colon followed by a space"
    if "cannot start any token" in what:
        return "quote a text that begins with @ ` or %"
    if "expected ',' or" in what:
        return "a bracket is not closed, or a comma is missing; quote texts with , [ ] { }"
    if "did not find expected key" in what or "block end" in what.lower():
        return "check the indentation of this line and the one before"
    if "Unicode character escape" in what:
        return "an escape such as \\u0105 or \\U0001F600 names one character"
    if "escape character" in what or "hexdecimal" in what:
        return "in double quotes \\ begins an escape; write \\\\ for \\, or use single quotes"
    if "quoted scalar" in what or "end of stream" in what:
        return "a quote or bracket is not closed"
    return ""


def _entry_before(text: str, place: tuple[int, int]) -> str:
    """Return the entry of a map or list that a place is in, as far as it and on its line."""
    line = [*text.split("\n"), ""][place[0] - 1][: place[1]]
    return re.split(r"[,{\[]", line)[-1]
