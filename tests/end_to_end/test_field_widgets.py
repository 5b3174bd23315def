"""The controls of forms in a real browser: what they add, and that values survive them."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import expect

from config.values.money import Money
from config.values.rate import Rate
from tests.end_to_end.field_site import field_site
from tests.end_to_end.staff_site import DESKTOP, PHONE, shot

NEW = "/admin/thing/new"
CODE = {
    "page": '<p class="a">\n  one & two\n</p>',
    "style": "a { color: red }",
    "letter": "Dear {{ client.name }}",
    "config": '{"a": [1, 2.5, null]}',
    "values": "list:\n  - 1",
    "query": "select 1",
    "script": "echo \"$HOME\"",
    "plain": "  kept\n\tas it is ",
}
TYPED = {
    "name.en": "Lamp", "name.pl": "Lampa", "notes": "two\nlines", "article": "# Title",
    "intro.en": "*short*", "email": "a@example.com", "url": "https://example.com/a",
    "phone": "22 123 45 67", "colour": "#1c9",
    "uuid": "9F6E1F1C-6B1E-4D39-8C53-0B2F4A3D5E6F",
    "domain": "example.com", "ip": "192.0.2.7", "network": "192.0.2.0/24", "day": "2026-02-28",
    "at": "2026-07-01T14:30", "lasts": "36 hours", "every": "30 2 * * *", "count": "12",
    "weight": "1.250", "share": "23", "price": "1234.56", "fee": "9.90", "place": "1",
    "password": "open sesame",
}
STORED = {
    "key": "lamp", "notes": "two\nlines", "article": "# Title", "email": "a@example.com",
    "url": "https://example.com/a", "country": "PL", "region": "PL-14", "phone": "+48221234567",
    "currency": "PLN", "locale": "pl", "time_zone": "Europe/Warsaw", "colour": "#11cc99",
    "icon": "server-2", "uuid": "9f6e1f1c-6b1e-4d39-8c53-0b2f4a3d5e6f", "domain": "example.com",
    "ip": "192.0.2.7", "network": "192.0.2.0/24", "day": dt.date(2026, 2, 28),
    "at": dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC), "lasts": dt.timedelta(hours=36),
    "every": "30 2 * * *", "yes": True, "count": 12, "weight": Decimal("1.250"),
    "share": Rate(230_000), "price": Money(1_234_560_000, "PLN"), "fee": Money(9_900_000, "EUR"),
    "size": "large", "tags": frozenset(["red"]), "driver": "radio", "place": 1,
    **{name: text for name, text in CODE.items() if name != "config"},
    "config": {"a": [1, 2.5, None]},
}


@pytest.fixture
def site(tmp_path):
    with field_site(tmp_path) as site:
        yield site
        assert site.complaints == []


def opened(site, browser, path=NEW, **options):
    page = site.open(browser, **options)
    page.goto(path)
    if path.startswith("/admin/thing/"):
        page.locator("#field-page.cm-content").wait_for()
        searched(page, "Country").wait_for()
    return page


def searched(page, name):
    """Return a long list by its label, as screen readers find it."""
    # The first: an inline row below may hold a list of the same name.
    return page.get_by_role("combobox", name=name, exact=True).and_(page.locator("input")).first


def pick(page, name, text):
    """Choose from a long list by typing, as someone without a mouse would."""
    box = searched(page, name)
    box.focus()
    box.press_sequentially(text)
    page.locator('.field-list:popover-open [aria-selected="true"]').wait_for()
    box.press("Enter")
    return box


def write(page, name, text):
    editor = page.locator(f"#field-{name}.cm-content")
    editor.focus()
    page.keyboard.insert_text(text)


def picture(colour="red"):
    data = io.BytesIO()
    Image.new("RGB", (400, 100), colour).save(data, "PNG")
    return data.getvalue()


def send(page):
    page.locator(".pw-save [type=submit]").first.click()


def fill_all(page, site, without=frozenset()):
    """Fill every control but those named; the page is a form that is open and ready."""
    # The text of another language stands behind its tab.
    page.get_by_role("tab", name="PL").first.click()
    page.fill("[name='name.pl']", TYPED["name.pl"])
    page.get_by_role("tab", name="EN").first.click()
    for name, text in TYPED.items():
        if name != "name.pl" and name not in without:
            page.fill(f"[name='{name}']", text)
    for name, text in CODE.items():
        write(page, name, text)
    pick(page, "Country", "pola")
    expect(page.locator("select[name=region] option")).not_to_have_count(1)
    pick(page, "Region", "mazow")
    pick(page, "Currency", "pln")
    pick(page, "Time zone", "warsaw")
    pick(page, "Icon", "server-2")
    if "house" not in without:
        pick(page, "House", "mill")
    page.select_option("[name=locale]", "pl")
    page.select_option("[name='price.currency']", "PLN")
    page.select_option("[name=size]", "large")
    page.check("[name=tags][value=red]")
    page.check("[name=yes][type=checkbox]")
    page.set_input_files("[name='paper.upload']", {
        "name": "paper.txt", "mimeType": "text/plain", "buffer": b"some words"})
    page.set_input_files("[name='photo.upload']", {
        "name": "lamp.png", "mimeType": "image/png", "buffer": picture()})
    page.select_option("[name=driver]", "radio")
    page.select_option("[name='set_up.channel']", "high")
    page.fill("[name='set_up.key']", "radio key")
    page.get_by_role("button", name="Add a row").click()
    page.fill("[name='parts.0.name']", "Bulb")
    page.locator("#field-parts-0-config.cm-content").wait_for()
    write(page, "parts-0-config", "[1]")


def thing(site, row_id):
    record = site.house.get("thing", row_id)
    return {name: record[name] for name in STORED}


def test_every_value_survives_being_made_and_saved_again(site, browser, tmp_path):
    page = opened(site, browser)
    fill_all(page, site)
    shot(page, tmp_path, "filled")
    send(page)
    page.wait_for_url("**/admin/thing/1")

    assert thing(site, 1) == STORED
    first = site.house.get("thing", 1)
    assert dict(first["name"]) == {"en": "Lamp", "pl": "Lampa"}
    assert first["house"] == site.house.ids["house"]

    page = opened(site, browser, "/admin/thing/1/edit")
    expect(page.get_by_role("link", name="paper.txt")).to_be_visible()
    stored = page.locator("img.field-file-picture")
    expect(stored).to_have_js_property("naturalWidth", 400)
    shot(page, tmp_path, "again")
    page.fill("[name=notes]", "changed")
    send(page)
    page.wait_for_url("**/admin/thing/1")

    assert thing(site, 1) == STORED | {"notes": "changed"}
    again = site.house.get("thing", 1)
    assert dict(again["name"]) == {"en": "Lamp", "pl": "Lampa"}
    assert [again[name] for name in ("paper", "photo", "set_up")] == [
        first[name] for name in ("paper", "photo", "set_up")]
    with site.house.records() as records:
        assert records.reveal("thing", 1, "password") == "open sesame"
    (part,) = site.house.stored("part")
    assert (part["name"], part["config"]) == ("Bulb", [1])


@pytest.mark.parametrize(("size", "scheme"), [
    (DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark"),
])
def test_controls_fit_the_window_in_both_themes(site, browser, tmp_path, size, scheme):
    page = opened(site, browser, size=size, scheme=scheme)
    write(page, "page", f"<p>{'long ' * 200}</p>")
    for name, text in {"Country": "united", "Icon": "user"}.items():
        box = searched(page, name)
        box.focus()
        box.press_sequentially(text)
        page.locator(".field-list:popover-open [role=option]").nth(1).wait_for()
        shown = page.locator(".field-list:popover-open").bounding_box()
        shot(page, tmp_path, f"{name}-{size['width']}-{scheme}")

        assert shown["x"] >= 0
        assert shown["x"] + shown["width"] <= size["width"]
        assert shown["y"] >= 0
        assert shown["y"] + shown["height"] <= size["height"]
        box.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_long_list_follows_its_input_when_the_page_grows(site, browser):
    page = opened(site, browser)
    box = searched(page, "Country")
    box.focus()
    box.press_sequentially("united")
    page.locator(".field-list:popover-open [role=option]").nth(1).wait_for()

    page.evaluate("""() => {
        const late = document.createElement("div");
        late.style.blockSize = "150px";
        document.querySelector("form").before(late);
    }""")

    page.wait_for_function("""() => {
        const list = document.querySelector(".field-list:popover-open").getBoundingClientRect();
        const input = document.activeElement.getBoundingClientRect();
        const below = Math.abs(list.top - input.bottom), above = Math.abs(list.bottom - input.top);
        const beside = Math.min(below, above);
        return beside < 6 && list.bottom <= innerHeight && list.top >= 0;
    }""")


def test_long_list_of_an_input_outside_the_window_stays_inside(site, browser):
    page = opened(site, browser)
    box = searched(page, "Country")
    box.focus()
    page.evaluate("scrollTo(0, 0); document.body.style.paddingBlockStart = '1200px'")
    page.keyboard.type("united")
    page.locator(".field-list:popover-open [role=option]").nth(1).wait_for()

    shown = page.locator(".field-list:popover-open").bounding_box()
    assert 0 <= shown["y"] <= DESKTOP["height"] - shown["height"]


def test_long_list_is_searched_and_keeps_what_was_chosen(site, browser):
    page = opened(site, browser)
    box = pick(page, "Country", "germ")
    expect(box).to_have_value("DE - Germany (Deutschland)")

    box.press_sequentially("zzz")
    page.get_by_text("Nothing found").first.wait_for()
    box.press("Escape")
    box.press("Tab")
    said = page.locator("#field-country-unsettled")
    expect(said).to_have_text("Nothing chosen: “zzz” matches nothing.")
    expect(box).to_have_value("zzz")
    expect(page.locator("select[name=country]")).to_have_value("DE")

    box.press("Escape")
    expect(box).to_have_value("DE - Germany (Deutschland)")
    expect(said).to_have_count(0)

    box.fill("")
    box.press("Tab")
    expect(page.locator("select[name=country]")).to_have_value("")


def test_long_list_says_to_screen_readers_what_it_is(site, browser):
    page = opened(site, browser)
    box = searched(page, "Country")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.focus()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")

    assert page.locator(f"[id='{active}']").get_attribute("aria-selected") == "true"
    assert page.locator(f"[id='{box.get_attribute('aria-controls')}']").is_visible()
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_country_brings_its_regions_and_its_numbers(site, browser):
    page = opened(site, browser)
    pick(page, "Country", "germ")
    expect(page.locator("[name=phone]")).to_have_attribute("placeholder", "+49 30 123456")
    region = pick(page, "Region", "berl")
    expect(region).to_have_value("BE - Berlin")

    pick(page, "Country", "pola")
    expect(region).to_have_value("")
    expect(page.locator("[name=phone]")).to_have_attribute("placeholder", "+48 12 345 67 89")


def test_json_that_is_wrong_is_shown_at_its_place_and_not_sent(site, browser, tmp_path):
    page = opened(site, browser)
    page.fill("[name='name.en']", "Lamp")
    write(page, "config", '{"a": 1,\n "b": tru}')
    send(page)
    page.get_by_text("This is not JSON: line 2, column 7.").first.wait_for()
    shot(page, tmp_path, "json")

    assert page.url.endswith(NEW)
    assert site.house.stored("thing") == []
    expect(page.locator("#field-config")).to_be_focused()
    page.keyboard.insert_text("1 }")  # at the place of the mistake: {"a": 1, "b": 1 }tru}
    page.keyboard.press("ControlOrMeta+End")
    for _ in "tru}":
        page.keyboard.press("Backspace")
    send(page)
    page.wait_for_url("**/admin/thing/1")
    assert site.house.get("thing", 1)["config"] == {"a": 1, "b": 1}


def test_editor_can_be_left_with_the_keyboard_and_searched(site, browser):
    page = opened(site, browser)
    write(page, "page", "<b>one</b>")
    page.keyboard.press("ControlOrMeta+f")
    expect(page.locator(".cm-search input[name=search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#field-page")).to_be_focused()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("textarea[name=page]")).to_have_value("")

    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#field-page")).not_to_be_focused()
    page.get_by_text("Page", exact=True).click()
    expect(page.locator("#field-page")).to_be_focused()


def test_editor_follows_the_theme(site, browser):
    page = opened(site, browser)
    colour = "getComputedStyle(document.querySelector('#field-page')).color"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")

    assert page.evaluate(colour) != light


def test_markdown_is_shown_as_it_will_be(site, browser, tmp_path):
    page = opened(site, browser)
    page.fill("[name=article]", "# Hello\n\n**bold** <script>alert(1)</script>")
    page.locator("#field-article-preview-tab").click()
    preview = page.locator("#field-article-preview")
    expect(preview.locator("h1")).to_have_text("Hello")
    shot(page, tmp_path, "markdown")

    expect(preview.locator("strong")).to_have_text("bold")
    assert preview.locator("script").count() == 0
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[name=article]")).to_be_visible()
    expect(preview).to_be_hidden()


def test_file_that_is_too_large_is_not_sent(site, browser):
    page = opened(site, browser)
    page.fill("[name='name.en']", "Lamp")
    page.set_input_files("[name='paper.upload']", {
        "name": "long.txt", "mimeType": "text/plain", "buffer": b"x" * 2001})
    expect(page.get_by_text("This file is larger than 2 kB.")).to_be_visible()
    send(page)

    expect(page.locator("[name='paper.upload']")).to_be_focused()
    assert site.house.stored("thing") == []
    page.set_input_files("[name='paper.upload']", {
        "name": "short.txt", "mimeType": "text/plain", "buffer": b"x"})
    send(page)
    page.wait_for_url("**/admin/thing/1")


def test_chosen_picture_is_shown(site, browser, tmp_path):
    page = opened(site, browser)
    page.set_input_files("[name='photo.upload']", {
        "name": "lamp.png", "mimeType": "image/png", "buffer": picture()})
    drawn = page.get_by_role("img", name="lamp.png")
    drawn.wait_for()
    shot(page, tmp_path, "picture")

    assert (drawn.get_attribute("width"), drawn.get_attribute("height")) == ("160", "40")
    assert drawn.evaluate("c => c.getContext('2d').getImageData(80, 20, 1, 1).data[0]") == 255


def test_secret_is_shown_while_it_is_typed(site, browser):
    page = opened(site, browser)
    page.fill("[name=password]", "sesame")
    show = page.get_by_role("button", name="Show", exact=True).first
    show.click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")

    page.select_option("[name=driver]", "radio")
    page.locator("[name='set_up.key'] + button").wait_for()


def test_colour_is_chosen_or_typed(site, browser):
    page = opened(site, browser)
    page.fill("[name=colour]", "#abc")
    swatch = page.get_by_label("Choose a colour")
    expect(swatch).to_have_value("#aabbcc")
    swatch.fill("#112233")
    expect(page.locator("[name=colour]")).to_have_value("#112233")


def test_numbers_keep_the_comma_of_the_reader(tmp_path, browser):
    with field_site(tmp_path, "pl") as site:
        page = opened(site, browser)
        page.fill("[name='name.en']", "Lamp")
        for name, text in {"weight": "1,25", "share": "7,5", "fee": "1234,5"}.items():
            page.fill(f"[name={name}]", text)
        send(page)
        page.wait_for_url("**/admin/thing/1")
        for _ in range(2):
            page.goto("/admin/thing/1/edit")
            shown = [page.input_value(f"[name={name}]") for name in ("weight", "share", "fee")]
            send(page)
            page.wait_for_url("**/admin/thing/1")

            assert shown == ["1,250", "7,5 %", "1234,50"]
            stored = site.house.get("thing", 1)
            assert (stored["weight"], stored["share"]) == (Decimal("1.25"), Rate(75_000))
            assert stored["fee"] == Money(1_234_500_000, "EUR")
        assert site.complaints == []


def test_pages_without_code_load_no_editor(site, browser):
    page = site.open(browser)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/admin/house/new")
    page.wait_for_load_state("networkidle")

    assert any("panel-fields.js" in url for url in asked)
    assert not any("codemirror" in url or "panel-pickers" in url for url in asked)


def test_form_works_without_scripts(site, browser):
    page = site.open(browser)
    state = page.context.storage_state()
    context = browser.new_context(
        java_script_enabled=False, storage_state=state, base_url=site.base)
    page = context.new_page()
    page.goto(NEW)
    page.fill("[name='name.en']", "Lamp")
    page.fill("textarea[name=config]", "[1]")
    page.select_option("select[name=country]", "PL")
    page.fill("[name=icon]", "server-2")
    send(page)

    assert page.url.endswith("/admin/thing/1")
    stored = site.house.get("thing", 1)
    assert (stored["config"], stored["country"], stored["icon"]) == ([1], "PL", "server-2")
