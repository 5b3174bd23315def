"""What was typed in a dialog stays until it was sent, or its person said that it may go."""

import pytest
from playwright.sync_api import expect

from runtime.accounts.sessions import Sessions
from tests.end_to_end.staff_site import serving
from tests.end_to_end.test_sessions import sign_in_beside
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

VIEW = "/admin/client/?f.country=PL&op.country=eq"


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site


@pytest.fixture
def page(site, browser):
    """The list of clients with the question for a new view open, and a name typed in it."""
    page = site.open(browser)
    page.goto(VIEW)
    page.get_by_role("link", name="Save view").click()
    page.locator("dialog [name=name]").fill("Poles")
    return page


@pytest.fixture
def in_place(site, browser):
    """A form of a service with the form of a new client over it, and a name typed there."""
    page = site.open(browser)
    page.goto("/admin/service/new")
    page.locator(".lookup:has([name=client]) a[data-create]").click()
    page.locator("dialog [name=name]").fill("Typed in place")
    return page


def views(site):
    return [row["name"] for row in site.house.stored("saved_view")]


def answers(page, *, yes):
    """Answer every question of the browser; return the texts of those that were asked."""
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        (dialog.accept if yes else dialog.dismiss)()

    page.on("dialog", answer)
    return asked


def test_session_that_ended_leaves_a_question_as_it_was_typed(site, page):
    Sessions(site.house.panel).end_all("staff", site.house.ids["boss"])

    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog").get_by_role("alert")).to_contain_text("You are signed out.")
    expect(page.locator("dialog [name=name]")).to_have_value("Poles")
    sign_in_beside(page)
    page.get_by_role("button", name="Save").click()
    page.locator(".pw-tabs a", has_text="Poles").wait_for()

    assert views(site) == ["Poles"]


def test_session_that_ended_leaves_a_row_being_made_in_place(site, in_place):
    Sessions(site.house.panel).end_all("staff", site.house.ids["boss"])

    in_place.locator("dialog").get_by_role("button", name="Create").click()
    expect(in_place.locator("dialog").get_by_role("alert")).to_contain_text("You are signed out.")
    expect(in_place.locator("dialog [name=name]")).to_have_value("Typed in place")


@pytest.mark.parametrize("ended", [True, False], ids=["session ended", "token is stale"])
def test_dialog_refused_at_the_last_moment_is_still_there(site, page, ended):
    """The token is fetched, and only then the session ends or another one takes its place."""
    given = page.evaluate("fetch('/admin/my/token').then(answer => answer.json())")
    token = given if ended else {**given, "token": "x" * 86}
    page.route("**/admin/my/token", lambda route: route.fulfill(json=token))
    if ended:
        Sessions(site.house.panel).end_all("staff", site.house.ids["boss"])

    page.get_by_role("button", name="Save").click()

    said = "You are signed out." if ended else "This page was open for too long"
    expect(page.locator("dialog").get_by_role("alert")).to_contain_text(said)
    expect(page.locator("dialog [name=name]")).to_have_value("Poles")
    page.unroute("**/admin/my/token")
    if ended:
        sign_in_beside(page)
    page.get_by_role("button", name="Save").click()
    page.locator(".pw-tabs a", has_text="Poles").wait_for()
    assert views(site) == ["Poles"]


@pytest.mark.parametrize("failure", ["no answer", "an error of ours"])
def test_dialog_that_could_not_be_sent_keeps_what_was_typed(site, page, monkeypatch, failure):
    if failure == "no answer":
        page.route("**/views/new", lambda route: route.abort())
        said = "The panel does not answer."
    else:
        def fail(*_, **__):
            raise RuntimeError("what nobody thought of")

        monkeypatch.setattr("runtime.pages.saved_views.sent_answers", fail)
        said = "It is not your fault."

    page.get_by_role("button", name="Save").click()

    expect(page.locator("dialog").get_by_role("alert")).to_contain_text(said)
    expect(page.locator("dialog [name=name]")).to_have_value("Poles")
    monkeypatch.undo()
    page.unroute("**/views/new")
    page.get_by_role("button", name="Save").click()
    page.locator(".pw-tabs a", has_text="Poles").wait_for()


def test_errors_in_a_dialog_break_no_rule_of_the_page(site, page):
    page.route("**/admin/my/token", lambda route: route.fulfill(
        json={"token": "x" * 86, "account": site.house.ids["boss"]}))

    page.get_by_role("button", name="Save").click()
    page.locator("dialog").get_by_role("alert").wait_for()

    assert [said for said in site.complaints if "status of 403" not in said] == []


def leave(page, way):
    if way == "escape":
        page.keyboard.press("Escape")
    elif way == "beside":
        page.mouse.click(5, 5)
    else:
        page.locator("dialog [data-close]").click()


@pytest.mark.parametrize("way", ["escape", "beside", "cancel"])
@pytest.mark.parametrize("opened", ["page", "in_place"])
def test_changed_dialog_asks_before_it_closes(request, opened, way):
    page = request.getfixturevalue(opened)
    typed = page.locator("dialog [name=name]").input_value()
    asked = answers(page, yes=False)

    leave(page, way)
    leave(page, way)

    assert asked == ["What you typed here is not saved. Close all the same?"] * 2
    expect(page.locator("dialog [name=name]")).to_have_value(typed)


def test_changed_dialog_closes_when_that_is_meant(page):
    asked = answers(page, yes=True)

    page.keyboard.press("Escape")

    expect(page.locator("dialog.pw-dialog")).not_to_be_visible()
    page.goto("/admin/")
    assert asked == ["What you typed here is not saved. Close all the same?"]


@pytest.mark.parametrize("way", ["escape", "beside", "cancel"])
def test_unchanged_dialog_closes_without_a_question(site, browser, way):
    page = site.open(browser)
    page.goto(VIEW)
    page.get_by_role("link", name="Save view").click()
    page.locator("dialog [name=name]").wait_for()
    asked = answers(page, yes=False)

    leave(page, way)

    expect(page.locator("dialog.pw-dialog")).not_to_be_visible()
    assert asked == []


def test_escape_in_a_list_of_choices_closes_the_list_and_not_the_dialog(site, browser):
    page = site.open(browser)
    page.goto(f"/admin/service/{site.house.ids['web']}/edit")
    page.locator(".lookup a[data-create]").first.click()
    box = page.locator("dialog .lookup [data-lookup-input], dialog [role=combobox]").first
    box.click()
    expect(box).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Escape")

    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.locator("dialog.pw-dialog")).to_be_visible()


def test_leaving_the_page_below_a_changed_dialog_is_asked_first(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.evaluate("location.reload()")
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]


def test_two_quick_clicks_send_a_dialog_once(site, page):
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    save = page.get_by_role("button", name="Save")
    save.evaluate("button => { button.click(); button.click(); }")
    page.locator(".pw-tabs a", has_text="Poles").wait_for()

    assert len(sent) == 1
