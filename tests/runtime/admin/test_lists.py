import html
import re
from urllib.parse import quote, unquote

import pytest

from runtime.records import Records
from runtime.records.values import Count
from tests.runtime.admin.staff_browser import table, words


def test_list_shows_the_columns_of_its_view_in_their_order(staff):
    shown = table(staff("boss").page("/admin/client/"))

    assert [row[:4] for row in shown] == [
        ["Acme", "office@acme.example", "PL - Poland (Polska)", "no"],
        ["Bolt", "office@bolt.example", "DE - Germany (Deutschland)", "no"],
    ]


def test_list_is_narrowed_by_view_filter_and_search(staff):
    boss = staff("boss")

    assert [row[0] for row in table(boss.page("/admin/client/?view=polish"))] == ["Acme"]
    assert [row[0] for row in table(boss.page("/admin/client/?f.country=DE"))] == ["Bolt"]
    assert [row[0] for row in table(boss.page("/admin/client/?f.country=DE&op.country=ne"))] == [
        "Acme"
    ]
    assert [row[0] for row in table(boss.page("/admin/client/?q=bo"))] == ["Bolt"]


def test_list_is_sorted_by_the_address_and_says_so(staff):
    text = staff("boss").page("/admin/client/?sort=-name")

    assert [row[0] for row in table(text)] == ["Bolt", "Acme"]
    assert 'aria-sort="descending"><a href="/admin/client/?sort=name">Name</a>' in text


def test_pages_follow_each_other_by_key_and_lead_back(staff, house):
    for number in range(24):
        house.create("client", name=f"Client {number:02}")
    boss = staff("boss")

    first = boss.page("/admin/client/?size=10")
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = boss.page(following)
    back = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")

    assert [row[0] for row in table(first)][:3] == ["Acme", "Bolt", "Client 00"]
    assert [row[0] for row in table(second)] == [f"Client {n:02}" for n in range(8, 18)]
    assert table(boss.page(back)) == table(first)
    assert "Showing 1 to 10 of 26" in words(first)


def test_short_list_says_which_rows_of_how_many(desk):
    assert "Showing 1 to 2 of 2" in words(desk("boss").page("/admin/client/"))


@pytest.mark.parametrize(("query", "said"), [
    ("f.nope=1", "There is no filter “nope” here; it was left out."),
    ("f.services=x", "There is no filter “services” here; it was left out."),
    ("f.country=DE&op.country=like", "does not know “like”"),
    ("sort=admin_notes", "cannot be sorted by “admin_notes”"),
    ("sort=__class__", "cannot be sorted by “__class__”"),
    ("size=7", "A page shows 10, 25, 50, 100 rows, nothing else."),
    ("size=99999999999999999999", "nothing else."),
    ("view=secret", "There is no view “secret” of this list."),
    ("view=mine", "There is no view “mine” of this list."),
    ("page=abc", "This link to a page is damaged: start from the first page."),
    ("page=" + "A" * 5000, "This link to a page is damaged"),
    ("f.email=%00", ""),
    ("q=%00%ff", ""),
    ("f.vip=maybe", "Enter yes or no."),
])
def test_address_typed_by_hand_gets_a_clear_word_and_the_list(desk, query, said):
    text = desk("boss").page(f"/admin/client/?{query}")

    assert said in words(text)
    assert "Showing" in words(text) or "Nothing matches" in words(text)


def test_filter_that_cannot_be_read_stays_where_it_can_be_mended(desk):
    text = desk("boss").page("/admin/service/?op.price=gt&f.price=ten&f.label=web")

    assert "Price: Enter a number." in words(text)
    assert re.search(r'<input[^>]*name="f.price"[^>]*value="ten"', text)
    assert re.search(r'<option value="gt" selected', text)
    assert [row[2] for row in table(text)] == ["web"]


@pytest.mark.parametrize("way", ["number", "cut", "changed", "longer", "other letters"])
def test_mangled_link_to_a_page_is_told_and_the_list_begins_anew(desk, sqlite_house, way):
    for number in range(12):
        sqlite_house.create("client", name=f"Client {number:02}")
    boss = desk("boss")
    cursor = unquote(boss.page("/admin/client/?size=10").partition("page=")[2].partition('"')[0])
    mangled = {
        "number": "2", "cut": cursor[:-3], "changed": cursor[:4] + "AAAA" + cursor[8:],
        "longer": cursor + cursor, "other letters": "łąka" + cursor,
    }[way]

    text = boss.page(f"/admin/client/?size=10&f.country=&page={quote(mangled)}")

    assert "This link to a page is damaged: start from the first page." in words(text)
    assert [row[0] for row in table(text)][:2] == ["Acme", "Bolt"]


