import io
import re
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy.exc import OperationalError

from runtime.records import Records
from tests.runtime.admin.staff_browser import controls, table, words


def test_form_makes_a_row_with_its_rows_and_leads_to_it(staff, house):
    boss, ids = staff("boss"), house.ids

    answer = boss.post(
        "/admin/service/new", page="/admin/service/new", client=str(ids["acme"]),
        product=str(ids["hosting"]), label="shop", price="12,50", lines__0__name="first",
        lines__0__amount="1.00", lines__3__name="second", lines__3__amount="2.00",
    )

    assert answer.status_code == 303, words(answer.text)
    row = house.stored("service")[-1]
    assert answer.headers["location"] == f"/admin/service/{row['id']}"
    assert (row["label"], row["price_micros"]) == ("shop", 12_500_000)
    assert row["client_id"] == ids["acme"]
    lines = [line for line in house.stored("service_line") if line["service_id"] == row["id"]]
    assert [(line["name"], line["amount_micros"]) for line in lines] == [
        ("first", 1_000_000), ("second", 2_000_000),
    ]


def test_refused_form_keeps_what_was_typed_and_names_the_fields(staff, house):
    before = house.stored("service")
    boss = staff("boss")

    answer = boss.post(
        "/admin/service/new", page="/admin/service/new", label="x" * 41, price="a lot",
        client=str(house.ids["acme"]), lines__0__name="", lines__0__amount="1.00",
    )

    said = words(answer.text)
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text
    assert f'value="{"x" * 41}"' in answer.text
    assert 'value="Acme"' in answer.text
    assert 'name="lines.0.amount"' in answer.text
    assert "This cannot be saved yet:" in said
    assert '<a href="#field-price">' in answer.text
    assert house.stored("service") == before


def test_summary_links_to_the_control_and_the_control_to_its_words(desk, sqlite_house):
    answer = desk("boss").post(
        "/admin/client/new", page="/admin/client/new", name="", owner__email="new@example.com"
    )

    assert '<a href="#field-name">Name</a>: Enter a value.' in answer.text
    control = re.search(r'<input[^>]*id="field-name"[^>]*>', answer.text)[0]
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="field-name-problems"' in control
    assert 'id="field-name-problems"><span class="pw-problem">Enter a value.' in answer.text


def test_parts_are_made_by_the_same_form(staff, house):
    answer = staff("boss").post(
        "/admin/client/new", page="/admin/client/new", name="Cold", country="FR",
        owner__email="cleo@example.com",
    )

    assert answer.status_code == 303, words(answer.text)
    user, link = house.stored("user")[-1], house.stored("client_user")[-1]
    assert user["email"] == "cleo@example.com"
    assert (link["user_id"], link["owner"]) == (user["id"], True)


def test_problem_of_a_part_stands_at_its_control(desk, sqlite_house):
    before = sqlite_house.stored("client")

    answer = desk("boss").post(
        "/admin/client/new", page="/admin/client/new", name="Cold", owner__email="no address"
    )

    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert '<a href="#field-owner-email">' in answer.text
    assert sqlite_house.stored("client") == before


def test_edit_changes_what_was_changed_and_nothing_else(staff, house):
    path = f"/admin/service/{house.ids['web']}/edit"

    answer = staff("boss").fill(path, label="web two")

    before = house.get("service", house.ids["mail"])
    row = house.get("service", house.ids["web"])
    assert answer.status_code == 303, words(answer.text)
    assert (row["label"], row["status"], row["price"]) == ("web two", "active", before["price"])
    assert row.version == before.version + 1


def test_secret_is_not_in_the_form_and_stays_when_it_is_left_empty(staff, house):
    path = f"/admin/service/{house.ids['web']}/edit"
    boss = staff("boss")

    text = boss.page(path)
    boss.fill(path, label="other")

    assert "hunter" not in text
    with house.records("boss") as records:
        assert records.reveal("service", house.ids["web"], "password") == "hunter web"


