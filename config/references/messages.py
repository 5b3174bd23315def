"""Messages and layouts: who gets them, when, and whether their templates name what exists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from config.characters import CONTROL_HINT, control_line, control_problem
from config.errors import Position, Problem, suggest
from config.objects import Item, Objects
from config.paths import PathProblem, follow, linked_entity
from config.source import KeyPath, dotted
from config.specs import LayoutSpec, MessageSpec, SiteSpec
from config.specs.fields import FIELD_SPECS
from config.templates import template_problems

# What every message may use, and what every layout may.
MESSAGE_VARIABLES = ("recipient", "site", "url", "locale", "now", "today", "move", "reason")
LAYOUT_VARIABLES = ("content", "title", "signature", "locale", "site", "recipient", "url", "now",
                    "today")
ONCE_PER = ("record", "event", "recipient", "day")
PEOPLE = ("user", "staff")
LOCALE = "{locale}"


def check_messages(objects: Objects, texts: Mapping[str, bytes]) -> None:
    """Check all messages and layouts; `texts` are the files beside the YAML."""
    for item in objects.checked("message"):
        _check_when(objects, item)
        _check_recipients(objects, item)
        message: MessageSpec = item.spec
        if message.about is not None:
            objects.exists(item, ("about",), "entity", message.about)
        if message.layout is not None:
            objects.exists(item, ("layout",), "layout", message.layout)
        for name, type_name in message.variables.items():
            if type_name not in FIELD_SPECS and type_name not in objects.vocabulary.field_types:
                objects.unknown(item, ("variables", name), "field type", type_name, FIELD_SPECS,
                                "unknown-type")
        _check_templates(objects, item, texts)
    for item in objects.checked("layout"):
        layout: LayoutSpec = item.spec
        variables = dict.fromkeys(LAYOUT_VARIABLES)
        for path, name in _body_files(objects, item, layout.body):
            _check_file(objects, item, path, name, texts, variables, needed="content")


def _check_when(objects: Objects, item: Item) -> None:
    message: MessageSpec = item.spec
    if message.on is None or message.on in objects.vocabulary.events:
        return
    entity, _, name = message.on.partition(".")
    moves = {
        move: machine for machine in objects.whole("machine") if machine.spec.entity == entity
        for move in machine.spec.moves
    }
    if name in moves:
        if message.about is not None and message.about != entity:
            objects.report(item, ("about",), f"'{message.on}' happens to {entity}, "
                           f"not to {message.about}", "wrong-type", f"write about: {entity}")
        return
    known = [f"{entity}.{move}" for move in moves] or [
        f"{machine.spec.entity}.{move}" for machine in objects.whole("machine")
        for move in machine.spec.moves
    ]
    if any(one.spec is None for one in objects.of("machine").values()):
        return
    objects.unknown(item, ("on",), "move or event", message.on,
                    [*known, *objects.vocabulary.events], "unknown-event")


def _check_recipients(objects: Objects, item: Item) -> None:
    """Each recipient is a path from the row to people: a relation, a collection, a named set."""
    message: MessageSpec = item.spec
    for index, word in enumerate(message.once_per):
        if word not in ONCE_PER:
            objects.report(item, ("once_per", index), f"expected one of {', '.join(ONCE_PER)}, "
                           f"got '{word}'", "bad-value", suggest(word, ONCE_PER))
    if message.about is None or objects.spec("entity", message.about) is None:
        return
    for index, path in enumerate(message.to):
        source, inner = item.locate(("to", index))
        place: KeyPath = ("to", index) if inner in source.value_positions else ("to",)
        _check_recipient(objects, item, place, message.about, path)


def _check_recipient(
    objects: Objects, item: Item, place: KeyPath, about: str, path: str
) -> None:
    *before, last = path.split(".")
    entity = None
    try:
        owner = about
        if before:
            found = follow(objects, about, ".".join(before))
            owner = linked_entity(objects, found) or ""
        entity = objects.spec("entity", owner)
        if entity is not None and last in entity.sets:
            target = entity.sets[last].many
        elif path == "self":
            target = about
        else:
            found = follow(objects, about, path)
            many = found.spec.many if found.type == "many" else None
            target = many or linked_entity(objects, found) or found.type
    except PathProblem as problem:
        if not problem.doubtful:
            hint = suggest(last, entity.sets) if entity is not None else ""
            hint = hint if hint.startswith("did you mean") else problem.hint
            objects.report(item, place, problem.what, "unknown-recipient", hint)
        return
    if target not in (*PEOPLE, "email"):
        objects.report(item, place, f"'{path}' is {target}, not a person", "unknown-recipient",
                       "end at a user, a member of staff, an e-mail address or a named set")


def _check_templates(objects: Objects, item: Item, texts: Mapping[str, bytes]) -> None:
    message: MessageSpec = item.spec
    variables: dict[str, str | None] = {
        **dict.fromkeys(MESSAGE_VARIABLES), **dict.fromkeys(message.variables)
    }
    if message.about is not None:
        variables[message.about] = message.about
    for key, label in (("subject", message.subject), ("short", message.short)):
        for locale, text in (label or {}).items():
            path = (key, locale) if locale else (key,)
            _check_inside(objects, item, path, text, variables)
    for path, name in _body_files(objects, item, message.body):
        _check_file(objects, item, path, name, texts, variables)


def _check_inside(
    objects: Objects, item: Item, path: KeyPath, text: str, variables: Mapping[str, str | None]
) -> None:
    """Check a template that stands in the YAML itself."""
    lines = text.split("\n")
    source, inner = item.locate(path)
    for problem in template_problems(objects, text, variables):
        offset = sum(len(line) + 1 for line in lines[: problem.line - 1]) + problem.column - 1
        objects.problems.append(Problem(
            source.inside(inner, offset), dotted(inner), problem.what, problem.code, problem.hint
        ))


def _body_files(
    objects: Objects, item: Item, body: Mapping[str, str]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield (path of the key, name of the file); one for each locale of `x.{locale}.md`."""
    for locale, name in body.items():
        path: KeyPath = ("body", locale) if locale else ("body",)
        if not name.endswith((".md", ".html", ".txt")) or "\n" in name:
            objects.report(item, path, "expected the name of a file", "bad-value",
                           "write the text into a file beside this one: message.{locale}.md")
            continue
        yield path, name


