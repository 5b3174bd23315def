"""Jinja templates of mails and documents: what they name, checked without running them.

A template may use its variables, loop variables and what it sets itself, and follow fields from
a row. Everything else is a mistake that would otherwise show in a mail to a client.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from config.errors import suggest
from config.objects import Objects
from config.paths import PathProblem, follow, linked_entity

# What the program adds to Jinja's own filters.
FILTERS_ADDED = ("money", "number", "rate", "date", "moment", "duration")
_REFUSED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
LENGTH_MAX = 200_000


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One mistake: `line` and `column` count from 1 inside the template."""

    line: int
    column: int
    what: str
    code: str
    hint: str = ""


def template_problems(
    objects: Objects, text: str, variables: Mapping[str, str | None]
) -> list[TemplateProblem]:
    """Return what is wrong with a template.

    `variables`: name → entity of its row, None when it has no fields that could be checked.
    """
    if "{" not in text:
        return []
    try:
        tree = _environment().parse(text)
    except jinja2.TemplateSyntaxError as error:
        what, _, rest = (error.message or "the template cannot be read").partition(". ")
        hint = _sentence(rest.rpartition(". ")[2]) if "innermost" in rest else ""
        return [TemplateProblem(error.lineno, 1, _sentence(what), "template-syntax", hint)]
    except RecursionError:
        return [TemplateProblem(1, 1, "the template is nested too deep", "template-syntax")]
    check = _Check(objects, text, variables)
    check.body(tree.body, dict(variables))
    return check.problems


@cache
def _environment() -> jinja2.Environment:
    return ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)


def _sentence(message: str) -> str:
    text = message.rstrip(".")
    return text[:1].lower() + text[1:]


class _Check:
    """Walks a template with the names that are known at each place."""

    def __init__(self, objects: Objects, text: str, variables: Mapping[str, Any]) -> None:
        self.objects = objects
        self.lines = text.split("\n")
        self.variables = variables
        self.problems: list[TemplateProblem] = []

    def body(self, body: list[Any], known: dict[str, str | None]) -> None:
        for node in body:
            self.visit(node, known)

    def visit(self, node: nodes.Node, known: dict[str, str | None]) -> None:
        if isinstance(node, _REFUSED):
            self._report(node, "", "a template stands alone", "template-syntax",
                         "write the text here, or use a layout")
        elif isinstance(node, nodes.For):
            self._loop(node, known)
        elif isinstance(node, nodes.Macro):
            inner = {**known, **{argument.name: None for argument in node.args}}
            self.body(node.body, inner)
            known[node.name] = None
        elif isinstance(node, nodes.Assign):
            self.visit(node.node, known)
            self._name_targets(node.target, known, self.entity(node.node, known))
        elif isinstance(node, (nodes.Name, nodes.Getattr)):
            self.entity(node, known)
        else:
            self._check_filter(node)
            for child in node.iter_child_nodes():
                self.visit(child, known)

    def _loop(self, node: nodes.For, known: dict[str, str | None]) -> None:
        row = self.entity(node.iter, known, collection=True)
        if not isinstance(node.iter, (nodes.Name, nodes.Getattr)):
            self.visit(node.iter, known)
        inner: dict[str, str | None] = {**known, "loop": None}
        self._name_targets(node.target, inner, row)
        if node.test is not None:
            self.visit(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, known)

    @staticmethod
    def _name_targets(target: nodes.Node, known: dict[str, str | None], row: str | None) -> None:
        if isinstance(target, nodes.Name):
            known[target.name] = row
            return
        for name in target.find_all(nodes.Name):
            known[name.name] = None

    def entity(
        self, node: nodes.Node, known: dict[str, str | None], *, collection: bool = False
    ) -> str | None:
        """Check a dotted name; return the entity of the row, or rows, that it gives."""
        parts = _dotted(node)
        if not parts:
            if isinstance(node, nodes.Getattr):
                self.visit(node.node, known)
            return None
        root, path = parts[0], parts[1:]
        if root not in known:
            if root not in ("range", "dict", "lipsum", "cycler", "joiner", "namespace"):
                self._report(node, ".".join(parts), f"no variable is called '{root}'",
                             "unknown-variable", suggest(root, known))
            return None
        entity = known[root]
        if entity is None or self.objects.spec("entity", entity) is None:
            return None
        return self._follow(node, parts, entity, path, collection=collection)

    def _follow(
        self, node: nodes.Node, parts: list[str], entity: str, path: list[str], *,
        collection: bool,
    ) -> str | None:
        if not path:
            return entity
        try:
            found = follow(self.objects, entity, ".".join(path))
        except PathProblem as problem:
            if not problem.doubtful:
                self._report(node, ".".join(parts), problem.what, "unknown-variable",
                             problem.hint)
            return None
        if found.type in ("secret", "driver_settings") or (
            found.spec is not None and found.spec.class_ in ("secret", "staff_only")
        ):
            self._report(node, ".".join(parts), f"'{'.'.join(path)}' is never sent",
                         "secret-in-template", "leave it out")
        if found.type == "many":
            return str(found.spec.many) if collection else None
        return linked_entity(self.objects, found)

    def _check_filter(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Filter) and node.name not in (*FILTERS, *FILTERS_ADDED):
            self._report(node, node.name, f"there is no filter '{node.name}'", "unknown-filter",
                         suggest(node.name, (*FILTERS, *FILTERS_ADDED)))
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            self._report(node, node.name, f"there is no test '{node.name}'", "unknown-filter",
                         suggest(node.name, TESTS))

    def _report(self, node: nodes.Node, said: str, what: str, code: str, hint: str = "") -> None:
        line, column = node.lineno, 1
        pattern = re.compile(rf"(?<![\w.]){re.escape(said)}(?!\w)")
        # Jinja knows the line only, and of a long tag the first.
        for number in range(line, min(line + 20, len(self.lines)) + 1) if said else ():
            match = pattern.search(self.lines[number - 1])
            if match:
                line, column = number, match.start() + 1
                break
        problem = TemplateProblem(line, column, what, code, hint)
        if problem not in self.problems:
            self.problems.append(problem)


def _dotted(node: nodes.Node) -> list[str]:
    """Return the parts of `a.b.c`, empty for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.insert(0, node.attr)
        node = node.node
    return [node.name, *parts] if isinstance(node, nodes.Name) else []


