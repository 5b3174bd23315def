"""A form that cannot be saved tells everything that is wrong with it in one round."""

import re

from tests.runtime.admin.staff_browser import words


def problems(text):
    """Return the controls that the summary above the form leads to."""
    return re.findall(r'<a href="#(field-[^"]+)">', text)


def test_an_empty_create_form_names_the_fields_of_its_parts_too(staff, house):
    before = house.stored("client")

    answer = staff("boss").post("/admin/client/new", page="/admin/client/new", name="",
                                owner__email="")

    assert answer.status_code == 422
    assert {"field-name", "field-owner-email"} <= set(problems(answer.text))
    assert words(answer.text).count("Enter a value.") >= 2
    assert house.stored("client") == before


def test_what_cannot_be_read_does_not_hide_what_is_missing(desk, sqlite_house):
    before = sqlite_house.stored("service")

    answer = desk("boss").post(
        "/admin/service/new", page="/admin/service/new", label="", price="a lot",
        lines__0__name="first", lines__0__amount="much", lines__1__name="",
        lines__1__amount="1.00",
    )

    assert set(problems(answer.text)) == {
        "field-client", "field-product", "field-label", "field-price",
        "field-lines-0-amount", "field-lines-1-name",
    }
    assert 'value="a lot"' in answer.text
    assert sqlite_house.stored("service") == before


def test_one_control_tells_one_problem(desk, sqlite_house):
    answer = desk("boss").post(
        "/admin/service/new", page="/admin/service/new", label="x", price="a lot",
        client=str(sqlite_house.ids["acme"]), product=str(sqlite_house.ids["hosting"]),
        lines__0__name="first", lines__0__amount="much",
    )

    assert problems(answer.text) == ["field-price", "field-lines-0-amount"]


def test_an_edit_tells_what_is_unread_and_what_is_missing_together(staff, house):
    path = f"/admin/service/{house.ids['web']}/edit"

    answer = staff("boss").fill(path, label="", price="a lot")

    assert answer.status_code == 422
    assert set(problems(answer.text)) == {"field-label", "field-price"}
    assert house.get("service", house.ids["web"])["label"] == "web"