def _locales(objects: Objects) -> tuple[str, ...]:
    site: SiteSpec | None = next((one.spec for one in objects.whole("site")), None)
    return site.locales if site is not None else ("en",)


def _check_file(
    objects: Objects, item: Item, path: KeyPath, name: str, texts: Mapping[str, bytes],
    variables: Mapping[str, str | None], needed: str = "",
) -> None:
    """Check the file beside the YAML; of several locales only the first must be there."""
    folder = posixpath.dirname(item.source.file)
    locales = _locales(objects)
    for index, locale in enumerate(locales if LOCALE in name else locales[:1]):
        file = posixpath.join(folder, name.replace(LOCALE, locale))
        content = texts.get(file)
        if content is None:
            if index == 0:
                near = [posixpath.basename(known) for known in texts
                        if posixpath.dirname(known) == folder]
                objects.report(item, path, f"there is no file '{posixpath.basename(file)}' "
                               "beside this one", "missing-file",
                               suggest(posixpath.basename(file), near))
            continue
        _check_text(objects, file, content, variables, needed)


def _check_text(
    objects: Objects, file: str, content: bytes, variables: Mapping[str, Any], needed: str
) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        objects.problems.append(Problem(Position(file, line, 1), "", "the file is not UTF-8",
                                        "not-utf-8", "save it with the encoding UTF-8"))
        return
    what = control_problem(text)
    if what:
        objects.problems.append(Problem(Position(file, control_line(text), 1), "", what,
                                        "control-character", CONTROL_HINT))
    for problem in template_problems(objects, text, variables):
        objects.problems.append(Problem(Position(file, problem.line, problem.column), "",
                                        problem.what, problem.code, problem.hint))
    if needed and needed not in text:
        objects.problems.append(Problem(
            Position(file, 1, 1), "", f"the layout does not use {{{{ {needed} }}}}",
            "missing-content", "the message stands where {{ content }} stands",
        ))
