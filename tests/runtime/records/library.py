"""A library with books in several languages, on one database: what tests of searching use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from runtime.actors import SYSTEM
from runtime.panel import Panel, open_panel
from runtime.records import Records
from runtime.settings import Settings
from tests.runtime.records.house import SECRET_KEYS

SITE = "site: library\nlocales: [en, pl, uk]\ntime_zone: UTC\ncurrency: EUR\n"
ROLE = "role: librarian\narea: staff\nallow: {'*': all}\n"
VISITOR = "role: visitor\narea: staff\nallow: {book: {see: all, fields: {except: [shelf]}}}\n"
AUTHOR = """entity: author
title: "{name}[ ({born})]"
fields:
  name: {type: text, required: true}
  born: date
views:
  staff: {columns: [name], search: [name]}
"""
BOOK = """entity: book
title: "{name}[ - {author}][, {shelf}]"
fields:
  name:    {type: text, required: true, translatable: true}
  summary: {type: long_text, translatable: true}
  author:  ->author
  shelf:   {type: choice, of: {fiction: Fiction, science: {en: Science, pl: Nauka}}}
  price:   {type: money, currency: EUR}
  pages:   integer
views:
  staff:  {columns: [name], search: [name]}
  inside: {columns: [name], search: {name: words, summary: words}}
  thick:  {columns: [name], search: [pages]}
"""
SHELF = """entity: shelf
size: small
title: "{code} - {name}[ ({room})]"
fields:
  code: {type: text, required: true}
  name: {type: text, required: true, translatable: true}
  room: text
"""
OFFER = """entity: offer
title: "{book}: {price}[, {country}]"
fields:
  book:    ->book!
  price:   money!
  country: country
"""
COIN = "entity: coin\nfields: {code: {type: currency, unique: true}}\n"
FINE = """entity: fine
fields:
  currency: {type: currency, of: coin.code, required: true}
  note:     text
"""
BOX = """entity: box
title: "[No. {mark}]"
fields:
  mark: text
"""
LOAN = """entity: loan
title: [book.name, reader]
fields:
  book:   {to: book, required: true}
  reader: {type: text, required: true}
"""


class Undo(Exception):
    """Raised to leave nothing of a transaction."""


@contextlib.contextmanager
def opened_library(url: str, folder: Path) -> Iterator[Panel]:
    config = folder / "config"
    config.mkdir()
    files = (SITE, ROLE, VISITOR, AUTHOR, BOOK, SHELF, OFFER, COIN, FINE, BOX, LOAN)
    for number, text in enumerate(files):
        (config / f"file{number}.yaml").write_text(text)
    with open_panel([config], Settings(url, folder, SECRET_KEYS), create=True) as panel:
        yield panel


@contextlib.contextmanager
def undone(panel: Panel) -> Iterator[Records]:
    """Open the gate for the panel itself; nothing that the block writes stays."""
    with contextlib.suppress(Undo), panel.records(SYSTEM) as records:
        yield records
        raise Undo
