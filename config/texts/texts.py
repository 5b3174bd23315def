"""What the catalogues of a configuration say, and labels merged with it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from config.errors import Position, Problem, suggest
from config.files import File
from config.objects import Objects
from config.source import KeyPath
from config.texts.catalogue import Catalogue, Entry, read_catalogue
from config.texts.labels import IMPLICIT, Label, all_places, english, with_labels

SUFFIX = ".po"
# The `msgctxt` of entries that say a text of the program in other words.
INTERFACE = "interface"
_COUNTED = f"{INTERFACE}/counted"


class Texts:
    """locale → English text → translation, of entries for any place. Packed until first asked.

    Entries that say a text of the program in other words stand apart, under `reworded`.
    """

    def __init__(
        self, tables: Mapping[str, Mapping[str, str]] | None = None,
        interface: Mapping[str, Mapping[str, str]] | None = None,
        counted: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        self._tables: dict[str, dict[str, Any]] = {
            locale: dict(table) for locale, table in (tables or {}).items()
        }
        self._tables |= {
            f"{locale}/{INTERFACE}": dict(table) for locale, table in (interface or {}).items()
        }
        self._tables |= {
            f"{locale}/{_COUNTED}": dict(table) for locale, table in (counted or {}).items()
        }
        self._packed: dict[str, bytes] = {}

    def of(self, locale: str) -> Mapping[str, Any]:
        """Return the table of a locale, empty when no catalogue is there."""
        if locale not in self._tables:
            packed = self._packed.get(locale)
            table = json.loads(zlib.decompress(packed)) if packed else {}
            self._tables[locale] = table
        return self._tables[locale]

    def reworded(self, locale: str) -> Mapping[str, str]:
        """Return the table of a locale for texts of the program."""
        return self.of(f"{locale}/{INTERFACE}")

    def counted(self, locale: str) -> Mapping[str, Sequence[str]]:
        """Return English text for one → the rule of its catalogue, then the forms of it.

        These are the texts of the program with a number in them.
        """
        return self.of(f"{locale}/{_COUNTED}")

    def __getstate__(self) -> dict[str, bytes]:
        return self._packed | {
            locale: zlib.compress(json.dumps(table, ensure_ascii=False).encode(), 1)
            for locale, table in self._tables.items() if table
        }

    def __setstate__(self, packed: dict[str, bytes]) -> None:
        self._tables, self._packed = {}, packed


@dataclass
class Labelling:
    """The catalogues of all layers, later ones on top.

    `plain`: locale → text → translation; `narrow`: locale → (address, text) → translation;
    `interface`: what the program says, in other words; `counted`: of that what has a number in it.
    """

    plain: dict[str, dict[str, str]] = field(default_factory=dict)
    narrow: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    interface: dict[str, dict[str, str]] = field(default_factory=dict)
    counted: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    _shared: dict[str, Label] = field(default_factory=dict)

    def add(self, locale: str, entry: Entry, rule: str) -> None:
        if entry.address == INTERFACE and entry.plural:
            self.counted.setdefault(locale, {})[entry.text] = (rule, *entry.forms)
        elif entry.address == INTERFACE:
            self.interface.setdefault(locale, {})[entry.text] = entry.translation
        elif entry.address:
            table = self.narrow.setdefault(locale, {})
            table[entry.address, entry.text] = entry.translation
        else:
            self.plain.setdefault(locale, {})[entry.text] = entry.translation

    def spec(self, address: str, name: str, spec: Any) -> Any:
        """Return the spec of an object with its labels in every language that is known."""
        if not self.plain and not self.narrow:
            return spec

        def change(path: KeyPath, label: Label | None, derived: str, keyed: bool) -> Label | None:
            there = f"{address}/{'/'.join(map(str, path))}"
            return self._narrow(there, derived) if keyed else self.label(there, label, derived)

        return with_labels(spec, name, change)

    def implicit_labels(self) -> dict[str, Label]:
        """Return the labels of undeclared fields, by their English text, that are translated."""
        found = {text: self.label("", {"": text}) for text in IMPLICIT}
        return {text: label for text, label in found.items() if label and len(label) > 1}

    def label(self, address: str, label: Label | None, derived: str = "") -> Label | None:
        """Return a label with what the catalogues add; what the YAML says itself stays."""
        text = english(label) if label else derived
        if not text:
            return label
        found = {
            locale: table[address, text]
            for locale, table in self.narrow.items() if (address, text) in table
        }
        if not found and (not label or (len(label) == 1 and "" in label)):
            return self._plain(text) or label
        for locale, table in self.plain.items():
            if text in table:
                found.setdefault(locale, table[text])
        return {**({"": text} if not label else {}), **found, **(label or {})} if found else label

    def _narrow(self, address: str, text: str) -> Label | None:
        """Return a label for a key that pages put into words, where an entry is just for it."""
        found = {
            locale: table[address, text]
            for locale, table in self.narrow.items() if (address, text) in table
        }
        others = {locale: table[text] for locale, table in self.plain.items() if text in table}
        return {"": text, **others, **found} if found else None

    def _plain(self, text: str) -> Label | None:
        # One map for all places with the same text: a project is kept on disk and read back.
        if text not in self._shared:
            found = {
                locale: table[text] for locale, table in self.plain.items() if text in table
            }
            self._shared[text] = {"": text, **found} if found else {}
        return self._shared[text] or None


def labelling_of(objects: Objects, files: Iterable[File]) -> Labelling:
    """Return what the .po files say in the site's languages, and report what is wrong there."""
    found = Labelling()
    known: dict[str, set[str]] | None = None
    wanted = {locale for site in objects.whole("site") for locale in site.spec.locales}
    for file in files:
        if file.path.suffix != SUFFIX:
            continue
        catalogue = _read(objects, file)
        if catalogue is None:
            continue
        for entry in catalogue.entries:
            if entry.address and entry.address != INTERFACE:
                known = _addresses(objects) if known is None else known
                _check_address(objects, entry, known)
            if catalogue.locale in wanted:
                found.add(catalogue.locale, entry, catalogue.rule)
    return found


