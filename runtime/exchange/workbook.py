"""The first sheet of an XLSX file as a CSV file, read once when it comes.

Formulas are never computed: what stands in a cell is what the program that saved it wrote there.
A workbook is a ZIP archive of XML, so what it claims to hold is looked at before any is unpacked.
"""

from __future__ import annotations

import csv
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from runtime.exchange import store
from runtime.exchange.problems import FileProblem
from runtime.exchange.reading import COLUMNS_MAX
from runtime.records.exporting import escape_formula
from runtime.records.importing import ROWS_MAX

MEMBERS_MAX = 2000
UNPACKED_BYTES_MAX = 300_000_000
STRINGS_BYTES_MAX = 80_000_000
# No sheet of Excel has more rows.
SHEET_ROWS_MAX = 1_048_576
TABLE_LETTERS_MAX = 300_000_000
READ_AT_ONCE_BYTES = 3_000_000
# A cell has about four of them: so many are read in a third of a second.
READ_AT_ONCE_TAGS = 150_000
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD_BYTES = 4096
# Excel keeps numbers with 15 digits; further ones are noise of binary fractions.
_DIGITS = 15


def as_table(folder: Path, place: str) -> str:
    """Write the workbook at `place` as a table beside it and return its place."""
    made = store.new_place(folder, "csv")
    target = store.path_of(folder, made)
    try:
        to_csv(store.path_of(folder, place), target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return made


def to_csv(source: Path, target: Path) -> None:
    """Write the first sheet as UTF-8 CSV with commas. Raises FileProblem."""
    check_archive(source)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_records(source))


def check_archive(source: Path) -> int:
    """Return how many bytes the parts of a workbook have when they are unpacked.

    Raises FileProblem for one that would unpack to more than a table can be, that is locked, or
    that defines entities of XML.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS_MAX:
                raise FileProblem("The workbook has too many parts.")
            unpacked = sum(member.file_size for member in members)
            if unpacked > UNPACKED_BYTES_MAX:
                raise FileProblem("The workbook is too large when it is unpacked.")
            for member in members:
                strings = member.filename == "xl/sharedStrings.xml"
                if strings and member.file_size > STRINGS_BYTES_MAX:
                    raise FileProblem("The workbook holds too much text: save it as CSV.")
                if member.flag_bits & 0x1:
                    raise FileProblem("The workbook is locked with a password: save it without.")
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        head = part.read(_HEAD_BYTES)
                    if _DOCTYPE.search(head.replace(b"\x00", b"")):
                        raise FileProblem("The workbook is damaged: it cannot be read.")
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError):
        raise FileProblem("The file is damaged: it cannot be unpacked.") from None
    return unpacked


def is_quickly_read(source: Path, unpacked: int) -> bool:
    """Say whether a checked workbook can be read while somebody waits for the answer.

    Raises FileProblem for one whose parts are not what they claim to be.
    """
    if unpacked > READ_AT_ONCE_BYTES:
        return False
    try:
        with zipfile.ZipFile(source) as archive:
            tags = sum(archive.read(name).count(b"<") for name in archive.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise FileProblem("The file is damaged: it cannot be unpacked.") from None
    return tags <= READ_AT_ONCE_TAGS


def _records(source: Path) -> Iterator[Sequence[str]]:
    from openpyxl import load_workbook

    # By its content: the library would refuse a name that does not end in .xlsx.
    with source.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception:  # noqa: BLE001 - whatever a reader stumbles over is the file's fault
            raise FileProblem("The workbook is damaged: it cannot be read.") from None
        try:
            sheet = next(iter(book.worksheets), None)
            if sheet is None:
                raise FileProblem("The workbook has no sheet with a table.")
            yield from _rows(sheet)
        finally:
            book.close()


def _rows(sheet: Any) -> Iterator[Sequence[str]]:
    """Yield the rows from the first on; those that the sheet leaves out are empty.

    Behind the first row that is one too many nothing is read: who counts them says so.
    """
    last, filled, letters = 0, 0, 0
    for number, cells in _filled(sheet):
        if number > SHEET_ROWS_MAX:
            raise FileProblem("The sheet has a row {line}: no sheet goes that far.", line=number)
        if number <= last:
            raise FileProblem("The workbook is damaged: row {line} comes twice, or after a later "
                              "one.", line=number)
        yield from itertools.repeat((), number - last - 1)
        row = _row(number, cells)
        letters += sum(map(len, row))
        if letters > TABLE_LETTERS_MAX:
            raise FileProblem("The workbook holds too much text: save it as CSV.")
        yield row
        last = number
        filled += any(map(str.strip, row))
        if filled > ROWS_MAX + 1:
            return


def _row(number: int, cells: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    texts = {each["column"]: text_of(each["value"]) for each in cells if each["value"] is not None}
    width = max(texts, default=0)
    if width > COLUMNS_MAX:
        raise FileProblem("Line {line} has more than {count} columns.", line=number,
                          count=COLUMNS_MAX)
    return [texts.get(column, "") for column in range(1, width + 1)]


def _filled(sheet: Any) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
    """Yield number and cells of the rows that the sheet names, of each only what it holds.

    The library's own way through a sheet makes a cell for every column up to the last one, and
    a row for every number up to the last one: a small file can ask for billions of them.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    try:
        with sheet._get_source() as source:
            parser = WorkSheetParser(
                source, sheet._shared_strings, data_only=True, epoch=book.epoch,
                date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
            )
            yield from parser.parse()
    except FileProblem:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise FileProblem("The workbook is damaged: it cannot be read.") from None


def text_of(value: Any) -> str:
    """Return a cell as the text that fields read back."""
    match value:
        case None:
            return ""
        case str():
            return escape_formula(value)
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return str(value)
        case float():
            return _plain(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else (
                value.isoformat(" ", "seconds")
            )
        case date() | time():
            return value.isoformat()
        case timedelta():
            return f"{int(value.total_seconds())} seconds"
    return str(value)


def _plain(value: float) -> str:
    """Return a number without an exponent and without the noise of binary fractions."""
    number = Decimal(f"{value:.{_DIGITS}g}")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
