"""A file is what stands in it, not what a browser says of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from generator.fields.exchange import FieldProblem
from generator.fields.media_types import is_accepted, media_type_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"


def workbook() -> bytes:
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def archive(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in members.items():
            made.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(("name", "data", "kind"), [
    ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
    ("a.txt", b"%PDF-1.7\n", "application/pdf"),
    ("a.pdf", PNG, "image/png"),
    ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
    ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ("a.mp4", b"\x00\x00\x00\x18ftypisom", "video/mp4"),
    ("a.xlsx", workbook(), XLSX),
    ("a.docx", workbook(), "application/zip"),
    ("a.odt", archive(mimetype=ODT), ODT),
    ("a.zip", archive(a="x"), "application/zip"),
    ("a.xlsx", archive(a="x"), "application/zip"),
    ("a.zip", b"PK\x03\x04 broken", "application/zip"),
    ("a.doc", OLE, "application/msword"),
    ("a.bin", OLE, "application/x-ole-storage"),
    ("a.txt", b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
    ("a.csv", b"a,b\n1,2\n", "text/csv"),
    ("a.csv", "Łódź".encode("cp1250"), "text/csv"),
    ("README", b"hello", "text/plain"),
    ("a.txt", b" <!DOCTYPE html><p>", "text/html"),
    ("a.png", b"<svg onload=alert(1)>", "image/svg+xml"),
    ("a.txt", b"a\x00b", "application/octet-stream"),
    ("a.pdf", b"\x00\x01\x02", "application/octet-stream"),
    ("a.pdf", b"hello", "text/plain"),
    ("a.swf", b"\x00\x01\x02", "application/x-shockwave-flash"),
    ("a", b"\x00\x01\x02", "application/octet-stream"),
])
def test_type_is_told_by_content_and_then_by_the_ending(name, data, kind):
    assert media_type_of(name, data) == kind


@pytest.mark.parametrize(("kind", "accepted", "fits"), [
    ("image/jpeg", "image/*", True), ("image/jpeg", "image/jpg", True),
    ("application/pdf", "Application/PDF", True), ("text/html", "text/plain", False),
    ("imagery/x", "image/*", False),
])
def test_type_fits_what_a_field_accepts(kind, accepted, fits):
    assert is_accepted(kind, accepted) is fits


@pytest.mark.parametrize(("name", "data"), [
    ("a.pdf", b"MZ\x90\x00"), ("a.pdf", PNG), ("a.pdf", b"\x00\x01"), ("a.txt", b"a\x00b"),
])
def test_claim_of_the_browser_opens_no_field(thing, name, data):
    bound = thing.fields["file"]

    with pytest.raises(FieldProblem, match="Choose a file of type"):
        bound.type.check_upload(bound, name, "application/pdf", data)


def test_type_that_is_stored_is_that_of_the_content(thing):
    bound = thing.fields["file"]

    assert bound.type.check_upload(bound, "a.bin", "text/plain", b"%PDF-1.4") == "application/pdf"