def _read(objects: Objects, file: File) -> Catalogue | None:
    from config.written import locales

    locale = PurePath(file.shown).stem
    if locale not in locales():
        objects.problems.append(Problem(
            Position(file.shown, 1, 1), "", f"there is no locale '{locale}'", "unknown-locale",
            "name the file after its language: locales/pl.po",
        ))
        return None
    catalogue = read_catalogue(file.content, file.shown, locale)
    objects.problems += catalogue.problems
    return catalogue


def _addresses(objects: Objects) -> dict[str, set[str]]:
    """Return address → English texts of all labels, also those that a patch has replaced."""
    known: dict[str, set[str]] = {}
    for items in objects.kinds.values():
        for item in items.values():
            for spec in (item.spec, item.written):
                for path, text in all_places(spec, item.name) if spec is not None else ():
                    known.setdefault(f"{item.address}/{'/'.join(map(str, path))}", set()).add(text)
    return known


def _check_address(objects: Objects, entry: Entry, known: dict[str, set[str]]) -> None:
    if objects.doubtful:
        return
    texts = known.get(entry.address)
    if texts is None:
        what = f"there is no label at '{entry.address[:100]}'"
        near = suggest(entry.address, known)
        hint = near if near.startswith("did you") else "write the address that `why` takes"
        objects.problems.append(
            Problem(entry.position, "msgctxt", what, "unknown-address", hint)
        )
    elif entry.text not in texts:
        what = f"the label is '{sorted(texts)[0][:60]}' now, not '{entry.text[:60]}'"
        objects.problems.append(Problem(
            entry.position, "msgid", what, "outdated-text",
            "translate the new text; `panelwright texts FOLDER` writes its entry",
        ))
