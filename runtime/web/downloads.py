"""Files that leave the panel: exports, and what people uploaded.

An uploaded file is somebody else's content under our address: it is always saved, never shown as
a page, and a policy of its own keeps a browser that shows it anyway from running any of it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from starlette.responses import FileResponse, Response, StreamingResponse

if TYPE_CHECKING:
    from runtime.records.files import StoredFile

_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
_IN_MEMORY_BYTES = 2_000_000
_CHUNK_BYTES = 65_536
# Pictures may be shown inside our own pages; everything else is saved.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


def csv_response(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """Return `rows` as a CSV file called `name`.

    All rows are read now, inside the caller's transaction, and kept outside of memory when they
    are many.
    """
    # Closed by the generator that sends it.
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
    try:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        csv.writer(text).writerows(rows)
        text.detach()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(_chunks(file), media_type="text/csv", headers=_saved_as(name))


def file_response(stored: StoredFile) -> Response:
    """Return an uploaded file that the gate has opened."""
    kind = "inline" if stored.media_type in _SHOWN else "attachment"
    response = FileResponse(
        stored.path,
        media_type=stored.media_type,
        filename=stored.name,
        content_disposition_type=kind,
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def sent_file(path: Path, name: str, media_type: str) -> Response:
    """Return a file that is sent once; it and its folder, which is its own, are gone then."""
    file = path.open("rb")
    path.unlink()
    path.parent.rmdir()
    headers = _saved_as(name)
    return kept_response(StreamingResponse(_chunks(file), media_type=media_type, headers=headers))


def kept_response(response: Response) -> Response:
    """Let a file that we wrote be saved, and be nothing else, whatever a browser makes of it."""
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def public_picture(path: Path, media_type: str) -> Response:
    """Return a picture that everybody may see, under an address that changes with its content."""
    assert media_type in _SHOWN
    response = FileResponse(path, media_type=media_type)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _saved_as(name: str) -> dict[str, str]:
    assert name.isascii()
    assert '"' not in name
    return {"Content-Disposition": f'attachment; filename="{name}"'}
