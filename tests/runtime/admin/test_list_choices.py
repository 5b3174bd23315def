"""What staff choose of a list: its columns, conditions of their own, and views kept by name."""

import re

import pytest

from tests.runtime.admin.staff_browser import table, words


def heads(text):
    found = re.findall(r"<th scope=.*?</th>", text, re.S)
    return [words(each) for each in found]


def links(text, label):
    """Return the addresses of the links that hold the text."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', text, re.S)
    return [url.replace("&amp;", "&") for url, inside in found if label in words(inside)]


def test_columns_are_shown_in_the_order_asked_for(desk):
    text = desk("boss").page("/admin/client/?col=country&col=name&col=vat_id")

    assert heads(text) == ["Country", "Name", "VAT ID"]
    assert [row[1] for row in table(text)] == ["Acme", "Bolt"]


def test_a_column_of_a_linked_row_is_shown(desk):
    text = desk("boss").page("/admin/service/?col=label&col=client.email")

    assert heads(text) == ["Label", "Client: Email"]
    assert ["web", "office@acme.example"] in table(text)


def test_the_panel_of_columns_moves_one_and_knows_the_others(desk):
    boss = desk("boss")
    closed = boss.page("/admin/client/")
    (url,) = links(closed, "Columns")
    opened = boss.page(url)
    moved = boss.page("/admin/client/?col=name&col=email&col=vip&up=vip")

    assert 'name="col" value="vat_id"' in opened
    assert 'name="col" value="vat_id"' not in closed
    assert heads(moved) == ["Name", "Vip", "Email"]
    assert heads(boss.page(links(moved, "Usual columns")[0])) == heads(closed)


@pytest.mark.parametrize("path", ["nope", "credit", "services", "__class__", "client.x", "a.b.c"])
def test_a_column_that_may_not_be_seen_is_left_out_and_told(desk, path):
    text = desk("sam").page(f"/admin/client/?col=name&col={path}")

    assert heads(text) == ["Name"]
    assert f"There is no column “{path}” here; it was left out." in words(text)


def test_a_condition_of_any_field_is_put_into_the_panel(desk):
    boss = desk("boss")
    panel = boss.page("/admin/client/?filters=1")
    added = boss.page("/admin/client/?filters=1&add=vat_id")
    narrowed = boss.page("/admin/client/?f.vat_id=&op.vat_id=null")

    assert '<option value="vat_id">VAT ID</option>' in panel
    assert 'name="f.vat_id"' in added
    assert [row[0] for row in table(narrowed)] == ["Acme", "Bolt"]
    assert "VAT ID is empty" in words(narrowed)


def test_a_condition_on_a_linked_row_narrows_the_list(desk):
    boss = desk("boss")
    panel = boss.page("/admin/service/?filters=1")
    text = boss.page("/admin/service/?f.client.email=office@bolt.example&op.client.email=eq")

    assert '<optgroup label="Client">' in panel
    assert len(table(text)) == 1


def kept(person, query, **answers):
    url = f"/admin/client/views/new?{query}"
    return person.fill_any(url, **answers)


def test_a_list_is_kept_under_a_name_and_found_again(staff):
    boss = staff("boss")
    text = boss.page("/admin/client/?f.country=PL&col=name&sort=-name")
    (url,) = links(text, "Save view")

    answer = boss.fill_any(url, name="Polish by name")
    shown = boss.page(answer.headers["location"])

    assert answer.status_code == 303
    assert "The view “Polish by name” is saved." in words(shown)
    assert heads(shown) == ["Name"]
    assert [row[0] for row in table(shown)] == ["Acme"]
    assert links(shown, "Save view") == []
    (tab,) = links(boss.page("/admin/client/"), "Polish by name")
    assert table(boss.page(tab)) == table(shown)


def test_a_changed_view_can_be_kept_again_or_under_a_new_name(desk):
    boss = desk("boss")
    location = kept(boss, "f.country=PL", name="Land").headers["location"]
    changed = location.replace("PL", "DE")
    text = boss.page(changed)

    assert len(links(text, "Save view")) == 1
    edit = re.search(r'class="pw-tab-edit" href="([^"]+)"', text)[1].replace("&amp;", "&")
    boss.fill_any(edit, name="Land")
    (tab,) = links(boss.page("/admin/client/"), "Land")
    assert [row[0] for row in table(boss.page(tab))] == ["Bolt"]


def test_a_shared_view_is_found_by_others_who_cannot_change_it(desk):
    boss = desk("boss")
    location = kept(boss, "f.country=PL", name="For all", shared="yes").headers["location"]
    id_ = location.rpartition("saved=")[2]

    sam = desk("sam")
    (tab,) = links(sam.page("/admin/client/"), "For all")
    assert [row[0] for row in table(sam.page(tab))] == ["Acme"]
    assert sam.get(f"/admin/client/views/{id_}").status_code == 404
    assert sam.post(f"/admin/client/views/{id_}/delete").status_code == 404
    assert links(boss.page("/admin/client/"), "For all")


def test_a_list_opens_as_its_person_said_and_all_is_one_click_away(desk):
    boss = desk("boss")
    kept(boss, "f.country=PL", name="Mine", opens="yes")

    answer = boss.get("/admin/client/")
    assert answer.status_code == 303
    opened = boss.page(answer.headers["location"])
    assert [row[0] for row in table(opened)] == ["Acme"]
    (everything,) = links(opened, "All")
    assert [row[0] for row in table(boss.page(everything))] == ["Acme", "Bolt"]


def test_a_view_is_deleted_by_its_person(desk):
    boss = desk("boss")
    id_ = kept(boss, "f.country=PL", name="Old").headers["location"].rpartition("saved=")[2]

    answer = boss.post(f"/admin/client/views/{id_}/delete")

    assert answer.status_code == 303
    assert links(boss.page("/admin/client/"), "Old") == []


def test_a_name_that_is_taken_is_told_and_nothing_is_lost(desk):
    boss = desk("boss")
    kept(boss, "f.country=PL", name="Land")
    answer = kept(boss, "f.country=DE", name="Land")

    assert answer.status_code == 422
    assert "You already have a view of this name" in words(answer.text)
    assert "f.country=DE" in answer.text


def test_a_saved_view_on_a_dropped_field_says_what_was_left_out(desk, sqlite_house):
    boss = desk("boss")
    location = kept(boss, "f.country=PL&col=name", name="Old").headers["location"]
    table_ = sqlite_house.panel.generated.entities["saved_view"].table
    from runtime.database import as_system

    with as_system(sqlite_house.panel.engine) as connection:
        query = [["f.gone", "1"], ["op.gone", "eq"], ["col", "name"], ["col", "lost"]]
        connection.execute(table_.update().values(query=query))
    (tab,) = links(boss.page("/admin/client/?saved=0"), "Old")
    text = boss.page(tab)

    assert location != tab
    assert "There is no filter “gone” here; it was left out." in words(text)
    assert "There is no column “lost” here; it was left out." in words(text)
    assert heads(text) == ["Name"]


def test_view_of_very_many_choices_is_kept_as_far_as_it_goes(desk, sqlite_house):
    kept = "&".join(["f.country=PL", *(f"x{number}=1" for number in range(600))])

    answer = desk("boss").post("/admin/client/views/new", name="Many", kept=kept)

    assert answer.status_code == 303
    assert [row["name"] for row in sqlite_house.stored("saved_view")] == ["Many"]
