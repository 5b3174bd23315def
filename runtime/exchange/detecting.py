"""What an uploaded file is, by its content: kind, encoding, delimiter. The name proves nothing."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from config.texts.sentence import Sentence
from runtime.exchange.problems import FileProblem

Kind = Literal["csv", "xlsx"]

ENCODINGS = ("utf-8-sig", "utf-16", "cp1250", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
_CHUNK_BYTES = 262_144
_LOOKED_AT_BYTES = 65_536
_RECORDS = 30

_KNOWN = {
    b"\xd0\xcf\x11\xe0": Sentence("This is an old Excel file (.xls): save it as .xlsx or CSV."),
    b"%PDF": Sentence("This is a PDF: save the table as .xlsx or CSV."),
    b"\x89PNG": Sentence("This is a picture, not a table."),
    b"\xff\xd8\xff": Sentence("This is a picture, not a table."),
    b"GIF8": Sentence("This is a picture, not a table."),
    b"\x1f\x8b": Sentence("This file is compressed: unpack it first."),
    b"Rar!": Sentence("This file is compressed: unpack it first."),
    b"7z\xbc\xaf": Sentence("This file is compressed: unpack it first."),
}
# Letters of Central Europe (1250) that are signs in 1252, beside a letter.
_LETTERS_1250 = re.compile(rb"[A-Za-z][\x8d\x8f\x9d\x9f\xa3\xa5\xaf\xb3\xb9\xbc\xbe\xbf]"
                           rb"|[\x8d\x8f\x9d\x9f\xa3\xa5\xaf\xb3\xb9\xbc\xbe\xbf][A-Za-z]")


def kind_of(path: Path) -> Kind:
    """Return what the file is. Raises FileProblem for everything that is no table."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT_BYTES)
    if not head.strip():
        raise FileProblem("The file is empty.")
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    for start, message in _KNOWN.items():
        if head.startswith(start):
            raise FileProblem(message)
    if b"\x00" in head and utf_16_of(head) is None:
        raise FileProblem("This is no table: choose a CSV or an Excel file (.xlsx).")
    if re.match(rb"\s*(<!doctype html|<html|<\?xml)", head, re.IGNORECASE):
        raise FileProblem("This is a web page or XML: save the table as .xlsx or CSV.")
    return "csv"


def _kind_of_archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        raise FileProblem("The file is damaged: it cannot be unpacked.") from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        raise FileProblem("This is an OpenDocument file: save it as .xlsx or CSV.")
    if "xl/workbook.bin" in names:
        raise FileProblem("This is a binary Excel file (.xlsb): save it as .xlsx or CSV.")
    raise FileProblem("This file is compressed: unpack it first.")


def utf_16_of(head: bytes) -> str | None:
    """Return the UTF-16 that bytes are in: by their mark, or by where their zeros stand."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2], head[1::2]
    if odd and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def encoding_of(path: Path) -> str:
    """Return the most likely encoding, one of ENCODINGS."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT_BYTES)
    if utf_16_of(head):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8) or _is_utf_8(path):
        return "utf-8-sig"
    return "cp1250" if _is_central_european(path) else "cp1252"


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_central_european(path: Path) -> bool:
    return any(_LETTERS_1250.search(chunk) for chunk in _chunks(path))


def codec_of(path: Path, encoding: str) -> str:
    """Return the codec that reads the file; UTF-16 without a mark needs to know its order."""
    if encoding != "utf-16":
        return encoding
    with path.open("rb") as file:
        return utf_16_of(file.read(_LOOKED_AT_BYTES)) or "utf-16"


def check_encoding(path: Path, encoding: str) -> None:
    """Raise FileProblem with its line for the first byte that is no letter of the encoding."""
    decoder = codecs.getincrementaldecoder(codec_of(path, encoding))()
    line = 1
    for chunk in (*_chunks(path), b""):
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            known = error.object[: error.start].decode(error.encoding, "ignore")
            raise FileProblem(
                "Line {line} holds bytes that are no text in this encoding: choose another one, "
                "or save the file as UTF-8.",
                "encoding", line=line + known.count("\n"),
            ) from None


def delimiter_of(path: Path, encoding: str) -> str:
    """Return the delimiter by which the first lines fall into the same number of cells."""
    with path.open("r", encoding=codec_of(path, encoding), errors="replace", newline="") as file:
        head = file.read(_LOOKED_AT_BYTES)
    return max(DELIMITERS, key=lambda delimiter: _fit(head, delimiter))


def _fit(head: str, delimiter: str) -> tuple[float, int]:
    """Return how well a delimiter parts the text: the share of lines alike, and the cells."""
    widths = []
    try:
        for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if record:
                widths.append(len(record))
            if len(widths) == _RECORDS:
                break
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] == 1:
        return (0, 0)
    return (widths.count(widths[0]) / len(widths), widths[0])


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
