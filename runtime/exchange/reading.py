"""A file as a table: a header, and lines numbered as a spreadsheet numbers its rows.

The header is line 1. Lines without any text are passed over and keep their number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.fields.formats import Number
from runtime.exchange import detecting
from runtime.exchange.problems import FileProblem
from runtime.records.importing import ROWS_MAX, Line

COLUMNS_MAX = 300
HEADER_MAX = 200
BYTES_MAX = 30_000_000


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a text file becomes cells."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Overview:
    """A file that was read to its end: its header, its first lines, and how many there are."""

    header: tuple[str, ...]
    first: tuple[Line, ...]
    rows: int


class Table:
    """One CSV file. Every way through it reads it anew, line by line."""

    def __init__(self, path: Path, form: CsvForm) -> None:
        self._path, self._form = path, form
        self.header = _header(self._records())

    def lines(self, after: int = 1) -> Iterator[Line]:
        """Yield the lines behind line `after`. Raises FileProblem."""
        width = len(self.header)
        for number, record in self._records():
            if number <= max(after, 1) or not any(cell.strip() for cell in record):
                continue
            extra = tuple(record[width:])
            yield Line(
                number, dict(zip(self.header, record, strict=False)),
                extra if any(cell.strip() for cell in extra) else (),
            )

    def overview(self, first: int = 0) -> Overview:
        """Read the whole file. Raises FileProblem for the first thing that is wrong with it."""
        shown: list[Line] = []
        count = 0
        for count, line in enumerate(self.lines(), 1):
            if count > ROWS_MAX:
                raise FileProblem(
                    "The file has more than {rows} rows: part it into several files.",
                    rows=Number(ROWS_MAX),
                )
            if len(shown) < first:
                shown.append(line)
        if not count:
            raise FileProblem("The file has a header and no rows below it.")
        return Overview(self.header, tuple(shown), count)

    def _records(self) -> Iterator[tuple[int, Sequence[str]]]:
        codec = detecting.codec_of(self._path, self._form.encoding)
        number = 0
        with self._path.open("r", encoding=codec, newline="") as file:
            reader = csv.reader(file, delimiter=self._form.delimiter, strict=True)
            while True:
                number += 1
                try:
                    record = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise _broken(number, error) from None
                except UnicodeError:
                    detecting.check_encoding(self._path, self._form.encoding)
                    raise
                yield number, record


def open_table(path: Path, form: CsvForm) -> Table:
    """Return the table of a CSV file. Raises FileProblem, also for letters in another encoding."""
    detecting.check_encoding(path, form.encoding)
    return Table(path, form)


def _header(records: Iterator[tuple[int, Sequence[str]]]) -> tuple[str, ...]:
    """Return the names of the columns; one without a name is called by its place."""
    first = next(((number, record) for number, record in records if any(map(str.strip, record))),
                 None)
    if first is None:
        raise FileProblem("The file is empty.")
    number, record = first
    if number != 1:
        raise FileProblem("The first line is empty: it must name the columns.")
    cells = [cell.strip() for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > COLUMNS_MAX:
        raise FileProblem("The file has more than {count} columns.", count=COLUMNS_MAX)
    names: dict[str, int] = {}
    for place, cell in enumerate(cells, 1):
        name = cell[:HEADER_MAX] or f"({place})"
        if name in names:
            raise FileProblem(
                "The header names “{name}” twice, in columns {first} and {second}.",
                name=name[:60], first=names[name], second=place,
            )
        names[name] = place
    return tuple(names)


def _broken(number: int, error: csv.Error) -> FileProblem:
    said = str(error)
    if "field larger" in said:
        return FileProblem(
            "Line {line} holds a cell of more than {max} characters: "
            "is a closing quotation mark missing?",
            "delimiter", line=number, max=Number(csv.field_size_limit()),
        )
    if "unexpected end" in said:
        return FileProblem(
            "A quotation mark that opens in line {line} is never closed.", "delimiter", line=number
        )
    return FileProblem(
        "Line {line} has text behind a closing quotation mark: is another delimiter meant?",
        "delimiter", line=number,
    )
