"""What a browser does with a page, without a browser: cookies, forms, and the files a page names.

    visitor = Visitor(port, headers)
    page = visitor.get("/admin/invoice/")          the text; anything but 200 is an error
    visitor.send(form_with(page, "notes"), {"notes": "changed"})
"""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en",
}


@dataclass
class Form:
    """One form of a page, filled as the page shows it."""

    action: str
    pairs: list[tuple[str, str]] = field(default_factory=list)


class Visitor:
    """Somebody with one connection that stays open, and a jar of cookies."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self.host = f"127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = dict(headers or {})
        self._cookies: dict[str, str] = {}
        for name, morsel in SimpleCookie(self._headers.pop("Cookie", "")).items():
            self._cookies[name] = morsel.value

    def close(self) -> None:
        self._connection.close()

    def get(self, address: str) -> str:
        """Return the page. Anything but 200 is an error, or a fast refusal would win."""
        status, _, body = self.ask("GET", address)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}: {body[:500]!r}")
        return body.decode()

    def send(self, page: str, form: Form, changes: Mapping[str, str]) -> str:
        """Send a form of the page `page`, changed, and return where its answer leads.

        An answer that leads nowhere is an error: the form was not taken.
        """
        pairs = [(name, changes.get(name, value)) for name, value in form.pairs]
        status, headers, body = self.ask(
            "POST", urljoin(page, form.action), urlencode(pairs),
            {"Content-Type": "application/x-www-form-urlencoded", "Referer": self._url(page)},
        )
        if status not in (302, 303):
            raise RuntimeError(f"{form.action or page} answered {status}: {body[:3000]!r}")
        return headers["location"]

    def ask(
        self, method: str, address: str, body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body as it came over the wire."""
        sent = {**self._headers, **(headers or {})}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # Servers close what was quiet for a few seconds, while another one had its turn.
            self._connection.close()
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("set-cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, content

    def _url(self, path: str) -> str:
        return f"http://{self.host}{path}"


def form_with(page: str, name: str) -> Form:
    """Return the form of `page` that has a control of that name."""
    reader = _Forms()
    reader.feed(page)
    for form in reader.forms:
        if any(key == name for key, _ in form.pairs):
            return form
    raise LookupError(f"the page has no form with {name}")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is None or "disabled" in given:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area = (given.get("name", ""), [])

    def _input(self, given: Mapping[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", "text")
        unchecked = kind in ("checkbox", "radio") and "checked" not in given
        if given.get("name") and not unchecked and kind not in ("submit", "button", "file"):
            self._form.pairs.append((given["name"], given.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None and self._select:
            chosen = [value for value, selected in self._options if selected]
            if chosen or self._options:
                self._form.pairs.append((self._select, (chosen or [self._options[0][0]])[-1]))
            self._select = ""
        elif tag == "textarea" and self._form is not None and self._area is not None:
            self._form.pairs.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None


_TAG = re.compile(r"<(link|script|img)\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_URL = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")
_LOADED = frozenset({"stylesheet", "icon", "preload", "manifest", "modulepreload"})


def cold_visit(visitor: Visitor, address: str) -> tuple[int, int]:
    """Return the bytes of all bodies that a first visit loads, and how many files they are.

    The page, its style sheets, scripts and pictures, and of the fonts those faces that hold Latin
    letters and stand upright, as a browser takes them for an English page.
    """
    status, _, body = visitor.ask("GET", address, headers=BROWSER)
    if status != 200:
        raise RuntimeError(f"{address} answered {status}")
    total, seen = len(body), {address}
    waiting = [urljoin(address, each) for each in _named(visitor.get(address))]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        status, headers, content = visitor.ask("GET", each, headers=BROWSER)
        if status != 200:
            raise RuntimeError(f"{each} answered {status}")
        total += len(content)
        if "css" in headers.get("content-type", ""):
            waiting += [urljoin(each, font) for font in _fonts(visitor.get(each))]
    return total, len(seen)


def _named(page: str) -> list[str]:
    found = []
    for tag, rest in _TAG.findall(page):
        given = {
            key.lower(): unescape(one or other) for key, one, other in _ATTRIBUTE.findall(rest)
        }
        if tag.lower() == "link" and not _LOADED & set(given.get("rel", "").split()):
            continue
        address = given.get("href" if tag.lower() == "link" else "src", "")
        if address and not address.startswith("data:"):
            found.append(address)
    return found


def _fonts(sheet: str) -> list[str]:
    found = []
    for face in _FACE.findall(sheet):
        latin = "unicode-range" not in face or re.search(r"U\+0{1,4}-0*FF\b", face, re.IGNORECASE)
        if latin and "italic" not in face:
            found += _URL.findall(face)[:1]
    return found
