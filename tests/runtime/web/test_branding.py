"""The company's looks, from General settings to the pages of both areas."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.panel import open_panel
from runtime.settings import Settings
from tests.runtime.shop_panel import BASE, CHEAP, FOLDER, PASSWORD

SETTINGS = Path(__file__).parents[3] / "sample-config" / "settings"
TAB = "/admin/general-settings/appearance"
STAFF_LAYOUT = "/admin/general-settings/staff_layout"
SOCIAL = "/admin/general-settings/social"


class Person:
    """A browser; `process` is one server process of the panel."""

    def __init__(self, process, area="staff", login=True):
        self.client = TestClient(process, base_url=BASE, follow_redirects=False)
        if login:
            path = "/admin/login" if area == "staff" else "/login"
            answer = self.post(path, email="boss@shop.example", password=PASSWORD)
            assert answer.status_code == 303, answer.text

    def get(self, path):
        return self.client.get(path, headers={"Accept": "text/html"})

    def post(self, path, files=None, **values):
        page = self.get(path).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]
        data = {"csrf_token": token, **values}
        return self.client.post(path, data=data, files=files, headers={"Accept": "text/html"})


@contextlib.contextmanager
def opened(url, var):
    settings = Settings(url, var, ("k" * 40,), base_url=BASE)
    with open_panel([FOLDER, SETTINGS], settings, create=True, cache=var) as panel:
        yield panel


def hire(panel):
    create_staff(
        panel, email="boss@shop.example", password=PASSWORD, roles=["chief"], passwords=CHEAP
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The folder of a panel with a boss, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("branding")
    with opened(f"sqlite:///{folder}/panel.sqlite3", folder) as panel:
        hire(panel)
    return folder


@pytest.fixture
def panel(template, tmp_path):
    var = tmp_path / "var"
    shutil.copytree(template, var)
    with opened(f"sqlite:///{var}/panel.sqlite3", var) as panel:
        yield panel


@pytest.fixture
def process(panel):
    return create_app(panel, passwords=CHEAP)


@pytest.fixture
def boss(process):
    return Person(process)


@pytest.fixture
def visitor(process):
    return Person(process, login=False)


def picture(colour="red", kind="PNG", size=(64, 28)):
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


def test_name_and_colour_of_the_site_stand_until_settings_say_otherwise(boss, visitor):
    assert "Example Shop</title>" in visitor.get("/login").text

    boss.post(TAB, panel_name="Nimbus Cloud", brand_colour="#7a3cc8")

    assert "· Nimbus Cloud</title>" in boss.get("/admin/").text
    assert "· Nimbus Cloud</title>" in visitor.get("/login").text
    assert "--pw-brand:#7a3cc8" in visitor.get("/login").text


def test_another_process_shows_the_change_on_its_next_page(database_url, tmp_path):
    with opened(database_url, tmp_path) as panel:
        hire(panel)
        boss, other = (Person(create_app(panel, passwords=CHEAP)) for _ in range(2))
        assert "Nimbus" not in other.get("/admin/").text

        boss.post(TAB, panel_name="Nimbus")
        assert "· Nimbus</title>" in other.get("/admin/").text
        boss.post(TAB, panel_name="Cumulus")
        assert "· Cumulus</title>" in other.get("/admin/").text
        boss.post(TAB, reset="1")

        assert "· Example Shop</title>" in other.get("/admin/").text


@pytest.mark.parametrize(("colour", "why"), [
    ("#ffffff", "too light"), ("#000000", "too dark"), ("#ffff00", "too light"),
])
def test_colour_that_cannot_be_read_is_refused_with_the_reason(boss, colour, why):
    answer = boss.post(TAB, brand_colour=colour)

    assert answer.status_code == 422
    assert f"This colour is {why}" in answer.text
    assert f"--pw-brand:{colour}" not in boss.get("/admin/").text


def test_logo_is_sent_shown_and_open_to_visitors(boss, visitor):
    answer = boss.post(TAB, files={"logo.upload": ("logo.png", picture(), "image/png")})
    assert answer.status_code == 303

    page = visitor.get("/login").text
    address = re.search(r'pw-on-light" src="([^"]+)" width="64" height="28"', page)
    shown = visitor.get(address[1])

    assert shown.content == picture()
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-security-policy"].startswith("sandbox")
    assert "immutable" in shown.headers["cache-control"]
    assert address[1] in boss.get("/admin/").text


def test_only_the_pictures_of_now_are_open(boss, visitor):
    boss.post(TAB, files={"logo.upload": ("a.png", picture("red"), "image/png")})
    first = re.search(r'src="(/brand-pictures/[^"]+)"', visitor.get("/login").text)[1]
    boss.post(TAB, files={"logo.upload": ("b.png", picture("blue"), "image/png")})

    assert visitor.get(first).status_code == 404
    assert visitor.get(first.replace("/logo", "/favicon")).status_code == 404


@pytest.mark.parametrize(("name", "data"), [
    ("logo.png", b"<svg onload=alert(1)>"), ("logo.svg", b"<svg/>"), ("logo.png", b""),
    ("logo.png", b"x" * 400_000),
])
def test_what_is_no_picture_is_refused_by_its_content(boss, visitor, name, data):
    answer = boss.post(TAB, files={"logo.upload": (name, data, "image/png")})

    assert answer.status_code == 422
    assert "pw-problem" in answer.text
    assert "/brand-pictures/" not in visitor.get("/login").text


def test_nobody_makes_a_stored_file_public_by_typing_its_id(panel, boss, visitor):
    field = panel.settings_fields["appearance"]["logo"]
    with panel.records(SYSTEM) as records:
        secret = records.upload_setting(field, "secret.png", "image/png", picture())

    answer = boss.post(TAB, logo=str(secret))

    assert answer.status_code == 422
    assert "Choose a file that exists." in answer.text
    assert "/brand-pictures/" not in visitor.get("/login").text


def test_favicon_is_drawn_in_the_colour_until_one_is_sent(boss, visitor):
    boss.post(TAB, brand_colour="#ffd400")
    drawn = re.search(r'rel="icon" href="([^"]+)"', visitor.get("/login").text)[1]
    assert "%23ffd400" in drawn
    assert "%23000000" in drawn

    boss.post(TAB, files={"favicon.upload": ("i.png", picture(size=(64, 64)), "image/png")})

    assert re.search(r'rel="icon" href="/brand-pictures/', visitor.get("/login").text)


def test_links_stand_on_the_login_page_with_their_names(boss, visitor):
    assert "pw-social" not in visitor.get("/login").text

    boss.post(SOCIAL, mastodon="", github="https://github.com/example", gitter="https://g.example")

    page = visitor.get("/login").text
    assert re.search(r'href="https://github.com/example"[^>]*rel="noopener noreferrer"', page)
    assert 'aria-label="Github, opens a new window"' in page
    assert page.count("<li>") == 2


def test_unsafe_address_is_no_link(boss, visitor):
    answer = boss.post(SOCIAL, github="javascript:alert(1)")

    assert answer.status_code == 422
    assert "javascript:" not in visitor.get("/login").text


def test_parts_of_the_frame_take_the_colours_chosen(boss):
    boss.post(STAFF_LAYOUT, sidebar="brand", header="dark", fixed_header="no")

    page = boss.get("/admin/").text
    assert re.search(r'<aside class="pw-side"[^>]*data-look="brand"', page)
    assert '<header class="pw-top" data-bs-theme="dark">' in page
    assert 'class="pw-frame pw-loose-top"' in page


def test_panel_without_such_settings_shows_the_site(tmp_path):
    settings = Settings(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path, ("k" * 40,), base_url=BASE)
    with open_panel([FOLDER], settings, create=True) as panel:
        page = Person(create_app(panel, passwords=CHEAP), login=False).get("/login").text

    assert "· Example Shop</title>" in page
    assert "--pw-brand:" in page
