"""The window's title and the heading say which page it is, among many open ones."""

import re

import pytest

from tests.runtime.admin.staff_browser import words


def title_of(text):
    return words(re.search(r"<title>(.*?)</title>", text, re.S)[1])


def heading_of(text):
    return words(re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)[1])


@pytest.mark.parametrize(("path", "title", "heading"), [
    ("service/", "Services · Shop", "Services"),
    ("service/?view=active", "Active · Services · Shop", "Services: Active"),
    ("service/{web}", "web Hosting · Services · Shop", "web Hosting Active"),
    ("service/{web}?tab=history", "History · web Hosting · Services · Shop", "web Hosting Active"),
    ("service/{web}/edit", "Edit web Hosting · Services · Shop", "Edit web Hosting"),
    ("service/new", "New service · Services · Shop", "New service"),
    ("service/{web}/moves/suspend", "Suspend: web Hosting · Services · Shop",
     "Suspend: web Hosting"),
    ("client/?trash=1", "Clients in the trash · Shop", "Clients in the trash"),
    ("general-settings/finance", "Finance · General settings · Shop", "General settings"),
])
def test_every_page_says_what_it_is(desk, sqlite_house, path, title, heading):
    text = desk("boss").page("/admin/" + path.format(**sqlite_house.ids))

    assert (title_of(text), heading_of(text)) == (title, heading)


def test_a_list_shown_anew_in_its_place_brings_its_title_and_heading(desk):
    text = desk("boss").get("/admin/service/?view=active", **{"HX-Request": "true"}).text

    assert title_of(text) == "Active · Services · Shop"
    assert heading_of(text) == "Services: Active"
    assert "<html" not in text