def test_rows_are_changed_removed_and_added_in_one_edit(staff, house):
    ids = house.ids
    path = f"/admin/service/{ids['web']}/edit"
    boss = staff("boss")
    text = boss.page(path)
    assert controls(text)["lines.0.id"] == str(ids["web_line"])

    boss.fill(path, lines__0__remove="yes", lines__1__name="new one", lines__1__amount="3.00")

    lines = [row["name"] for row in house.stored("service_line")
             if row["service_id"] == ids["web"]]
    assert lines == ["new one"]


def test_row_of_another_parent_cannot_be_reached_through_an_inline_form(staff, house):
    ids = house.ids
    before = house.stored("service_line")

    answer = staff("boss").fill(
        f"/admin/service/{ids['web']}/edit", lines__0__id=str(ids["bolt_web_line"]),
        lines__0__name="taken over",
    )

    assert answer.status_code in (404, 422)
    assert house.stored("service_line") == before


def test_field_that_may_not_be_written_is_shown_as_text(staff, house):
    text = staff("fin").get(f"/admin/client/{house.ids['acme']}/edit").text

    assert 'name="credit"' in text
    assert 'name="country"' not in text


def test_field_sent_against_the_rights_is_not_written(staff, house):
    sam = staff("sam")

    answer = sam.fill(f"/admin/client/{house.ids['acme']}/edit", credit="9999.00", name="Acme two")

    row = house.get("client", house.ids["acme"])
    assert answer.status_code == 303
    assert (row["name"], row["credit"].micros) == ("Acme two", 5_000_000)


def test_state_is_never_a_control_and_never_written_by_a_form(staff, house):
    path = f"/admin/service/{house.ids['web']}/edit"
    boss = staff("boss")

    assert 'name="status"' not in boss.page(path)
    boss.fill(path, status="ended")

    assert house.get("service", house.ids["web"])["status"] == "active"


def test_link_to_a_row_out_of_sight_is_refused_like_one_that_is_not_there(staff, house):
    pola = staff("pola")
    path = f"/admin/service/{house.ids['web']}/edit"

    hidden = pola.fill(path, client=str(house.ids["bolt"]))
    absent = pola.fill(path, client="4242")

    assert hidden.status_code == absent.status_code == 422
    assert "Choose one that exists." in words(hidden.text)
    assert "Choose one that exists." in words(absent.text)
    assert "Bolt" not in hidden.text
    assert house.get("service", house.ids["web"])["client"] == house.ids["acme"]


def test_address_may_give_a_new_row_its_first_values(desk, sqlite_house):
    text = desk("boss").page(f"/admin/service/new?client={sqlite_house.ids['acme']}&label=x&id=5")

    assert controls(text)["client"] == str(sqlite_house.ids["acme"])
    assert 'value="Acme"' in text
    assert controls(text)["label"] == "x"


@pytest.mark.parametrize("query", [
    "client=abc", "client=99999999999999999999", "client=%00", "nope=1", "client=-1",
])
def test_nonsense_in_the_address_of_a_new_row_is_left_out(desk, query):
    assert desk("boss").get(f"/admin/service/new?{query}").status_code == 200


def test_conditions_travel_to_the_browser_and_are_held_by_the_server(staff, house):
    boss = staff("boss")
    text = boss.page("/admin/client/new")
    labelled = r'<div class="pw-field([^>]*)>\s*<label[^>]*id="field-vat_id-label"'
    field = re.search(labelled, text)[1]
    polish = re.search(labelled, boss.page("/admin/client/new?country=PL"))[1]

    refused = boss.post("/admin/client/new", page="/admin/client/new", name="V", country="PL",
                        vip="yes", owner__email="v@example.com")
    hidden = boss.post("/admin/client/new", page="/admin/client/new", name="W", country="DE",
                       vat_id="PL123", owner__email="w@example.com")

    assert "data-show=" in field
    assert "data-require=" in field
    # Hidden in the first picture already, where the script would hide it a moment later.
    assert ("pw-not-yet" in field, "pw-not-yet" in polish) == (True, False)
    assert refused.status_code == 422
    assert hidden.status_code == 303
    assert house.stored("client")[-1]["vat_id"] is None


