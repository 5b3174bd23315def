"""A browser that finds fault: axe-core on a page, and a crawl along all links of an area."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text()
# The standards that the panel is held to, and what the makers of axe advise beside them.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 380, "height": 800}


@dataclass
class Auditor:
    """One window. `complaints`: what the console said, other hosts that were asked, refusals of
    the page's own policy. `allowed`: a status that Chromium may mention, for pages of errors."""

    browser: Browser
    base: str
    size: dict[str, int] = field(default_factory=lambda: DESKTOP)
    scheme: Any = "light"
    complaints: list[str] = field(default_factory=list)
    allowed: int = 0
    _auditing: bool = False

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport=self.size, color_scheme=self.scheme, base_url=self.base
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.context.on("request", self._asked)

    def sign_in(self, path: str, email: str, password: str) -> None:
        self.page.goto(path)
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.click("[type=submit]")
        self.page.wait_for_url(re.compile(r"/$"))

    def open(self, path: str, status: int = 200) -> None:
        """Go to a page, which answers with `status`."""
        self.allowed = status
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}"

    def faults(self, name: str) -> list[str]:
        """Return what axe finds grave on the page as it stands, and whether it is too wide."""
        # axe sets styles of its own, which the page's policy refuses and the console tells.
        self._auditing = True
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "rules => axe.run(document, {preload: false, resultTypes: ['violations'],"
            " runOnly: {type: 'tag', values: rules}})", RULES,
        )
        self._auditing = False
        faults = [
            f"{name}: {rule['id']} ({rule['impact']}) at {node['target']}: {node['html'][:120]}"
            for rule in found["violations"] if rule["impact"] in GRAVE
            for node in rule["nodes"][:3]
        ]
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [*faults, f"{name}: {wide} pixels too wide"] if wide > 0 else faults

    def crawl(self, start: str, pages_max: int, *also: str) -> Iterator[str]:
        """Yield every page that links of the area lead to, one row per entity, and be there.

        `also`: pages that no menu leads to.
        """
        prefix = start
        waiting, known, done = deque([start, *also]), {_kind(path) for path in (start, *also)}, 0
        while waiting and done < pages_max:
            path = waiting.popleft()
            answer = self._visit(path)
            if answer is None:
                continue
            done += 1
            yield path
            for link in self.page.evaluate(
                "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
            ):
                url = link.partition("#")[0]
                here = url.startswith(prefix) and not url.startswith("//")
                if prefix == "/" and url.startswith("/admin"):
                    here = False
                if here and _kind(url) not in known:
                    known.add(_kind(url))
                    waiting.append(url)

    def _visit(self, path: str) -> Any:
        """Go to a page; None for what the browser saves instead."""
        self.allowed = 200
        try:
            answer = self.page.goto(path)
        except Exception as error:
            if "Download is starting" in str(error):
                return None
            raise
        assert answer is not None
        if answer.status != 200:
            self._complain(f"{path} answers {answer.status}")
        return answer if "text/html" in answer.headers.get("content-type", "") else None

    def _said(self, message: Any) -> None:
        mentioned = f"status of {self.allowed}" in message.text and self.allowed != 200
        if message.type in ("error", "warning") and not self._auditing and not mentioned:
            self._complain(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self._complain(f"asked {request.url}")

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")


def _kind(url: str) -> str:
    """Return what a page is: the same for all rows of an entity, and for all pages of a list."""
    path, _, query = url.partition("?")
    named = {
        pair if pair.startswith(("tab=", "view=")) else pair.partition("=")[0]
        for pair in query.split("&")
    }
    named -= {"after", "before", "cursor", "size", "sort"}
    return re.sub(r"/\d+", "/1", path) + "?" + "&".join(sorted(named))
