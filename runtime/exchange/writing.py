"""Rows as CSV and XLSX files, written row by row: no file is ever whole in memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from runtime.records.exporting import escape_formula

SHEET_ROWS_MAX = 1_048_576
CELL_MAX = 32_767
# Excel computes with 15 digits; a longer number would come back as another one.
_DIGITS = 15
# What XML 1.0 has no way to write.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Cell = str | int | Decimal | date
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Writer(Protocol):
    """A file under construction; `close` completes it. `cut` counts texts that did not fit."""

    cut: int

    def row(self, cells: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


def open_writer(path: Path, kind: str) -> Writer:
    """Begin a file of `kind`, csv or xlsx."""
    return XlsxWriter(path) if kind == "xlsx" else CsvWriter(path)


class CsvWriter:
    """UTF-8 with its mark, which spreadsheets need to know it; formulas are escaped."""

    def __init__(self, path: Path) -> None:
        self.cut = 0
        self._file = io.TextIOWrapper(path.open("wb"), "utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def row(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([
            escape_formula(cell) if isinstance(cell, str) else _text(cell) for cell in cells
        ])

    def close(self) -> None:
        self._file.close()


class XlsxWriter:
    """Typed cells; text is always text, so nothing in it is a formula.

    A sheet holds about a million rows: what is more goes on in another sheet, below the header.
    """

    def __init__(self, path: Path, rows_max: int = SHEET_ROWS_MAX) -> None:
        from openpyxl import Workbook

        self.cut = 0
        self._path, self._rows_max = path, rows_max
        self._book = Workbook(write_only=True)
        self._sheet: Any = None
        self._header: Sequence[Cell] | None = None
        self._rows = 0

    def row(self, cells: Sequence[Cell]) -> None:
        if self._header is None:
            self._header = cells
        if self._sheet is None or self._rows == self._rows_max:
            first = self._sheet is None
            self._sheet = self._book.create_sheet()
            self._rows = 0
            if not first:
                self._append(self._header)
        self._append(cells)

    def _append(self, cells: Sequence[Cell]) -> None:
        self._sheet.append([self._cell(cell) for cell in cells])
        self._rows += 1

    def _cell(self, value: Cell) -> Any:
        from openpyxl.cell import WriteOnlyCell

        if isinstance(value, Decimal):
            # Exact in 15 digits, which is what `shown_number` lets through.
            return float(value)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        text = _NOT_IN_XML.sub("\ufffd", value)
        if len(text) > CELL_MAX:
            self.cut += 1
            text = text[:CELL_MAX]
        if text[0] not in "=#":
            return text
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"
        return cell

    def close(self) -> None:
        if self._sheet is None:
            self._book.create_sheet()
        self._book.save(self._path)


def plain_cell(value: Any, text: str) -> Cell:
    """Return a value as a typed cell where that says exactly the same, else its text."""
    if isinstance(value, bool):
        return text
    if isinstance(value, int) and len(str(abs(value))) <= _DIGITS:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return value if len(value.as_tuple().digits) <= _DIGITS else text
    if type(value) is date and value.year >= 1901:
        return value
    return text


def _text(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)
