"""What can be wrong with a configuration, and where.

A `Problem` is one thing to mend at one place; `ConfigError` carries all that were found.
The text form is read by people who have our YAML open and have never seen our code:

    sample-config/entities/invoice.yaml:5:5: fields.number.requird: unknown key [unknown-key]
        did you mean 'required'?
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where, what, a stable code, and a way out.

    `path` is dotted as the reader would say it. `also` is a second place that takes part,
    the first of two duplicates for example.
    """

    position: Position
    path: str
    what: str
    code: str
    hint: str = ""
    also: Position | None = None

    def order(self) -> tuple[Position, str, str, str]:
        """Return the sort key of reports: by place, then by path and code."""
        return (self.position, self.path, self.code, self.what)

    def __str__(self) -> str:
        place = f"{self.position}: {self.path}: " if self.path else f"{self.position}: "
        text = f"{place}{self.what} [{self.code}]"
        if self.also:
            text += f"\n    also at {self.also}"
        if self.hint:
            text += f"\n    {self.hint}"
        return text


class ConfigError(Exception):
    """The configuration has problems; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=Problem.order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        files = {problem.position.file for problem in self.problems}
        lines = [str(problem) for problem in self.problems]
        return "\n".join([*lines, counted(len(self.problems), len(files))])


def counted(problems: int, files: int) -> str:
    """Return the closing line of a report: `3 problems in 1 file`."""
    return f"{problems} problem{'s' * (problems != 1)} in {files} file{'s' * (files != 1)}"


def suggest(key: str, known: Iterable[str]) -> str:
    """Return a hint: the nearest known name, else all of them when they are few."""
    names = sorted(known)
    key = key[:100]
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    if names and len(names) <= 24:
        return f"write one of: {', '.join(names)}"
    return ""
