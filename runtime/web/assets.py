"""Serves our style sheets, scripts, fonts and images under names that change with their content.

    asset_url("panel.css")  ->  /static/1f0c…/panel.css  ->  kept by the browser for a year

Reading, hashing and compressing wait until a file is first asked for; a file that changed on disk
(by an edit, while the panel runs) is read again and gets a new address.
"""

import gzip
import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import anyio.to_thread
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static"

# Only these endings are served; licences, notes and data files in the folder are not.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE = {".css", ".js", ".svg"}
# No part may begin with a dot, so neither `..` nor a hidden file has a name here.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_CSS_URL = re.compile(r"""url\(\s*(["']?)(?!data:|#|/|[a-z]+:)([^)"'?#]+)([?#][^)"']*)?\1\s*\)""")


class UnknownAsset(LookupError):
    """No such file is served."""


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    digest: str
    content_type: str
    changed: tuple[int, int]
    """Modification time (nanoseconds) and size (bytes) of the file as it was read."""
    parts: dict[str, str]
    """What a style sheet names by url(): file -> digest at that time."""


class Assets:
    """The files of one folder: an ASGI application, and the addresses it answers.

    An address is looked up on disk again after `recheck_seconds`: pages name many files.
    """

    def __init__(
        self, folder: Path = FOLDER, prefix: str = PREFIX, *, recheck_seconds: float = 1
    ) -> None:
        self._folder = folder
        self._prefix = prefix
        self._recheck_seconds = recheck_seconds
        self._urls: dict[str, tuple[float, str]] = {}
        self._edition, self._looked = 0, 0.0
        self._read: dict[str, Asset] = {}
        self._compressed: dict[str, bytes] = {}

    def url(self, name: str) -> str:
        """Return the address of `name`, a path below the folder. Raises UnknownAsset."""
        now = time.monotonic()
        checked, url = self._urls.get(name, (0.0, ""))
        if not url or now - checked >= self._recheck_seconds:
            before, url = url, self._address(name, self._asset(name).digest)
            self._edition += bool(before) and before != url
            self._urls[name] = (now, url)
        return url

    def edition(self) -> int:
        """Return a number that differs once an address given so far is another one."""
        now = time.monotonic()
        if now - self._looked >= self._recheck_seconds:
            self._looked = now
            for name in list(self._urls):
                try:
                    self.url(name)
                except UnknownAsset:
                    self._edition += 1
        return self._edition

    def _address(self, name: str, digest: str) -> str:
        return f"{self._prefix}/{digest}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        if scope["method"] not in ("GET", "HEAD"):
            response: Response = PlainTextResponse(
                "Method not allowed", 405, headers={"Allow": "GET, HEAD"}
            )
        else:
            # In a thread: the first request for a file reads and compresses it.
            response = await anyio.to_thread.run_sync(self._answer, scope)
        await response(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        digest, _, name = path.partition("/")
        try:
            asset = self._asset(name)
        except UnknownAsset:
            return PlainTextResponse("Not found", 404, headers=_PLAIN_HEADERS)
        requested = {key.lower(): value.decode("latin-1") for key, value in scope["headers"]}
        headers = _headers(asset, exact=digest == asset.digest)
        if f'"{asset.digest}"' in requested.get(b"if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = asset.content
        if _compressible(name):
            headers["Vary"] = "Accept-Encoding"
            if _accepts_gzip(requested.get(b"accept-encoding", "")):
                headers["Content-Encoding"] = "gzip"
                content = self._gzip(asset)
        return Response(content, headers=headers, media_type=asset.content_type)

    def _asset(self, name: str) -> Asset:
        file = self._folder / name
        if not _NAME.fullmatch(name) or file.suffix not in CONTENT_TYPES:
            raise UnknownAsset(name)
        try:
            status = file.stat()
        except OSError:
            raise UnknownAsset(name) from None
        changed = (status.st_mtime_ns, status.st_size)
        known = self._read.get(name)
        if known is None or known.changed != changed or self._parts_changed(known):
            known = self._load(name, file, changed)
            self._read[name] = known
        return known

    def _parts_changed(self, asset: Asset) -> bool:
        return any(self._asset(name).digest != digest for name, digest in asset.parts.items())

    def _load(self, name: str, file: Path, changed: tuple[int, int]) -> Asset:
        if not file.is_file():
            raise UnknownAsset(name)
        content = file.read_bytes()
        parts: dict[str, str] = {}
        if file.suffix == ".css":
            content = self._with_hashed_urls(name, content.decode(), parts).encode()
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        return Asset(content, digest, CONTENT_TYPES[file.suffix], changed, parts)

    def _with_hashed_urls(self, name: str, css: str, parts: dict[str, str]) -> str:
        """Point each relative url() of a style sheet at the file's hashed address.

        Otherwise a font would be asked for under the hash of the style sheet that names it.
        Notes in `parts` what was named.
        """
        folder = PurePosixPath(name).parent

        def hashed(found: re.Match[str]) -> str:
            target = _without_dots(folder / found[2])
            parts[target] = self._asset(target).digest
            return f'url("{self._address(target, parts[target])}{found[3] or ""}")'

        return _CSS_URL.sub(hashed, css)

    def _gzip(self, asset: Asset) -> bytes:
        if asset.digest not in self._compressed:
            # Without a time in the header equal files give equal bytes.
            self._compressed[asset.digest] = gzip.compress(asset.content, 9, mtime=0)
        return self._compressed[asset.digest]


_PLAIN_HEADERS = {"X-Content-Type-Options": "nosniff"}


def _headers(asset: Asset, *, exact: bool) -> dict[str, str]:
    # A page from before an update asks under the old hash: it gets today's file, not to be kept.
    kept = "public, max-age=31536000, immutable" if exact else "no-cache"
    return {
        **_PLAIN_HEADERS,
        "Cache-Control": kept,
        # Weak: one tag for the plain and the compressed form.
        "ETag": f'W/"{asset.digest}"',
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _compressible(name: str) -> bool:
    return PurePosixPath(name).suffix in _COMPRESSIBLE


def _accepts_gzip(header: str) -> bool:
    for part in header.split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding in ("gzip", "*"):
            return not re.fullmatch(r"0(\.0*)?", weight)
    return False


def _without_dots(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


assets = Assets()
"""The panel's own files; mounted at PREFIX."""


def asset_url(name: str) -> str:
    """Return the address of one of the panel's own files, for templates. Raises UnknownAsset."""
    return assets.url(name)