@pytest.mark.parametrize("query", ["size=10", "q=client&size=10"])
def test_page_beyond_the_end_says_so_and_leads_back(staff, house, query):
    ids = [house.create("client", name=f"Client {number:02}") for number in range(12)]
    boss = staff("boss")
    first = boss.page(f"/admin/client/?{query}")
    following = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
    with house.records() as records:
        for id_ in ids[4:]:
            records.delete("client", id_)

    text = boss.page(following)

    assert table(text) == []
    assert "No more rows First page" in words(text)
    assert "Nothing matches" not in words(text)
    back = re.search(r'href="([^"]+)">First page', text)[1]
    assert [row[0] for row in table(boss.page(html.unescape(back)))][-1] == "Client 03"


def test_cursor_of_another_list_is_refused_with_a_word(desk, sqlite_house):
    for number in range(12):
        sqlite_house.create("client", name=f"Client {number:02}")
    boss = desk("boss")
    first = boss.page("/admin/client/?size=10")
    cursor = first.partition("page=")[2].partition('"')[0].partition("&")[0]

    text = boss.page(f"/admin/client/?size=10&sort=-name&page={cursor}")

    assert "start from the first page" in words(text)


def test_row_out_of_scope_is_neither_shown_nor_counted(staff):
    text = staff("pola").page("/admin/client/")

    assert [row[0] for row in table(text)] == ["Acme"]
    assert "Showing 1 to 1 of 1" in words(text)
    assert "Bolt" not in text


def test_column_that_a_role_hides_is_absent(staff):
    shown = words(staff("sam").page("/admin/service/"))

    assert "Price" in shown
    assert "Cost" not in shown


def test_list_without_right_is_refused_with_its_reason(staff):
    answer = staff("nil").get("/admin/client/")

    assert answer.status_code == 403
    assert "No role of yours knows Client" in words(answer.text)


def test_empty_list_says_what_to_do_next(desk):
    boss = desk("boss")

    assert "No payments yet" not in words(boss.page("/admin/note/?q=zzz"))
    assert "Nothing matches" in words(boss.page("/admin/note/?q=zzz"))
    assert "The trash is empty" in words(boss.page("/admin/note/?trash=1"))


def test_filter_panel_is_drawn_when_it_is_asked_for(desk):
    boss = desk("boss")

    closed, opened = boss.page("/admin/client/"), boss.page("/admin/client/?filters=1")

    assert "f.country" not in closed
    assert 'name="f.country"' in opened
    assert 'name="op.country"' in opened


def test_filter_that_is_set_stands_in_words_and_can_be_removed(desk):
    text = desk("boss").page("/admin/client/?f.country=DE&sort=-name")

    chip = text.partition('class="pw-chip">')[2].partition("</span>")[0]
    assert words(chip).startswith("Country is DE")
    assert 'href="/admin/client/?sort=-name"' in chip


def test_list_of_25_rows_weighs_at_most_60_kib(desk, sqlite_house):
    for number in range(30):
        name = f"Client number {number:02} of a long name"
        sqlite_house.create("client", name=name, country="PL")

    text = desk("boss").page("/admin/client/")

    assert len(table(text)) == 25
    assert len(text.encode()) <= 60 * 1024


def test_values_of_people_are_text_and_never_markup(desk, sqlite_house):
    sqlite_house.create("client", name="<img src=x onerror=alert(1)>\"'&")

    boss = desk("boss")
    text = boss.page("/admin/client/?q=<img")

    assert "<img src=x" not in text
    assert table(text)[0][0] == "<img src=x onerror=alert(1)>\"'&"


def test_export_holds_all_pages_and_no_formula(staff, house):
    for number in range(30):
        house.create("client", name=f"={number:02}+1")
    boss = staff("boss")

    answer = boss.get("/admin/client/export.csv?q=%3D")

    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert lines[0].startswith("\ufeffid,name,")
    assert len(lines) == 31
    assert all(",'=" in line for line in lines[1:])


def test_export_is_refused_where_a_role_forbids_it(staff):
    answer = staff("rea").get("/admin/service/export.csv")

    assert answer.status_code == 403


def test_an_address_without_its_slash_keeps_its_filters(desk):
    boss = desk("boss")
    asked = "q=acme&f.country=PL&f.country=DE&sort="

    answer = boss.get(f"/admin/client?{asked}")

    assert answer.headers["location"] == f"/admin/client/?{asked}"
    assert boss.get("/admin/client").headers["location"] == "/admin/client/"


def test_numbers_of_tabs_are_written_as_the_reader_does(desk, sqlite_house, monkeypatch):
    monkeypatch.setattr(Records, "count", lambda *_, **__: Count(12496))
    boss = desk("boss")
    assert "Active 12,496" in words(boss.page("/admin/service/"))
    with sqlite_house.records() as records:
        records.update("staff", sqlite_house.ids["boss"], {"language": "pl"})

    polish = words(boss.page("/admin/service/"))
    assert "12 496" in polish
    assert "12,496" not in polish
