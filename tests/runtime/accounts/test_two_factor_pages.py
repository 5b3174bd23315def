"""Two-factor from the first app to the last backup code, through the pages of both areas."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from runtime.accounts.factors import totp
from runtime.accounts.factors.store import Factors
from tests.runtime.shop_panel import PASSWORD, form, sign_in

AREAS = {"client": ("anna@example.com", "", "user"),
         "staff": ("chief@example.com", "/admin", "staff")}


class Walk:
    """Somebody at a browser, who has a phone with an app."""

    def __init__(self, shop, area):
        self.shop, self.area = shop, area
        self.email, self.prefix, self.kind = AREAS[area]
        table = shop.panel.generated.entities[self.kind].table
        with shop.panel.engine.connect() as connection:
            self.id = connection.scalar(select(table.c.id).where(table.c.email == self.email))
        self.browser = shop.browser()
        self.secret = ""

    def get(self, path):
        return self.browser.get(f"{self.prefix}{path}")

    def post(self, path, at=None, **values):
        """Send a form that stands on the page `at`."""
        page = f"{self.prefix}{at or path}"
        return self.browser.post(f"{self.prefix}{path}", data=form(self.browser, page, **values))

    def code(self):
        """Return the next code that was not used yet: the clock goes on for it."""
        self.shop.clock.advance(timedelta(seconds=60))
        return totp.code_at(self.secret, self.shop.clock.now())

    def wrong(self):
        near = {totp.code_at(self.secret, self.shop.clock.now() + timedelta(seconds=30 * step))
                for step in range(-2, 3)}
        return next(code for code in map("{:06}".format, range(9)) if code not in near)

    def add_app(self, name="Phone", **proof):
        answer = self.post("/my/verification/app", "/my/verification", name=name, **proof)
        assert answer.status_code == 303, answer.text
        path = answer.headers["location"].removeprefix(self.prefix)
        page = self.get(path).text
        found = re.search(r'href="(otpauth://[^"]+)"', page)[1].replace("&amp;", "&")
        self.secret = parse_qs(urlsplit(found).query)["secret"][0]
        assert "<svg" in page
        assert totp.grouped(self.secret) in page
        answer = self.post(path, code=self.code())
        assert answer.status_code == 303, answer.text
        return path

    def enable(self):
        answer = self.post("/my/two-factor/enable", "/my/two-factor", code=self.code())
        assert answer.status_code == 200
        codes = re.findall(r"<code>([a-z2-7-]{19})</code>", answer.text)
        assert len(codes) == 10
        return codes

    def password(self, **more):
        answer = self.post("/login", email=self.email, password=PASSWORD, **more)
        assert answer.status_code == 303
        return answer.headers["location"]


@pytest.fixture(params=list(AREAS))
def walk(request, sqlite_shop):
    walk = Walk(sqlite_shop, request.param)
    sign_in(walk.browser, walk.email, area=request.param)
    return walk


@pytest.fixture
def protected(walk):
    """Two-factor is on; the person is signed out."""
    walk.add_app(password=PASSWORD)
    walk.codes = walk.enable()
    walk.post("/logout", "/")
    return walk


def events(shop):
    table = shop.panel.generated.entities["activity"].table
    with shop.panel.engine.connect() as connection:
        return [row.action for row in connection.execute(select(table).order_by(table.c.id))]


def test_without_a_method_two_factor_cannot_be_switched_on(walk):
    assert re.search(r"<button[^>]* disabled>", walk.get("/my/two-factor").text)
    answer = walk.post("/my/two-factor/enable", "/my/two-factor", code="123456")
    assert answer.status_code == 422


def test_an_app_is_set_up_with_the_password_and_a_first_code(walk):
    answer = walk.post("/my/verification/app", "/my/verification", name="Phone", password="no")
    assert (answer.status_code, "present password" in answer.text) == (422, True)
    assert 'value="Phone"' in answer.text
    path = walk.add_app(password=PASSWORD)
    assert "Phone is set up." in walk.get("/my/verification").text
    # Its secret is never shown again.
    assert walk.get(path).status_code == 404


def test_a_wrong_first_code_is_told_and_the_picture_stays(walk):
    answer = walk.post("/my/verification/app", "/my/verification", name="Phone", password=PASSWORD)
    path = answer.headers["location"].removeprefix(walk.prefix)
    refused = walk.post(path, code="000000")
    assert (refused.status_code, "clock of your phone" in refused.text) == (422, True)
    assert "<svg" in refused.text


def test_with_two_factor_a_password_alone_opens_nothing(protected):
    walk = protected
    assert walk.password() == f"{walk.prefix}/login/code"
    assert walk.get("/").status_code == 303
    assert walk.get("/my/verification").status_code == 303
    page = walk.get("/login/code")
    assert (page.status_code, "Phone" in page.text) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    answer = walk.post("/login/code", code=walk.code())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{walk.prefix}/")
    assert walk.get("/").status_code == 200


def test_the_session_after_the_second_proof_is_a_new_one(protected):
    walk = protected
    walk.password()
    name = next(name for name in walk.browser.cookies if "device" not in name and "panel" in name
                and "language" not in name and "flash" not in name)
    before = walk.browser.cookies[name]
    walk.post("/login/code", code=walk.code())
    after = walk.browser.cookies[name]
    assert before != after
    walk.browser.cookies.set(name, before, domain="panel.example.com", path="/")
    assert walk.get("/").status_code == 303
    assert walk.get("/login/code").status_code == 303


def test_the_page_asked_for_is_opened_after_the_second_proof(protected):
    walk = protected
    walk.password(next=f"{walk.prefix}/my/two-factor")
    answer = walk.post("/login/code", code=walk.code())
    assert answer.headers["location"] == f"{walk.prefix}/my/two-factor"


def test_six_wrong_codes_end_the_login_and_lock_the_method(protected):
    walk = protected
    walk.password()
    for _ in range(5):
        answer = walk.post("/login/code", code=walk.wrong())
        assert answer.status_code == 422
    answer = walk.post("/login/code", code=walk.wrong())
    assert answer.headers["location"] == f"{walk.prefix}/login"
    assert "5 minutes" in walk.get("/login").text
    walk.password()
    answer = walk.post("/login/code", code=walk.code())
    assert answer.headers["location"] == f"{walk.prefix}/login"
    walk.shop.clock.advance(timedelta(minutes=5))
    walk.password()
    assert walk.post("/login/code", code=walk.code()).headers["location"] == f"{walk.prefix}/"
    assert events(walk.shop).count("login_locked") >= 1


def test_wrong_codes_count_only_after_a_right_password(protected):
    walk = protected
    stranger = Walk(walk.shop, walk.area)
    for _ in range(8):
        page = stranger.browser.get(f"{walk.prefix}/login")
        assert page.status_code == 200
        answer = stranger.post("/login/code", "/login", code="1")
        assert answer.headers["location"] == f"{walk.prefix}/login"
    walk.password()
    assert walk.post("/login/code", code=walk.code()).headers["location"] == f"{walk.prefix}/"


def test_a_backup_code_lets_in_once_and_leads_to_the_verification_center(protected):
    walk = protected
    walk.password()
    page = walk.get("/login/code").text
    backup = re.search(r'\?method=(\d+)">Use a backup code', page)[1]
    answer = walk.post("/login/code", f"/login/code?method={backup}", method=backup,
                       code=walk.codes[0].upper())
    assert answer.headers["location"] == f"{walk.prefix}/my/verification"
    assert "9 are left" in walk.get("/my/verification").text
    walk.post("/logout", "/")
    walk.password()
    answer = walk.post("/login/code", f"/login/code?method={backup}", method=backup,
                       code=walk.codes[0])
    assert (answer.status_code, "none of your backup codes" in answer.text) == (422, True)
    assert "backup_code_used" in events(walk.shop)


def test_a_remembered_browser_is_not_asked_until_full_sign_out(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code(), remember_device="yes")
    session = next(name for name in walk.browser.cookies
                   if name in ("__Host-panel_client", "__Host-panel_staff"))
    del walk.browser.cookies[session]
    assert walk.password() == f"{walk.prefix}/"
    assert "Forget" in walk.get("/my/two-factor").text
    walk.post("/logout", "/")
    assert walk.password() == f"{walk.prefix}/login/code"


def test_a_forgotten_browser_and_a_new_password_ask_again(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code(), remember_device="yes")
    found = re.search(r"/my/two-factor/devices/(\d+)/forget", walk.get("/my/two-factor").text)
    assert walk.post(found[0], "/my/two-factor").status_code == 303
    session = next(name for name in walk.browser.cookies
                   if name in ("__Host-panel_client", "__Host-panel_staff"))
    del walk.browser.cookies[session]
    assert walk.password() == f"{walk.prefix}/login/code"
    walk.post("/login/code", code=walk.code(), remember_device="yes")
    new = "another correct horse 77"
    walk.post("/my/password", old=PASSWORD, new=new, again=new)
    assert walk.shop.panel.generated.entities["remembered_device"] is not None
    assert Factors(walk.shop.panel).usable(walk.kind, walk.id)
    assert "Forget:" not in walk.get("/my/two-factor").text


def test_it_is_switched_off_with_a_code_and_backup_codes_go_with_it(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code())
    answer = walk.post("/my/two-factor/disable", "/my/two-factor", code=walk.wrong())
    assert answer.status_code == 422
    answer = walk.post("/my/two-factor/disable", "/my/two-factor", code=walk.code())
    assert answer.status_code == 303
    assert Factors(walk.shop.panel).backup_codes_left(walk.kind, walk.id) == 0
    walk.post("/logout", "/")
    assert walk.password() == f"{walk.prefix}/"


def test_new_backup_codes_need_a_code_and_void_the_old_ones(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code())
    assert walk.post("/my/two-factor/codes", "/my/two-factor", code="000").status_code == 422
    answer = walk.post("/my/two-factor/codes", "/my/two-factor", code=walk.code())
    new = re.findall(r"<code>([a-z2-7-]{19})</code>", answer.text)
    assert len(new) == 10
    assert not set(new) & set(walk.codes)


def test_the_last_method_stays_while_two_factor_is_on(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code())
    (method,) = Factors(walk.shop.panel).usable(walk.kind, walk.id)
    path = f"/my/verification/{method.id}/delete"
    answer = walk.post(path, code=walk.code())
    assert (answer.status_code, "only method" in answer.text) == (422, True)
    walk.add_app("Tablet", code=walk.code())
    first = Factors(walk.shop.panel).usable(walk.kind, walk.id)[0]
    assert first.id == method.id


def test_a_second_method_becomes_the_default_with_a_code_of_its_own(protected):
    walk = protected
    walk.password()
    walk.post("/login/code", code=walk.code())
    phone = walk.secret
    walk.add_app("Tablet", code=walk.code())
    tablet = Factors(walk.shop.panel).usable(walk.kind, walk.id)[1]
    path = f"/my/verification/{tablet.id}/default"
    of_tablet = walk.secret
    walk.secret = phone
    assert walk.post(path, code=walk.code()).status_code == 422
    walk.secret = of_tablet
    assert walk.post(path, code=walk.code()).status_code == 303
    assert Factors(walk.shop.panel).usable(walk.kind, walk.id)[0].id == tablet.id


def test_methods_and_browsers_of_somebody_else_are_not_there(protected):
    walk = protected
    other = Walk(walk.shop, "client")
    other.email, other.id = "olga@example.com", walk.shop.ids["olga"]
    sign_in(other.browser, other.email)
    (method,) = Factors(walk.shop.panel).usable(walk.kind, walk.id)
    for path in (f"/my/verification/{method.id}/delete", f"/my/verification/{method.id}/default",
                 f"/my/verification/app/{method.id}", "/my/two-factor/devices/1/forget"):
        assert other.post(path, "/my/verification", code="123456").status_code == 404
    assert Factors(walk.shop.panel).usable(walk.kind, walk.id)


def test_who_has_no_method_left_is_told_whom_to_ask(protected):
    walk = protected
    for factor in Factors(walk.shop.panel).of(walk.kind, walk.id):
        for _ in range(60):
            outcome = Factors(walk.shop.panel).check(walk.kind, walk.id, factor.id, "x")
            walk.shop.clock.advance(timedelta(seconds=outcome.wait_seconds))
    walk.password()
    page = walk.get("/login/code")
    assert (page.status_code, "contact us" in page.text) == (200, True)
