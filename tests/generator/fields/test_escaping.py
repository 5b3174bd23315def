"""No value, label or typed text becomes markup, in any cell or control, and no style is inline."""

import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from generator.fields.exchange import Choice, ControlState, FormatContext, InlineRow, Title
from generator.fields.translated import Translated

EVIL = "\"'><img src=x onerror=alert(1)></textarea><script>alert(2)</script>{{7*7}}"
CONTEXT = FormatContext(link=lambda entity, id_: f"/{entity}/{id_}?{EVIL}")
# Values that no validation would let in, as a database written by others may hold them.
STORED = {
    "title": Translated({"en": EVIL, "pl": EVIL}, "en"),
    "choices": frozenset({EVIL}),
    "spoken": frozenset({EVIL}),
    "json": {EVIL: [EVIL]},
    "mailing": {EVIL: EVIL, "host": EVIL},
    "relation": Title("target", 1, EVIL),
    "relation_to_self": Title("thing", 1, EVIL),
    "link": Title(EVIL, 1, EVIL),
    "either": Title("thing", 1, EVIL),
    "children": (Title("thing", 1, EVIL),),
    "file": Title("file", 1, EVIL),
    "image": Title("file", 1, EVIL),
}
NOT_TEXT = {
    "integer", "decimal", "rate", "money", "euros", "borrowed", "boolean", "date", "moment",
    "duration", "position", "id", "created_at", "updated_at", "version", "deleted_at", "doubled",
}
HARMLESS = {
    "a", "button", "code", "dd", "div", "dl", "dt", "h1", "h2", "img", "input", "label", "option",
    "optgroup", "output", "p", "path", "pre", "rect", "select", "span", "svg", "table", "tbody",
    "td", "template", "textarea", "th", "thead", "time", "tr",
}


class Elements(HTMLParser):
    """Collects tags and attributes, as a browser would make them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = [], []
        self.feed(str(text))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def assert_harmless(markup):
    assert isinstance(markup, Markup)
    found = Elements(markup)
    assert set(found.tags) <= HARMLESS, found.tags
    for tag, name, value in found.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "style", tag
        if name in ("href", "src"):
            assert re.match(r"(https?:|mailto:|tel:|/)", value), value
    assert "<script" not in markup
    # The only pictures are those of the image type, at addresses of ours.
    assert all(value != "x" for tag, name, value in found.attributes if name == "src")


def texts(thing):
    return [name for name in thing.fields if name not in NOT_TEXT]


def test_no_cell_lets_markup_through(thing):
    for name in texts(thing):
        bound = thing.fields[name]
        value = STORED.get(name, EVIL)

        assert_harmless(bound.type.cell(bound, value, CONTEXT))
        assert_harmless(bound.type.list_cell(bound, value, CONTEXT))


def test_text_stays_text(thing):
    for name in ("text", "long_text", "email", "code", "slug"):
        bound = thing.fields[name]
        assert "<script>alert(2)</script>" in bound.type.text(bound, EVIL, CONTEXT)
        assert "&lt;script&gt;" in bound.type.cell(bound, EVIL, CONTEXT)


def test_no_control_lets_markup_through(thing):
    choice = Choice(EVIL, EVIL, EVIL)
    row = InlineRow(EVIL, 1, (Markup("<p>a cell</p>"),))
    for name, bound in thing.fields.items():
        value = None if name in NOT_TEXT else STORED.get(name, EVIL)
        for state in (
            ControlState(name, value=value, values={"driver": "smtp", "country": EVIL}),
            ControlState(name, raw=[EVIL, EVIL, EVIL], problems=(EVIL,), required=True),
            ControlState(EVIL, value=value, read_only=True, choices=(choice,)),
            ControlState(name, value=value, lookup_url=f"/x?{EVIL}", create_url=f"/y?{EVIL}",
                         titles={"1": EVIL, "thing/1": EVIL}, choices=(choice,)),
            ControlState(name, headings=(EVIL,), rows=(row,), new_row=row),
        ):
            assert_harmless(bound.type.control(bound, state, CONTEXT))


def test_no_filter_control_lets_markup_through(thing):
    for name, bound in thing.fields.items():
        for operator in bound.type.operators:
            state = ControlState(f"f.{name}", lookup_url=f"/x?{EVIL}", titles={EVIL: EVIL})
            markup = bound.type.filter_control(bound, operator, [EVIL, EVIL], CONTEXT, state)
            assert_harmless(markup if isinstance(markup, Markup) else Markup(""))


@pytest.mark.parametrize("source", [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](https://elsewhere.example/pixel.png)",
    "<a href='x' style='position:fixed' class='btn'>a</a>",
    "[a]: javascript:alert(1)\n\n[a]",
    "<iframe src=//x></iframe>",
    "`<script>`",
    "[x](//elsewhere.example 'a\"onmouseover=\"alert(1)')",
])
def test_markdown_gives_harmless_html(thing, source):
    bound = thing.fields["markdown"]

    found = Elements(bound.type.cell(bound, source, CONTEXT))

    assert not {"script", "img", "iframe", "style", "svg"} & set(found.tags)
    for tag, name, value in found.attributes:
        assert name in ("class", "href", "title", "rel", "start")
        assert name != "class" or tag == "div"
        assert name != "href" or not value.lower().startswith(("javascript", "data"))


def test_markdown_is_rendered(thing):
    bound = thing.fields["markdown"]

    shown = bound.type.cell(bound, "# Title\n\n* **bold** [link](https://example.com)", CONTEXT)

    assert "<h1>Title</h1>" in shown
    assert '<a href="https://example.com" rel="noopener noreferrer nofollow">link</a>' in shown
