"""A single field gets back what it held before a change, as far as its person may write it."""

import re

import pytest

from tests.runtime.admin.staff_browser import words


@pytest.fixture
def acme(house):
    row = next(row for row in house.stored("client") if row["name"] == "Acme")
    with house.records("boss") as records:
        records.update("client", row["id"], {"country": "DE", "email": "new@acme.example"})
        records.update("client", row["id"], {"country": "FR"})
    return row["id"]


def entries(person, acme, field):
    """Return the addresses that put a field back, newest change first."""
    detail = person.page(f"/admin/client/{acme}")
    tab = re.search(r'href="([^"]+tab=history)"', detail)
    text = person.page(tab[1].replace("&amp;", "&")) if tab else detail
    return re.findall(rf'href="(/admin/client/{acme}/history/\d+/{field})"', text)


def test_one_field_is_put_back_and_the_others_stay(staff, house, acme):
    boss = staff("boss")
    newest, older = entries(boss, acme, "country")

    asked = words(boss.page(older))
    assert "Put back Country" in asked
    assert "Poland" in asked.partition("Then:")[2]
    answer = boss.post(older)

    assert answer.status_code == 303
    row = next(row for row in house.stored("client") if row["id"] == acme)
    assert (row["country"], row["email"]) == ("PL", "new@acme.example")
    with house.records() as records:
        assert records.history("client", acme)[0].fields == {"country": ("FR", "PL")}
    assert newest != older


def test_who_may_not_edit_finds_no_way_and_gets_none(staff, house, acme):
    (url, _) = entries(staff("boss"), acme, "country")

    assert entries(staff("rea"), acme, "country") == []
    assert staff("rea").get(url).status_code in (403, 404)
    assert staff("rea").post(url).status_code in (403, 404)
    assert next(r for r in house.stored("client") if r["id"] == acme)["country"] == "FR"


@pytest.mark.parametrize("path", ["0/country", "999999/country", "1/nope", "1/services"])
def test_an_entry_that_is_none_of_this_row_is_not_found(staff, acme, path):
    assert staff("boss").post(f"/admin/client/{acme}/history/{path}").status_code in (403, 404)


def test_an_entry_of_another_row_is_not_found(staff, house, acme):
    (url, _) = entries(staff("boss"), acme, "country")
    bolt = next(row for row in house.stored("client") if row["name"] == "Bolt")["id"]

    foreign = url.replace(f"/client/{acme}/", f"/client/{bolt}/")

    assert staff("boss").post(foreign).status_code == 404
    assert next(r for r in house.stored("client") if r["id"] == bolt)["country"] == "DE"


def test_putting_back_leads_to_the_history_again(staff, acme):
    boss = staff("boss")
    (url, _) = entries(boss, acme, "country")

    asked = boss.page(url)
    landed = boss.post(url).headers["location"]

    assert landed == f"/admin/client/{acme}?tab=history"
    assert f'href="{landed}"' in asked
    assert "Country is as it was before." in words(boss.page(landed))


def test_the_arrow_says_what_it_does_to_who_points_at_it(staff, acme):
    page = staff("boss").page(f"/admin/client/{acme}?tab=history")

    assert 'title="Put back what Country was before"' in page