def test_two_edits_are_shown_side_by_side_and_nothing_is_saved(staff, house):
    boss, path = staff("boss"), f"/admin/client/{house.ids['acme']}/edit"
    form = controls(boss.page(path))
    with house.records("boss") as records:
        records.update("client", house.ids["acme"], {"country": "FR", "name": "Acme France"})

    answer = boss.post(path, page=path, **{**form, "name": "Acme Mine", "email": "me@acme.example"})

    shown = table(answer.text)
    assert answer.status_code == 409
    assert ["Acme Mine", "Acme France"] in [row[-2:] for row in shown]
    assert ["me@acme.example", "office@acme.example"] in [row[-2:] for row in shown]
    assert house.get("client", house.ids["acme"])["name"] == "Acme France"


def test_choice_between_two_edits_merges_them(staff, house):
    boss, path = staff("boss"), f"/admin/client/{house.ids['acme']}/edit"
    form = controls(boss.page(path))
    with house.records("boss") as records:
        records.update("client", house.ids["acme"], {"country": "FR", "name": "Acme France"})
    conflict = boss.post(path, page=path, **{**form, "name": "Mine", "email": "me@acme.example"})

    answer = boss.post(path, page=path, **{
        **controls(conflict.text), "keep.name": "theirs", "keep.email": "mine",
    })

    row = house.get("client", house.ids["acme"])
    assert answer.status_code == 303, words(answer.text)
    assert (row["name"], row["email"], row["country"]) == ("Acme France", "me@acme.example", "FR")


def test_form_without_its_token_changes_nothing(desk, sqlite_house):
    boss = desk("boss")
    before = sqlite_house.stored("client")

    answer = boss.client.post("/admin/client/new", data={"name": "Evil"})

    assert answer.status_code == 403
    assert sqlite_house.stored("client") == before


def test_lookup_finds_by_the_beginning_and_only_what_may_be_linked(staff, house):
    boss, pola = staff("boss"), staff("pola")
    path = "/admin/client/lookup?via=service.client&q="

    assert [item["title"] for item in boss.get(f"{path}bo").json()["items"]] == ["Bolt"]
    assert [item["title"] for item in pola.get(path).json()["items"]] == ["Acme"]
    assert boss.get(f"{path}zz").json() == {"items": [], "note": "", "empty": "Nothing found"}


@pytest.mark.parametrize("query", [
    "via=service.label", "via=nope.client", "via=service", "via=product.name", "via=.", "via=..",
])
def test_lookup_by_a_field_that_does_not_link_there_does_not_exist(desk, query):
    assert desk("boss").get(f"/admin/client/lookup?{query}").status_code == 404


def test_lookup_of_several_entities_says_which(desk, sqlite_house):
    found = desk("boss").get("/admin/note/lookup?via=note.about&q=").json()["items"]

    kinds = {item["id"].partition("/")[0] for item in found}
    assert kinds == {"service", "product"}
    assert any(item["title"].startswith("Service: ") for item in found)


def test_moment_is_written_in_the_zone_of_the_person(staff, house):
    boss = staff("boss")
    boss.fill(f"/admin/service/{house.ids['web']}/edit", paid_until="2026-07-01T12:00")

    stored = house.get("service", house.ids["web"])["paid_until"]
    zone = house.actor("boss").time_zone
    assert stored.astimezone(UTC) <= datetime(2026, 7, 1, 12, tzinfo=UTC), zone


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(out, "PNG")
    return out.getvalue()


def test_picture_is_stored_with_its_row_and_opened_by_who_may_see_the_field(staff, house):
    boss, path = staff("boss"), f"/admin/service/{house.ids['web']}"
    form = {**controls(boss.page(f"{path}/edit")), "csrf_token": boss.token()}

    answer = boss.client.post(
        f"{path}/edit", data=form, files={"picture.upload": ("a.png", picture(), "image/png")}
    )
    file = house.stored("file")[-1]
    opened = boss.get(f"/admin/file/{file['id']}/download")

    assert answer.status_code == 303, words(answer.text)
    assert f'src="/admin/file/{file["id"]}/download"' in boss.page(path)
    assert (opened.content, opened.headers["content-type"]) == (picture(), "image/png")
    assert opened.headers["content-security-policy"].startswith("sandbox")
    assert staff("nil").get(f"/admin/file/{file['id']}/download").status_code == 404


