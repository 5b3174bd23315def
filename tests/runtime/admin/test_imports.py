"""An import step by step: the file, its columns, a look at what would happen, the result."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from runtime.database import as_system
from runtime.exchange.kept_texts import column_text
from runtime.exchange.problems import FileProblem
from runtime.exchange.transfers import Transfers
from tests.runtime.admin.staff_browser import PAGE, StaffBrowser, controls, rows, words
from tests.runtime.exchange.files import csv_text

GOOD = csv_text(("Name", "Email", "Country"), [
    ("Ada", "ada@x.example", "PL"), ("", "nobody@x.example", "PL"), ("Cy", "cy@x.example", "DE"),
])


def upload(who: StaffBrowser, data: bytes | str, name: str = "rows.csv", entity: str = "client"):
    path = f"/admin/{entity}/import"
    content = data.encode() if isinstance(data, str) else data
    return who.client.post(
        path, data={"csrf_token": who.token(path)}, files={"file.upload": (name, content)},
        headers=PAGE,
    )


def columns(who: StaffBrowser, data: bytes | str, **chosen: Any) -> tuple[str, Any]:
    """Upload and send the columns as they are guessed; return the address and the answer."""
    answer = upload(who, data)
    assert answer.status_code == 303, words(answer.text)[-300:]
    place = answer.headers["location"]
    return place.removesuffix("/columns"), who.fill(place, **chosen)


def workbook(*lines: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def names(house) -> list[str]:
    return [row["name"] for row in house.stored("client")]


def test_rows_go_from_a_file_into_the_list(staff, house):
    boss = staff("boss")

    place, answer = columns(boss, GOOD)
    preview = boss.page(answer.headers["location"])
    assert names(house) == ["Acme", "Bolt"]
    started = boss.post(f"{place}/run")
    assert house.panel.background.wait()
    result = boss.page(started.headers["location"])

    assert rows(preview)[0] == "2 New Ada ada@x.example PL"
    assert "Name: Enter a value." in words(preview)
    assert names(house) == ["Acme", "Bolt", "Ada", "Cy"]
    assert "New 2" in words(result)
    assert "Refused 1" in words(result)
    assert rows(result) == ["3 Name: Enter a value."]
    assert house.stored("activity")[-1]["record_title"] == "rows.csv: 3 rows"


def test_refused_lines_come_back_to_be_mended_and_sent_again(staff, house):
    boss = staff("boss")
    place, _ = columns(boss, GOOD)
    boss.post(f"{place}/run")
    assert house.panel.background.wait()

    refused = boss.get(f"{place}/refused.csv").text
    mended = refused.replace(",nobody@", "Bo,nobody@").replace("\r\n,", "\r\n")
    again, answer = columns(boss, refused.replace("\r\n,nobody", "\r\nBo,nobody"))
    boss.post(f"{again}/run")
    assert house.panel.background.wait()

    assert refused.lstrip("\ufeff").splitlines() == [
        "Name,Email,Country,(reason)", ",nobody@x.example,PL,Name: Enter a value.",
    ]
    assert mended
    assert answer.status_code == 303
    assert names(house)[-1] == "Bo"


def test_undo_takes_back_what_nobody_changed_since(staff, house):
    boss = staff("boss")
    text = csv_text(("Name", "Email", "Country"), [
        ("Ada", "ada@x.example", "PL"), ("Acme Ltd", "office@acme.example", "DE"),
        ("Cy", "cy@x.example", "PL"),
    ])
    place, _ = columns(boss, text, key="email")
    boss.post(f"{place}/run")
    assert house.panel.background.wait()
    last = house.stored("client")[-1]["id"]
    house.clock.advance(timedelta(minutes=1))
    with house.records("sam") as records:
        records.update("client", last, {"country": "FR"})

    question = words(boss.page(f"{place}/undo"))
    boss.post(f"{place}/undo")
    assert house.panel.background.wait()
    result = boss.page(place)

    assert "Rows that it made are deleted: 2" in question
    stored = house.stored("client")
    assert [(row["name"], row["country"], row["deleted_at"] is None) for row in stored] == [
        ("Acme", "PL", True), ("Bolt", "DE", True), ("Ada", "PL", False), ("Cy", "FR", True),
    ]
    assert "Taken back 2" in words(result)
    assert rows(result) == ["4 The row was changed since."]


def test_choices_come_back_when_they_do_not_fit(desk):
    boss = desk("boss")
    place, answer = columns(boss, GOOD, field__0="", key="email", clear_empty="yes")
    assert answer.status_code == 303

    answer = boss.fill(f"{place}/columns", field__0="", key="")
    again = controls(answer.text)

    assert answer.status_code == 422
    assert "New rows need a column for: Name." in words(answer.text)
    assert (again["field.0"], again["field.1"], again["clear_empty"]) == ("", "email", "yes")


def test_mapping_is_remembered_for_the_next_file(desk):
    boss = desk("boss")
    text = csv_text(("Who", "E"), [("Ada", "ada@x.example")])
    columns(boss, text, field__0="name", field__1="email", key="email")

    place = upload(boss, text).headers["location"]
    again = controls(boss.page(place))

    assert (again["field.0"], again["field.1"], again["key"]) == ("name", "email", "email")


def test_column_for_two_fields_is_refused(desk):
    boss = desk("boss")

    _, answer = columns(boss, GOOD, field__1="name")

    assert answer.status_code == 422
    assert "Two columns are chosen for the same field." in words(answer.text)


def test_export_can_be_imported_again_and_changes_nothing(staff, house):
    boss = staff("boss")
    before = house.stored("client")
    exported = boss.post(
        "/admin/client/export", kind="xlsx", shown="no",
        column=["name", "email", "country", "vip", "credit", "currency"],
    )

    answer = upload(boss, exported.content, "clients.xlsx")
    place = answer.headers["location"].removesuffix("/columns")
    boss.fill(f"{place}/columns")
    boss.post(f"{place}/run")
    assert house.panel.background.wait()

    assert "As they were 2" in words(boss.page(place))
    assert house.stored("client") == before


def test_large_workbook_is_read_in_the_background(staff, house, monkeypatch):
    from runtime.exchange import workbook as reader

    monkeypatch.setattr(reader, "READ_AT_ONCE_BYTES", 0)
    boss = staff("boss")

    answer = upload(boss, workbook(("Name", "Since"), ("Ada", 5)), "x.xlsx")
    place = answer.headers["location"].removesuffix("/columns")
    assert house.panel.background.wait()
    page = boss.page(f"{place}/columns")

    assert answer.status_code == 303
    assert controls(page)["field.0"] == "name"
    assert [path.suffix for path in (house.panel.settings.var / "exchange").iterdir()] == [".csv"]


def test_large_workbook_that_cannot_be_read_says_so(desk, sqlite_house, monkeypatch):
    from runtime.exchange import workbook as reader

    monkeypatch.setattr(reader, "READ_AT_ONCE_BYTES", 0)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    boss = desk("boss")

    place = upload(boss, file.getvalue(), "x.xlsx").headers["location"].removesuffix("/columns")
    assert sqlite_house.panel.background.wait()

    assert "The workbook is damaged: it cannot be read." in words(boss.page(place))
    assert "Go on with it" not in boss.page(place)
    assert list((sqlite_house.panel.settings.var / "exchange").iterdir()) == []


def test_formula_stays_a_text(staff, house):
    boss = staff("boss")
    data = workbook(("Name", "Email"), ("=1+1", "a@x.example"), ("'=quoted", "b@x.example"))

    answer = upload(boss, data, "x.xlsx")
    place = answer.headers["location"].removesuffix("/columns")
    boss.fill(f"{place}/columns", key="")
    boss.post(f"{place}/run")
    assert house.panel.background.wait()

    # What a program saved without ever computing it has no value.
    assert "New 1" in words(boss.page(place))
    assert names(house)[-1] == "'=quoted"


@pytest.mark.parametrize(("data", "said"), [
    (b"", "The file is empty."),
    (b"   \n", "The file is empty."),
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "This is a picture"),
    (b"%PDF-1.7\n", "This is a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "old Excel file"),
    (b"PK\x03\x04 broken", "damaged"),
    (b"name\x00\x01\x02\x03,b\n\x00\x01", "This is no table"),
    (b"<!DOCTYPE html><table>", "web page"),
])
def test_file_that_is_no_table_is_refused_at_once(desk, sqlite_house, data, said):
    answer = upload(desk("boss"), data)

    assert answer.status_code == 422
    assert said in words(answer.text)
    assert sqlite_house.stored("file_transfer") == []
    assert list((sqlite_house.panel.settings.var / "exchange").glob("*")) == []


@pytest.mark.parametrize(("data", "said"), [
    ("name,email\n", "The file has a header and no rows below it."),
    ("name,email,name\nA,a@x.example,B\n", "The header names “name” twice, in columns 1 and 3."),
    ("\nname\nA\n", "The first line is empty: it must name the columns."),
    ('name,email\n"A,a@x.example\n', "A quotation mark that opens in line 2 is never closed."),
    ('name,email\nB,b\n"A"x,a\n', "Line 3 has text behind a closing quotation mark"),
    ("name\n" + "x\n" * 100_001, "The file has more than 100,000 rows"),
    ("name,email\n" + "ł" * 200_000 + "\n", "Line 2 holds a cell of more than"),
])
def test_table_that_cannot_be_read_says_where_and_nothing_is_written(
    desk, sqlite_house, data, said
):
    boss = desk("boss")

    place = upload(boss, data).headers["location"]
    page = boss.page(place)
    answer = boss.fill(place)
    run = boss.post(place.replace("columns", "run"))

    assert said in words(page)
    assert answer.status_code == 422
    assert run.headers["location"] == place
    assert names(sqlite_house) == ["Acme", "Bolt"]


def test_too_large_a_file_is_refused(desk, sqlite_house, monkeypatch):
    from runtime.pages.serving import imports

    monkeypatch.setattr(imports, "BYTES_MAX", 1_000_000)

    answer = upload(desk("boss"), b"name\n" + b"x" * 1_000_001)

    assert answer.status_code == 422
    assert "larger than 1 MB" in words(answer.text)
    assert list((sqlite_house.panel.settings.var / "exchange").glob("*")) == []


def test_zip_bomb_is_refused_before_it_is_unpacked(desk):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(310):
                sheet.write(b" " * 1_000_000)

    answer = upload(desk("boss"), file.getvalue(), "bomb.xlsx")

    assert answer.status_code == 422
    assert "too large when it is unpacked" in words(answer.text)


def test_workbook_that_defines_entities_is_refused(desk):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'
        )

    answer = upload(desk("boss"), file.getvalue(), "x.xlsx")

    assert answer.status_code == 422
    assert "damaged" in words(answer.text)


@pytest.mark.parametrize(("text", "encoding", "guessed"), [
    ("Łódź", "utf-8", "utf-8-sig"), ("Łódź", "utf-8-sig", "utf-8-sig"),
    ("Łódź", "utf-16", "utf-16"), ("Łódź", "utf-16-le", "utf-16"),
    ("Łódź", "cp1250", "cp1250"), ("Café Müller", "cp1252", "cp1252"),
])
def test_encoding_is_found(desk, text, encoding, guessed):
    boss = desk("boss")
    data = f"name;email\n{text};a@x.example\n".encode(encoding)

    place = upload(boss, data).headers["location"]
    page = boss.page(place)

    assert controls(page)["encoding"] == guessed
    assert controls(page)["delimiter"] == ";"
    assert text in words(page)


def test_broken_encoding_is_told_with_its_line_and_another_can_be_chosen(desk):
    boss = desk("boss")
    data = "name\nAda\nŁódź\n".encode("cp1250")
    place = upload(boss, data).headers["location"]

    wrong = boss.fill(place, encoding="utf-8-sig", reread="1")
    told = boss.page(wrong.headers["location"])
    boss.fill(place, encoding="cp1250", reread="1")

    assert "Line 3 holds bytes that are no text in this encoding" in words(told)
    assert "Łódź" in words(boss.page(place))


def test_pasted_rows_are_a_file_too(desk):
    boss = desk("boss")
    path = "/admin/client/import"

    answer = boss.post(path, page=path, text="Name\tEmail\nAda\tada@x.example\n")
    page = boss.page(answer.headers["location"])

    assert controls(page)["delimiter"] == "tab"
    assert (controls(page)["field.0"], controls(page)["field.1"]) == ("name", "email")


def test_line_with_too_many_cells_is_refused_alone(desk, sqlite_house):
    boss = desk("boss")

    place, answer = columns(boss, "name,email\nA,a@x.example,oops\nB,b@x.example\n")
    preview = boss.page(answer.headers["location"])
    boss.post(f"{place}/run")
    assert sqlite_house.panel.background.wait()

    assert "The line has more cells than the header has columns." in words(preview)
    assert names(sqlite_house) == ["Acme", "Bolt", "B"]


def test_import_of_somebody_else_is_not_there(desk):
    place, _ = columns(desk("boss"), GOOD)
    pola = desk("pola")

    for part in ("", "/columns", "/preview", "/progress", "/refused.csv", "/undo", "/download"):
        assert pola.get(place + part).status_code == 404, part
    for part in ("/columns", "/run", "/cancel", "/again", "/undo"):
        assert pola.post(place + part).status_code == 404, part


def test_who_may_not_import_finds_no_button_and_no_page(desk):
    sam = desk("sam")

    assert "/admin/client/import" not in sam.page("/admin/client/")
    assert sam.get("/admin/client/import").status_code == 403
    assert upload_refused(sam) == 403
    assert "/admin/client/import" in desk("boss").page("/admin/client/")


def upload_refused(who: StaffBrowser) -> int:
    return who.client.post(
        "/admin/client/import", data={"csrf_token": who.token()},
        files={"file.upload": ("x.csv", b"name\nA\n")}, headers=PAGE,
    ).status_code


def test_list_of_imports_and_exports_names_ones_own(desk, sqlite_house):
    boss = desk("boss")
    place, _ = columns(boss, GOOD)
    boss.post(f"{place}/run")
    assert sqlite_house.panel.background.wait()

    page = boss.page("/admin/imports-and-exports")

    assert re.search(r"rows\.csv .* 2 rows written, 1 refused Done", words(page))
    assert "rows.csv" not in desk("sam").page("/admin/imports-and-exports")


def test_cancelled_draft_leaves_no_file(desk, sqlite_house):
    boss = desk("boss")
    place, _ = columns(boss, GOOD)

    answer = boss.post(f"{place}/cancel")

    assert answer.headers["location"] == "/admin/client/"
    assert sqlite_house.stored("file_transfer") == []
    assert list((sqlite_house.panel.settings.var / "exchange").glob("*")) == []


def test_columns_step_offers_what_the_form_makes_with_a_new_row(desk, sqlite_house):
    boss = desk("boss")
    text = csv_text(("Name", "Owner Email"), [("Ada", "ada@x.example")])
    place = upload(boss, text.encode(), "x.csv").headers["location"]
    page = boss.page(place)

    assert controls(page)["field.1"] == "owner.email"
    assert "Owner: Email (with a new row)" in words(page)
    assert "new rows are made without" not in words(page)

    left = boss.fill(place, **{"field.1": ""})
    assert left.status_code == 303
    assert "No column is chosen for Owner: new rows are made without." in words(boss.page(place))


@pytest.mark.parametrize(("locale", "between"), [("en", ","), ("pl", " ")])
def test_limits_and_counts_are_written_as_the_reader_writes_them(
    desk, sqlite_house, monkeypatch, locale, between
):
    monkeypatch.setattr("runtime.exchange.reading.ROWS_MAX", 2_000)
    boss = desk("boss")
    boss.post("/admin/my/language", language=locale, time_zone="UTC")

    long = upload(boss, "name\n" + "x\n" * 2_001)
    told = words(boss.get(long.headers["location"]).text)
    place, _ = columns(boss, "name\nx\n")
    Transfers(sqlite_house.panel).change(
        int(place.rpartition("/")[2]), state="done", created=12_345, updated=6_789
    )
    question = words(boss.page(f"{place}/undo"))

    assert f"2{between}000" in told
    assert f"12{between}345" in question
    assert f"6{between}789" in question


def submit_of(page: str) -> list[str]:
    found = re.findall(r'<button class="btn btn-primary".*?</button>', page)
    return [words(each) for each in found]


def test_the_check_says_how_many_rows_fit(desk):
    boss = desk("boss")
    _, answer = columns(boss, GOOD)

    assert submit_of(boss.page(answer.headers["location"])) == ["Import 2 rows"]


def test_the_check_speaks_of_the_rows_that_fit_where_not_all_were_tried(desk):
    boss = desk("boss")
    many = [(f"Client {n}", f"c{n}@x.example", "PL") for n in range(101)]
    _, answer = columns(boss, csv_text(("Name", "Email", "Country"), many))

    assert submit_of(boss.page(answer.headers["location"])) == ["Import the rows that fit"]


def test_the_check_offers_no_import_of_nothing(desk):
    boss = desk("boss")
    _, answer = columns(boss, csv_text(("Name", "Email", "Country"), [("", "a@x.example", "PL")]))
    page = boss.page(answer.headers["location"])

    assert submit_of(page) == []
    assert "No row fits yet" in words(page)


def test_reasons_of_a_finished_import_are_said_in_the_language_of_who_reads_them(staff, house):
    boss = staff("boss")
    place, _ = columns(boss, GOOD)
    boss.post(f"{place}/run")
    assert house.panel.background.wait()
    with house.records() as records:
        records.update("staff", house.ids["boss"], {"language": "pl"})

    page = boss.page(place)

    assert "Enter a value." not in page
    assert "Wpisz wartość." in words(page)


def test_why_an_import_stopped_is_said_in_the_language_of_who_reads_it(desk, sqlite_house):
    house, boss = sqlite_house, desk("boss")
    place, _ = columns(boss, GOOD)
    transfers = Transfers(house.panel)
    said = FileProblem("The file is no longer kept: upload it again.").sentence
    kept = column_text(said, house.panel.languages.of("en"))
    transfers.change(int(place.rpartition("/")[2]), state="stopped", problem=kept)
    with house.records() as records:
        records.update("staff", house.ids["boss"], {"language": "pl"})

    assert said not in boss.page(place)
    assert said.said(house.panel.languages.of("pl")) in words(boss.page(place))


def test_reasons_kept_as_plain_texts_are_shown_as_they_are(desk, sqlite_house):
    house, boss = sqlite_house, desk("boss")
    place, _ = columns(boss, GOOD)
    boss.post(f"{place}/run")
    assert house.panel.background.wait()
    lines = Transfers(house.panel).lines
    with as_system(house.panel.engine) as connection:
        connection.execute(lines.update().where(lines.c.done == "refused").values(
            problems={"name": ["Podaj wartość."]}
        ))

    assert rows(boss.page(place)) == ["3 Name: Podaj wartość."]
