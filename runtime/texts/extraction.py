"""Every English text of the program that a person may read, found in Python and in templates.

In Python a text is a constant that stands first in one of these:

    Sentence("…", name=value)   Sentence.counted("one", "many", count=n)
    FieldProblem("…")   FileProblem("…")
    translate("…")   context.translate("…")   translate.plural("one", "many", n)   _("…")

A text that is only looked up later (a table of words) is a `Sentence` too. Templates say `t("…")`
and `tn("one", "many", count)`. Settings of drivers are read by the names and helps of their models.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("generator", "runtime", "extensions")
# What stands in these is data or made by hand, not said by a page.
_LEFT_OUT = ("runtime/demo/", "runtime/web/static/", "runtime/texts/extraction.py")

_ONE = frozenset({"Sentence", "FieldProblem", "FileProblem", "translate", "_"})
_TWO = frozenset({"counted", "plural"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it stands, `runtime/pages/lists.py:204`; `plural` is the form for many."""

    text: str
    place: str
    plural: str = ""


def program_texts(root: Path = ROOT) -> list[Text]:
    """Return all texts of the program in the order of their files, each place of each."""
    found: list[Text] = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if name.startswith(_LEFT_OUT):
                continue
            if path.suffix == ".py":
                found += _numbered(name, python_texts(path.read_text(encoding="utf-8")))
            elif path.suffix == ".html" and "templates" in path.parts:
                found += _numbered(name, template_texts(path.read_text(encoding="utf-8")))
    return found


def _numbered(name: str, texts: Iterable[tuple[int, str, str]]) -> Iterator[Text]:
    return (Text(text, f"{name}:{line}", many) for line, text, many in texts)


def python_texts(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, text and plural form of every text in a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node.func)
        constants = [text for text in map(_constant, node.args) if text is not None]
        if name in _TWO and len(constants) >= 2:
            yield node.lineno, constants[0], constants[1]
        elif name in _ONE and node.args:
            for text in _said(node.args[0]):
                yield node.lineno, text, ""


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _said(argument: ast.expr) -> Iterator[str]:
    """Yield the constant, or both of `"a" if x else "b"`."""
    if isinstance(argument, ast.IfExp):
        yield from _said(argument.body)
        yield from _said(argument.orelse)
    text = _constant(argument)
    if text:
        yield text


def _constant(argument: ast.expr) -> str | None:
    constant = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return str(argument.value) if constant else None  # type: ignore[attr-defined]


def template_texts(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, text and plural form of every text in a template."""
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    tree = Environment(autoescape=True).parse(source)
    for line, function, texts in extract_from_ast(tree, ("t", "tn")):
        given = texts if isinstance(texts, tuple) else (texts,)
        constants = [text for text in given if isinstance(text, str)]
        if constants and function == "t":
            yield line, constants[0], ""
        elif len(constants) >= 2:
            yield line, constants[0], constants[1]


def model_texts(models: Iterable[type]) -> Iterator[str]:
    """Yield the names and helps of the members of settings models of drivers."""
    from generator.fields.driver_form import words

    for model in models:
        for name, info in getattr(model, "model_fields", {}).items():
            yield info.title or words(name)
            if info.description:
                yield info.description
