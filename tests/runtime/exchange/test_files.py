"""Tables in and out: what a file is, what its cells say, and what a spreadsheet makes of ours."""

from __future__ import annotations

import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from runtime.exchange import reading, workbook
from runtime.exchange.detecting import delimiter_of, encoding_of
from runtime.exchange.problems import FileProblem
from runtime.exchange.reading import CsvForm, open_table
from runtime.exchange.workbook import check_archive, is_quickly_read, text_of, to_csv
from runtime.exchange.writing import CELL_MAX, CsvWriter, XlsxWriter, plain_cell
from runtime.records.exporting import unescape_formula


def table(path, text: str, **form):
    path.write_bytes(text.encode())
    return open_table(path, CsvForm(**form))


def test_lines_are_numbered_as_a_spreadsheet_numbers_its_rows(tmp_path):
    found = table(tmp_path / "x.csv", 'name,note\nA,"two\nlines"\n\n,\nB,x\n')

    assert [line.number for line in found.lines()] == [2, 5]
    assert [line.number for line in found.lines(after=2)] == [5]
    assert found.overview(5).rows == 2


def test_column_without_a_name_is_called_by_its_place(tmp_path):
    assert table(tmp_path / "x.csv", "name,,\nA,B,C\n").header == ("name",)
    assert table(tmp_path / "y.csv", "name,,x\nA,B,C\n").header == ("name", "(2)", "x")


@pytest.mark.parametrize(("text", "delimiter"), [
    ("a,b\n1,2\n", ","), ("a;b\n1,5;2,5\n", ";"), ("a\tb\nx, y\tz\n", "\t"), ("a|b\n1|2\n", "|"),
    ('a;b\n"x;y";2\n', ";"), ("name\nA\n", ","),
])
def test_delimiter_is_found(tmp_path, text, delimiter):
    path = tmp_path / "x.csv"
    path.write_text(text)

    assert delimiter_of(path, "utf-8-sig") == delimiter


@pytest.mark.parametrize(("value", "text"), [
    (None, ""), ("x", "x"), (True, "yes"), (12, "12"), (12.0, "12"), (0.1 + 0.2, "0.3"),
    (1e21, "1000000000000000000000"), (-2.5, "-2.5"),
    # Cells of a sheet have no time zone.
    (datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
    (datetime(2026, 3, 1, 8, 30), "2026-03-01 08:30:00"),  # noqa: DTZ001
    (date(2026, 3, 1), "2026-03-01"),
    ("=1+1", "'=1+1"),
])
def test_cell_becomes_the_text_that_fields_read(value, text):
    assert text_of(value) == text


def test_value_that_a_program_left_for_a_formula_is_taken(tmp_path):
    book = Workbook()
    book.active.append(["name", "sum"])
    book.active.append(["A", "=1+1"])
    book.save(tmp_path / "x.xlsx")

    to_csv(tmp_path / "x.xlsx", tmp_path / "x.csv")

    assert (tmp_path / "x.csv").read_text().splitlines() == ["name,sum", "A"]


def test_sheet_that_claims_to_be_huge_is_read_as_it_is(tmp_path):
    book = Workbook()
    book.active.append(["name"])
    book.active.cell(3, 1, "A")
    book.save(tmp_path / "x.xlsx")

    to_csv(tmp_path / "x.xlsx", tmp_path / "x.csv")

    assert [line.number for line in open_table(tmp_path / "x.csv", CsvForm()).lines()] == [3]


def sheet(path, rows: str):
    """Write a workbook whose one sheet has these rows, as XML."""
    book = Workbook()
    book.save(path.with_suffix(".empty"))
    with zipfile.ZipFile(path.with_suffix(".empty")) as empty, zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED
    ) as made:
        for name in empty.namelist():
            text = empty.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = (f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>'
                        "</worksheet>").encode()
            made.writestr(name, text)
    return path


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cell(address: str, text: str = "x") -> str:
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{address}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def numbers(path) -> list[int]:
    to_csv(path, path.with_suffix(".csv"))
    return [line.number for line in open_table(path.with_suffix(".csv"), CsvForm()).lines()]


def test_row_far_below_the_others_is_not_lost(tmp_path):
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + cell("A2") + cell("A100500"))

    assert numbers(path) == [2, 100_500]


def test_row_below_any_sheet_is_told_and_not_lost(tmp_path):
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + cell("A2") + cell("A999999999"))

    with pytest.raises(FileProblem, match="a row 999999999"):
        to_csv(path, tmp_path / "x.csv")


