"""Brings .po files up to date: what is missing is added empty, what nobody says goes to the end.

    interface_texts()          what the program says     runtime/locales/<locale>/interface.po
    folder_texts(folders)      labels of a configuration <folder>/locales/<locale>.po
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import Layer
from config.files import File, read_layers
from config.project import Parsed, read_objects
from config.specs import EntitySpec
from config.texts.catalogue import parsed_catalogue, read_catalogue
from config.texts.labels import IMPLICIT, all_places, sayings
from config.vocabulary import Vocabulary
from runtime.texts.extraction import ROOT, Text, model_texts, program_texts

LOCALES = ("pl", "uk", "fr")
PLACES_MAX = 3
_HEAD = '''# Translations; `panelwright texts` keeps the list of texts.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {forms}\\n"

'''


@dataclass(slots=True)
class Update:
    """What happened to one file: texts without a translation, and those nobody says any more."""

    path: Path
    total: int = 0
    missing: list[str] = field(default_factory=list)
    gone: int = 0


def interface_texts() -> list[Text]:
    """Return the texts of the program, each once, with the places where it stands."""
    found: dict[tuple[str, str], list[str]] = {}
    for text in program_texts():
        file = text.place.partition(":")[0]
        places = found.setdefault((text.text, text.plural), [])
        if file not in places:
            places.append(file)
    for name, text in _driver_texts():
        found.setdefault((text, ""), []).append(f"extensions/{name}")
    return [
        Text(text, " ".join(sorted(places)[:PLACES_MAX]), plural)
        for (text, plural), places in sorted(found.items())
    ]


def _driver_texts() -> Iterator[tuple[str, str]]:
    """Yield extension and text of the settings forms of the drivers that come with the program."""
    from runtime.plugins import load_extensions

    for folder in sorted((ROOT / "extensions").iterdir()):
        if (folder / "plugin.py").is_file():
            drivers = load_extensions([folder.name]).drivers
            for driver in (each for kind in drivers.values() for each in kind.values()):
                if driver.settings is not None:
                    yield from ((folder.name, text) for text in model_texts([driver.settings]))


def folder_texts(folder: Path, below: Sequence[Layer], locale: str) -> list[Text]:
    """Return the labels of a folder on top of other layers, but those that these translate.

    `place` is the address of the first places that have the text.
    """
    layers = [*below, Layer(folder, str(folder))]
    files, _ = read_layers(layers)
    known, narrow = _translated(files, below, locale)
    objects = read_objects(files, Vocabulary(), Parsed())
    found: dict[str, list[str]] = {}
    for text in () if below else IMPLICIT:
        found[text] = ["every entity"]
    for items in objects.kinds.values():
        for item in items.values():
            if item.spec is None:
                continue
            for path, text in all_places(item.spec, item.name):
                address = "/".join(map(str, (item.kind, item.name, *path)))
                if text not in known and (address, text) not in narrow:
                    found.setdefault(text, []).append(address)
            if isinstance(item.spec, EntitySpec):
                for text in sayings(item.spec, item.name):
                    if text not in known:
                        found.setdefault(text, []).append(f"entity/{item.name}")
    return [Text(text, " ".join(found[text][:PLACES_MAX])) for text in found]


def _translated(
    files: Iterable[File], below: Sequence[Layer], locale: str
) -> tuple[set[str], set[tuple[str, str]]]:
    """Return what the layers below translate, and (address, text) of narrow entries of all."""
    known, narrow = set[str](), set[tuple[str, str]]()
    for file in files:
        if file.path.suffix == ".po" and file.path.stem == locale:
            for entry in read_catalogue(file.content, file.shown, locale).entries:
                if entry.address:
                    narrow.add((entry.address, entry.text))
                elif file.layer in below:
                    known.add(entry.text)
    return known, narrow


def update_file(path: Path, locale: str, texts: Iterable[Text]) -> Update:
    """Write the file anew with these texts; translations and narrow entries that it has stay.

    `place` of a text becomes the comment above its entry.
    """
    from babel.messages import Catalog

    old = _old(path, locale)
    new = Catalog(locale=locale, project="panelwright", fuzzy=False, charset="utf-8")
    update = Update(path)
    back = {_first(message.id): message for message in old.obsolete.values()}
    wanted = {(text.text, text.plural): text for text in texts}
    for (text, plural), one in wanted.items():
        update.total += 1
        known = old.get(text) or back.get(text)
        string = _kept(known.string if known is not None else "", plural, new.num_plurals)
        if not string or not all(string):
            update.missing.append(text)
        new.add((text, plural) if plural else text, string, auto_comments=[one.place])
    update.gone = _keep_rest(old, new, {text for text, _ in wanted})
    _write(path, new)
    return update


def _old(path: Path, locale: str) -> Any:
    from babel.messages import Catalog

    if not path.exists():
        return Catalog(locale=locale)
    content = path.read_bytes()
    problems = read_catalogue(content, str(path), locale).problems
    broken = [problem for problem in problems if problem.code == "bad-catalogue"]
    if broken:
        raise ValueError(str(broken[0]))
    return parsed_catalogue(content, locale)


def _kept(string: Any, plural: str, forms: int) -> Any:
    """Return the translation in the shape that its text asks for now."""
    if plural:
        given = list(string) if isinstance(string, (list, tuple)) else []
        return tuple((given + [""] * forms)[:forms])
    return string if isinstance(string, str) else ""


def _keep_rest(old: Any, new: Any, wanted: set[str]) -> int:
    """Carry over entries for one address; return how many plain ones nobody says any more.

    Those stay at the end of the file, out of use, in case the text comes back.
    """
    gone = 0
    for message in old:
        if message.id and message.context:
            new.add(message.id, message.string, context=message.context,
                    user_comments=message.user_comments)
        elif message.id and _first(message.id) not in wanted and any(_forms(message.string)):
            new.obsolete[message.id] = message
            gone += 1
    for key, message in old.obsolete.items():
        if _first(message.id) not in wanted:
            new.obsolete.setdefault(key, message)
    return gone


def _first(text: Any) -> str:
    return str(text[0] if isinstance(text, (tuple, list)) else text)


def _forms(string: Any) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (string,)


def _write(path: Path, catalogue: Any) -> None:
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    # A header of our own: with dates the same texts would make another file each time.
    head = _HEAD.format(locale=catalogue.locale, forms=catalogue.plural_forms)
    write_po(out, catalogue, width=100, omit_header=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + out.getvalue().rstrip(b"\n") + b"\n")


def as_lines(updates: Iterable[Update]) -> list[str]:
    """Return what `panelwright texts` prints."""
    lines = []
    for update in updates:
        done = update.total - len(update.missing)
        line = f"{update.path}: {done} of {update.total} texts translated"
        if update.gone:
            line += f", {update.gone} not said any more are out of use"
        lines.append(line)
    return lines


def update_interface(root: Path) -> list[Update]:
    """Bring the catalogues of the program and of its own entities up to date."""
    from runtime.plugins import SYSTEM_FOLDER
    from runtime.texts.languages import FILE

    texts = interface_texts()
    updates = []
    for locale in LOCALES:
        updates.append(update_file(root / locale / FILE, locale, texts))
        labels = folder_texts(SYSTEM_FOLDER, (), locale)
        updates.append(update_file(SYSTEM_FOLDER / "locales" / f"{locale}.po", locale, labels))
    return updates


def update_folders(folders: Sequence[Path]) -> list[Update]:
    """Bring the catalogues of the last folder up to date. Raises ConfigError."""
    from runtime.plugins import enabled_extensions, load_extensions, load_folders, vocabulary

    project = load_folders(folders)
    words = vocabulary(load_extensions(enabled_extensions(folders), folders))
    *lower, own = folders
    below = [*words.layers, *(Layer(folder, str(folder)) for folder in lower)]
    return [
        update_file(own / "locales" / f"{locale}.po", locale, folder_texts(own, below, locale))
        for locale in project.site.locales[1:]
    ]
