"""An import and an export in Chromium, on a desk and on a phone, in light and dark."""

from __future__ import annotations

import csv
import io
import threading

import pytest

from runtime.exchange import importer
from runtime.pages.serving import exports
from tests.end_to_end.auditing import Auditor
from tests.end_to_end.staff_site import DESKTOP, PHONE, serving
from tests.runtime.admin.staff_browser import PASSWORD
from tests.runtime.exchange.files import csv_text
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site


def rows(count: int) -> bytes:
    return csv_text(("Name", "Email", "Country", "Why"), [
        (f"Client {number}" if number % 10 else "", f"c{number}@x.example", "PL", "x" * 80)
        for number in range(count)
    ]).encode()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_file_becomes_rows_and_is_taken_back(browser, site, monkeypatch, size, scheme):
    looked_at = threading.Event()
    write = importer._write
    # The import waits until its progress has been looked at.
    monkeypatch.setattr(importer, "_write", lambda *each: looked_at.wait(60) and write(*each))
    auditor = Auditor(browser, site.base, size=size, scheme=scheme)
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    page, faults = auditor.page, []

    auditor.open("/admin/client/")
    page.click(".pw-head .pw-menu summary")
    page.click(".pw-head >> text=Import")
    page.wait_for_url("**/import")
    faults += auditor.faults("file")
    page.set_input_files("#file", {
        "name": "clients.csv", "mimeType": "text/csv", "buffer": rows(100)
    })
    page.click("button:has-text('Continue')")
    page.wait_for_url("**/columns")
    assert page.input_value("[name='field.1']") == "email"
    faults += auditor.faults("columns")
    page.click("button:has-text('Continue')")
    page.wait_for_url("**/preview")
    faults += auditor.faults("preview")
    page.click("button:has-text('Import 90 rows')")
    page.wait_for_selector("#progress")
    faults += auditor.faults("progress")
    looked_at.set()
    page.wait_for_selector("text=Refused lines", timeout=60_000)
    faults += auditor.faults("result")
    assert page.inner_text(".pw-counts").split() == [
        "New", "90", "Changed", "0", "As", "they", "were", "0", "Refused", "10",
    ]
    page.click(".pw-head >> text=Undo")
    page.click("button:has-text('Undo the import')")
    page.wait_for_selector(".pw-head .badge:has-text('Undone')", timeout=60_000)
    for path in ("/admin/imports-and-exports", "/admin/client/export"):
        auditor.open(path)
        faults += auditor.faults(path)

    alive = [row for row in site.house.stored("client") if row["deleted_at"] is None]
    assert len(alive) == 2
    assert faults == []
    assert auditor.complaints == []


def test_an_export_is_saved_at_once_or_fetched_when_it_is_ready(browser, site, monkeypatch):
    page = site.open(browser)
    page.goto("/admin/client/export")

    with page.expect_download() as short:
        page.click("button:has-text('Export')")
    monkeypatch.setattr(exports, "AT_ONCE_MAX", 1)
    page.goto("/admin/client/export")
    page.click("button:has-text('Export')")
    page.wait_for_url("**/imports-and-exports/*")
    with page.expect_download(timeout=60_000) as long:
        page.click("text=Download", timeout=60_000)

    for download in (short.value, long.value):
        assert download.suggested_filename == "client.csv"
        text = download.path().read_text("utf-8-sig")
        assert [row[1] for row in csv.reader(io.StringIO(text))] == ["name", "Acme", "Bolt"]
    assert site.complaints == []



def test_export_page_can_be_used_again_after_its_file_came(browser, site):
    auditor = Auditor(browser, site.base, size=DESKTOP, scheme="light")
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    page, names = auditor.page, []

    auditor.open("/admin/client/export")
    for kind in ("csv", "xlsx"):
        page.check(f"[name='kind'][value='{kind}']")
        with page.expect_download() as download:
            page.click("button[type='submit']:has-text('Export')")
        names.append(download.value.suggested_filename)
        page.wait_for_selector("button[type='submit']:has-text('Export'):not([aria-busy])")

    assert names == ["client.csv", "client.xlsx"]
    assert auditor.complaints == []