def test_rows_in_no_order_are_told_and_not_lost(tmp_path):
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + cell("A5") + cell("A3"))

    with pytest.raises(FileProblem, match="row 3 comes twice"):
        to_csv(path, tmp_path / "x.csv")


def test_rows_without_text_are_no_rows_of_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_MAX", 3)
    blank = "".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(2, 50))
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + blank + cell("A50") + cell("A51"))

    assert numbers(path) == [50, 51]


def test_rows_beyond_the_limit_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_MAX", 3)
    monkeypatch.setattr(reading, "ROWS_MAX", 3)
    rows = "".join(cell(f"A{row}") for row in range(1, 20))
    to_csv(sheet(tmp_path / "x.xlsx", rows), tmp_path / "x.csv")

    with pytest.raises(FileProblem, match="more than 3 rows"):
        open_table(tmp_path / "x.csv", CsvForm()).overview()


def test_empty_cells_in_the_last_column_cost_nothing(tmp_path):
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"/></row>' for row in range(2, 8002))
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + rows + cell("A8002"))
    began = time.process_time()

    assert numbers(path) == [8002]
    # Made into cells, these are 131 million: half a minute.
    assert time.process_time() - began < 5


def test_text_in_a_column_beyond_the_limit_is_told(tmp_path):
    path = sheet(tmp_path / "x.xlsx", cell("A1", "name") + cell("XFD2"))

    with pytest.raises(FileProblem, match="Line 2 has more than 300 columns"):
        to_csv(path, tmp_path / "x.csv")


def test_workbook_of_many_cells_is_not_read_while_somebody_waits(tmp_path):
    few = sheet(tmp_path / "few.xlsx", cell("A1", "name"))
    many = sheet(tmp_path / "many.xlsx", "".join(f"<row>{'<c/>' * 100}</row>" for _ in range(2000)))

    assert is_quickly_read(few, check_archive(few))
    assert not is_quickly_read(many, check_archive(many))


def test_long_export_goes_on_in_another_sheet(tmp_path):
    writer = XlsxWriter(tmp_path / "x.xlsx", rows_max=3)
    for number in range(6):
        writer.row(["name"] if not number else [str(number)])
    writer.close()

    book = load_workbook(tmp_path / "x.xlsx")
    sheets = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    assert sheets == [["name", "1", "2"], ["name", "3", "4"], ["name", "5"]]


def test_text_that_no_cell_holds_is_cut_and_counted(tmp_path):
    writer = XlsxWriter(tmp_path / "x.xlsx")
    writer.row(["a\x00b", "=1", "x" * (CELL_MAX + 1)])
    writer.close()

    [row] = load_workbook(tmp_path / "x.xlsx").active.iter_rows()
    assert [cell.data_type for cell in row] == ["s", "s", "s"]
    assert row[0].value == "a\ufffdb"
    assert row[1].value == "=1"
    assert (len(row[2].value), writer.cut) == (CELL_MAX, 1)


@pytest.mark.parametrize(("value", "text", "cell"), [
    (5, "5", 5), (True, "yes", "yes"), (10**15, str(10**15), str(10**15)),
    (Decimal("1.50"), "1.50", Decimal("1.50")),
    (Decimal("1.2345678901234567"), "1.2345678901234567", "1.2345678901234567"),
    (date(2026, 1, 2), "2026-01-02", date(2026, 1, 2)), (date(1850, 1, 2), "1850-01-02",
                                                        "1850-01-02"),
    ("007", "007", "007"),
])
def test_cell_is_typed_where_that_says_the_same(value, text, cell):
    assert plain_cell(value, text) == cell


@given(rows=st.lists(st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    min_size=2, max_size=2,
), min_size=1, max_size=5))
def test_what_csv_writes_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("x") / "x.csv"
    writer = CsvWriter(path)
    writer.row(["a", "b"])
    for row in rows:
        writer.row(row)
    writer.close()

    found = [
        [unescape_formula(line.cells["a"]), unescape_formula(line.cells["b"])]
        for line in open_table(path, CsvForm()).lines()
    ]
    assert found == [row for row in rows if any(cell.strip() for cell in row)]


def test_utf_16_without_a_mark_is_found(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("name,città\nA,Łódź\n".encode("utf-16-be"))

    assert encoding_of(path) == "utf-16"
    assert open_table(path, CsvForm("utf-16")).header == ("name", "città")


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"name\n" + b"ok\n" * 100_000 + b"\xff\n")

    with pytest.raises(FileProblem, match="Line 100002 holds bytes"):
        open_table(path, CsvForm())
