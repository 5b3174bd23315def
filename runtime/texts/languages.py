"""What the panel says in each language, loaded when somebody first asks for it.

    languages.of("pl")("Save")                       "Zapisz"
    languages.of("pl").plural("{count} row", "{count} rows", 5)

A text of the program is looked for in ours under `runtime/locales/`, unless the configuration says
it otherwise (`msgctxt "interface"`), then among the texts of the configuration and its extensions;
what nobody has stays English.
"""

from __future__ import annotations

import functools
import gettext
import hashlib
import io
import logging
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from config.texts.sentence import ENGLISH, Translator, Wording
from config.texts.texts import Texts

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "locales"
FILE = "interface.po"
SOURCE_LOCALE = "en"


class Language:
    """One language: texts of the configuration, those of the program, and these reworded."""

    def __init__(
        self, own: Mapping[str, str], ours: gettext.NullTranslations,
        reworded: Mapping[str, str], counted: Mapping[str, Sequence[str]], locale: str,
    ) -> None:
        self.locale = locale
        self._own, self._ours, self._reworded = own, ours, reworded
        self._counted = counted

    def __call__(self, text: str, /) -> str:
        if not text:
            # gettext keeps its header under the empty text.
            return text
        if text in self._reworded:
            return Wording(self._reworded[text])
        said = self._ours.gettext(text)
        return Wording(said if said != text else self._own.get(text, text))

    def label(self, text: str, /) -> str:
        return self._own.get(text) or self(text)

    def plural(self, one: str, many: str, count: int, /) -> str:
        if one in self._counted:
            rule, *forms = self._counted[one]
            # A catalogue with too few forms says its last one.
            return Wording(forms[min(_form(rule, count), len(forms) - 1)])
        return Wording(self._ours.ngettext(one, many, count))


_rule = functools.cache(gettext.c2py)


def _form(rule: str, count: int) -> int:
    """Return which form `count` things take; the first where the rule has none for them."""
    try:
        return max(_rule(rule)(count), 0)
    except ArithmeticError:
        return 0


class Languages:
    """Every language of one panel. `cache` is a folder of our own for compiled catalogues."""

    def __init__(self, texts: Texts | None = None, cache: Path | None = None) -> None:
        self._texts, self._cache = texts or Texts(), cache
        self._known: dict[str, Translator] = {}
        self._lock = Lock()

    def of(self, locale: str) -> Translator:
        found = self._known.get(locale)
        if found is None:
            with self._lock:
                found = self._known[locale] = self._load(locale)
        return found

    def _load(self, locale: str) -> Translator:
        own, reworded = self._texts.of(locale), self._texts.reworded(locale)
        counted = self._texts.counted(locale)
        catalogue = next(filter(Path.is_file, _places(locale)), None)
        if catalogue is not None:
            ours: gettext.NullTranslations = _translations(catalogue, self._cache)
        elif own or reworded or counted:
            ours = gettext.NullTranslations()
        else:
            return ENGLISH
        return Language(own, ours, reworded, counted, locale)


def best_locale(wanted: Sequence[str], offered: Sequence[str]) -> str:
    """Return the first of `wanted` that is offered, by its language if need be, else the first.

    `pt_BR` is served by `pt`, and `pt` by `pt_BR` where nothing nearer is offered.
    """
    names = {_plain(locale): locale for locale in offered}
    for locale in map(_plain, wanted):
        language = locale.partition("_")[0]
        near = (name for key, name in names.items() if key.partition("_")[0] == language)
        found = names.get(locale) or names.get(language) or next(near, None)
        if found:
            return found
    return offered[0]


def accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the dearest first."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(",")[:20]:
        name, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=").strip() or "1"
        try:
            quality = float(weight)
        except ValueError:
            continue
        if name and 0 < quality <= 1:
            found.append((-quality, name))
    return [name for _, name in sorted(found, key=lambda pair: pair[0])]


def _plain(locale: str) -> str:
    return locale.strip().replace("-", "_").lower()


def _places(locale: str) -> tuple[Path, ...]:
    name = locale.replace("-", "_")
    return FOLDER / name / FILE, FOLDER / name.partition("_")[0] / FILE


def _translations(catalogue: Path, cache: Path | None) -> gettext.GNUTranslations:
    """Return a compiled catalogue, from the cache when the .po file is the one it was made of."""
    content = catalogue.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    kept = cache / f"{catalogue.parent.name}-{digest}.mo" if cache else None
    if kept is not None and kept.is_file():
        try:
            return gettext.GNUTranslations(io.BytesIO(kept.read_bytes()))
        except (OSError, ValueError, EOFError, struct.error):
            logger.warning("the compiled catalogue %s is damaged and is made anew", kept)
    compiled = compile_catalogue(content, catalogue.parent.name)
    if kept is not None:
        _keep(kept, compiled)
    return gettext.GNUTranslations(io.BytesIO(compiled))


def compile_catalogue(content: bytes, locale: str) -> bytes:
    """Return the .mo form of a .po file; fuzzy entries are left out."""
    from babel.messages.mofile import write_mo

    from config.texts.catalogue import parsed_catalogue

    out = io.BytesIO()
    write_mo(out, parsed_catalogue(content, locale))
    return out.getvalue()


def _keep(path: Path, content: bytes) -> None:
    """Write a file in one step. A folder that cannot be used only costs the next start."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(name, path)
        language = path.name.partition("-")[0]
        for old in path.parent.glob(f"{language}-*.mo"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the compiled catalogue cannot be kept: %s", error)
