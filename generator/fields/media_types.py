"""What a file is, by what stands in it: the type that a browser claims is somebody's word.

    signature ─> its type, whatever the file is called
    text      ─> what its ending says, if that is a kind of text
    neither   ─> what its ending says, unless files of that type have a signature

Signatures after the registrations of IANA and https://www.garykessler.net/library/file_sigs.html.
"""

from __future__ import annotations

import io
import mimetypes
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

UNKNOWN = "application/octet-stream"
_OLE = "application/x-ole-storage"
_ZIP = "application/zip"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", "application/rtf"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
_RIFF = {b"WAVE": "audio/x-wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A": "audio/mp4", b"qt ": "video/quicktime", b"hei": "image/heic", b"avi": "image/avif",
}
_OFFICE = {
    "docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
_OLD_OFFICE = {
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "msg": "application/vnd.ms-outlook",
}
_TEXTS = {
    "txt": "text/plain", "log": "text/plain", "conf": "text/plain", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "md": "text/markdown", "yaml": "application/yaml",
    "yml": "application/yaml", "json": "application/json", "xml": "application/xml",
    "svg": "image/svg+xml", "html": "text/html", "htm": "text/html", "css": "text/css",
    "js": "text/javascript", "ics": "text/calendar", "vcf": "text/vcard", "eml": "message/rfc822",
    "pem": "application/x-pem-file", "key": "application/x-pem-file",
    "crt": "application/x-pem-file", "csr": "application/pkcs10", "sql": "application/sql",
}
_MARKUP = (
    (re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)[\s>]", re.I), "text/html"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+svg[^>]*>\s*)?<svg[\s>]",
                re.I | re.S), "image/svg+xml"),
    (re.compile(rb"<\?xml\s", re.I), "application/xml"),
)
_HEAD_BYTES = 4096
_MEMBERS_MAX = 2000
# Other words for the same, as configurations write them.
_SAME = {
    "image/jpg": "image/jpeg", "audio/wav": "audio/x-wav", "audio/mp3": "audio/mpeg",
    "application/x-zip-compressed": _ZIP, "application/x-gzip": "application/gzip",
    "application/x-rar-compressed": "application/vnd.rar", "text/xml": "application/xml",
    "text/yaml": "application/yaml", "application/x-yaml": "application/yaml",
    "application/javascript": "text/javascript", "text/rtf": "application/rtf",
    "image/x-icon": "image/vnd.microsoft.icon",
}


def media_type_of(name: str, data: bytes) -> str:
    """Return the media type of a file: by its content, else by the ending of its name."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    head = data[:_HEAD_BYTES]
    told = _by_signature(head)
    if told == _ZIP:
        return _archive(ending, data)
    if told == _OLE:
        return _OLD_OFFICE.get(ending, _OLE)
    if told is not None:
        return told
    if is_text(head):
        return _markup(head) or _TEXTS.get(ending, "text/plain")
    guessed = _SAME.get(by_ending := _by_ending(name), by_ending)
    # It is called what it is not: a file of that type would have been known.
    return UNKNOWN if guessed in _KNOWN or guessed.startswith("text/") else guessed


def is_accepted(kind: str, accepted: str) -> bool:
    """Say whether a type is `application/pdf`, or one of `image/*`."""
    accepted = accepted.strip().lower()
    if accepted.endswith("/*"):
        return kind.startswith(accepted[:-1])
    return kind == _SAME.get(accepted, accepted)


def is_text(head: bytes) -> bool:
    """Say whether bytes are letters: of UTF-8, of UTF-16 with its mark, or of a code page."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)


def _by_signature(head: bytes) -> str | None:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    # Some programs begin a document with the mark of a text.
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "application/pdf"
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:11], "video/mp4")
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head else "audio/ogg"
    return "application/x-tar" if head[257:262] == b"ustar" else None


def _archive(ending: str, data: bytes) -> str:
    """Return what a ZIP archive is: documents of office programs are such archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()[:_MEMBERS_MAX]
            names = {member.filename for member in members}
            # OpenDocument 1.2, part 3, 3.3: the first member holds the media type.
            if members and members[0].filename == "mimetype" and members[0].file_size < 200:
                return archive.read(members[0]).decode("ascii", "replace").strip().lower()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return _ZIP
    folder, kind = _OFFICE.get(ending, ("", _ZIP))
    office = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
    return kind if folder and office else _ZIP


def _markup(head: bytes) -> str | None:
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((kind for pattern, kind in _MARKUP if pattern.match(begin)), None)


def _by_ending(name: str) -> str:
    # The types that Python brings along: those of the machine differ from one to the next.
    return _PYTHONS.guess_type(f"file.{name.rpartition('.')[2]}")[0] or UNKNOWN


_PYTHONS = mimetypes.MimeTypes(filenames=())
_KNOWN = frozenset({
    *(kind for _, kind in _SIGNATURES), *_RIFF.values(), *_BRANDS.values(), *_TEXTS.values(),
    *_OLD_OFFICE.values(), *(kind for _, kind in _OFFICE.values()), "application/x-tar",
    "video/mp4", "video/webm", "video/ogg", "audio/ogg",
})