def test_file_that_is_no_picture_is_refused_by_its_content(staff, house):
    boss, path = staff("boss"), f"/admin/service/{house.ids['web']}/edit"
    form = {**controls(boss.page(path)), "label": "kept", "csrf_token": boss.token()}

    answer = boss.client.post(
        path, data=form, files={"picture.upload": ("a.png", b"<script>", "image/png")}
    )

    assert answer.status_code == 422
    assert "Choose a picture" in words(answer.text)
    assert 'value="kept"' in answer.text
    assert house.stored("file") == []


@pytest.mark.parametrize("version", [
    "", "abc", "1e3", "0", "-1", "99999999999999999999", "9" * 5000, None,
])
def test_edit_that_does_not_say_what_it_began_with_overwrites_nothing(staff, house, version):
    boss, path = staff("boss"), f"/admin/client/{house.ids['acme']}/edit"
    form = controls(boss.page(path)) | {"name": "Mine", "version": version}
    form = {name: value for name, value in form.items() if value is not None}

    answer = boss.post(path, page=path, **form)

    assert answer.status_code == 409
    assert house.get("client", house.ids["acme"])["name"] == "Acme"
    merged = boss.post(path, page=path, **{**controls(answer.text), "keep.name": "mine"})
    assert merged.status_code == 303, words(merged.text)
    assert house.get("client", house.ids["acme"])["name"] == "Mine"


@pytest.mark.parametrize("query", ["q=%00", "q=a%00c&via=service.client", "q=%00ac", "q=%EF%BF%BF"])
def test_lookup_of_a_text_that_no_database_holds_is_answered(staff, query):
    answer = staff("boss").get(f"/admin/client/lookup?{query}")

    assert answer.status_code == 200
    assert set(answer.json()) == {"items", "note", "empty"}


def test_more_inline_rows_than_fit_one_form_are_refused_and_none_is_lost(desk, sqlite_house):
    boss, ids = desk("boss"), sqlite_house.ids
    before = sqlite_house.stored("service_line")
    rows = {f"lines__{number}__name": f"row {number}" for number in [*range(500), 10_000]}

    answer = boss.post(
        "/admin/service/new", page="/admin/service/new", client=str(ids["acme"]),
        product=str(ids["hosting"]), label="shop", **rows,
    )

    assert answer.status_code == 422
    assert "At most 500 rows fit one form." in words(answer.text)
    assert 'value="row 499"' in answer.text
    assert 'value="row 10000"' in answer.text
    assert sqlite_house.stored("service_line") == before


def test_an_inline_row_with_a_large_number_is_kept(desk, sqlite_house):
    ids = sqlite_house.ids

    answer = desk("boss").post(
        "/admin/service/new", page="/admin/service/new", client=str(ids["acme"]),
        product=str(ids["hosting"]), label="shop", lines__10000__name="far",
        lines__10000__amount="1.00",
    )

    assert answer.status_code == 303
    assert sqlite_house.stored("service_line")[-1]["name"] == "far"


def test_form_whose_work_the_database_ended_for_another_is_saved_all_the_same(
    desk, sqlite_house, monkeypatch
):
    class Deadlock(Exception):
        sqlstate = "40P01"

    boss, row, update, tries = desk("boss"), sqlite_house.ids["acme"], Records.update, []

    def meets_another_first(self, *args, **named):
        tries.append(1)
        done = update(self, *args, **named)
        if len(tries) == 1:
            raise OperationalError("UPDATE", {}, Deadlock())
        return done

    monkeypatch.setattr(Records, "update", meets_another_first)
    page = f"/admin/client/{row}/edit"
    version = sqlite_house.get("client", row).version
    answer = boss.post(page, page=page, name="Acme again", country="DE", version=str(version))

    assert answer.status_code == 303, words(answer.text)
    assert len(tries) == 2
    assert [each["name"] for each in sqlite_house.stored("client") if each["id"] == row] == [
        "Acme again"
    ]
