"""A person's own profile and password in the client area."""

import pytest

from tests.runtime.client.browsing import get_row, post
from tests.runtime.shop_panel import PASSWORD, sign_in


def test_the_profile_shows_and_saves_the_persons_own_fields(sqlite_shop, anna):
    page = anna.get("/my/profile")
    assert "anna@example.com" in page.text
    assert 'name="firstname"' in page.text
    assert 'name="email"' not in page.text

    version = get_row(sqlite_shop, "user", sqlite_shop.ids["anna"]).version
    answer = post(
        anna, "/my/profile", firstname="Anne", lastname="Lis", email="x@example.com",
        enabled="no", version=str(version),
    )  # fmt: skip

    assert answer.status_code == 303
    row = get_row(sqlite_shop, "user", sqlite_shop.ids["anna"])
    assert (row["firstname"], row["lastname"]) == ("Anne", "Lis")
    assert (row["email"], row["enabled"]) == ("anna@example.com", True)
    assert "Your changes are saved." in anna.get("/my/profile").text


def test_a_refused_profile_keeps_what_was_typed(anna):
    answer = post(anna, "/my/profile", firstname="x" * 81, phone="not a phone", version="1")

    assert answer.status_code == 422
    assert "not a phone" in answer.text


NEW = "a much longer phrase"


def test_a_new_password_needs_the_old_one_and_signs_out_the_others(sqlite_shop, anna):
    other = sqlite_shop.browser()
    sign_in(other, "anna@example.com")

    answer = post(anna, "/my/password", old=PASSWORD, new=NEW, again=NEW)

    assert answer.status_code == 303
    assert "All other devices are signed out." in anna.get("/my/password").text
    assert anna.get("/").status_code == 200
    assert other.get("/").status_code == 303
    fresh = sqlite_shop.browser()
    sign_in(fresh, "anna@example.com", NEW)
    with pytest.raises(AssertionError):
        sign_in(sqlite_shop.browser(), "anna@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", NEW, NEW, "not your present password"),
        ("", NEW, NEW, "not your present password"),
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, NEW, NEW + "x", "do not match"),
        (PASSWORD, PASSWORD, PASSWORD, "choose another"),
    ],
)
def test_a_refused_password_is_explained_and_never_shown(anna, old, new, again, says):
    answer = post(anna, "/my/password", old=old, new=new, again=again)

    assert answer.status_code == 422
    assert says in answer.text
    for typed in (NEW, PASSWORD):
        assert typed not in answer.text
    assert anna.get("/").status_code == 200


def test_the_old_password_cannot_be_guessed_from_an_open_session(anna):
    codes = [
        post(anna, "/my/password", old=f"guess {n}", new=NEW, again=NEW).status_code
        for n in range(11)
    ]

    assert codes == [422] * 10 + [429]
    assert post(anna, "/my/password", old=PASSWORD, new=NEW, again=NEW).status_code == 429
