"""What a browser says it is, kept as it was sent and shown in words: “Firefox on Linux”.

Browsers pretend to be each other, so the most particular name is looked for first. Nothing but
what is shown hangs on it.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from config.texts.sentence import Sentence, worded
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import FieldProblem, FormatContext

LENGTH_MAX = 400

# Part of the header → name; the first that is found counts.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung"),
    ("YaBrowser", "Yandex"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chromium", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
)


def device_name(user_agent: str | None) -> str:
    """Return the browser and the system that a User-Agent header names, to be worded."""
    said = user_agent or ""
    browser = next((name for part, name in _BROWSERS if part in said), "")
    system = next((name for part, name in _SYSTEMS if part in said), "")
    if browser and system:
        return Sentence("{browser} on {system}", browser=browser, system=system)
    return browser or system or Sentence("Unknown device")


class UserAgentType(FieldType):
    """A User-Agent header: the words for it are shown, the header itself when one points at them.

    Files get the header.
    """

    name = "user_agent"
    operators = ("contains", "null", "not_null")

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        return text[:LENGTH_MAX]

    def validate(self, field: BoundField, value: str) -> None:
        if len(value) > LENGTH_MAX:
            raise FieldProblem("Enter at most {max} characters.", max=LENGTH_MAX)

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return worded(device_name(value), context.translate)

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def edit_text(self, field: BoundField, value: str, context: FormatContext) -> str:
        return value

    def cell(self, field: BoundField, value: str | None, context: FormatContext) -> Markup:
        if not value:
            return html.EMPTY
        return html.element("span", self.format(field, value, context), title=value)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "maxLength": LENGTH_MAX}
