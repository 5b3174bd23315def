"""Rows of the client area: shown, made, changed, moved, deleted, and kept from strangers."""

import csv
import io
import re

import pytest

from tests.runtime.client.browsing import count, get_row, post
from tests.runtime.shop_panel import sign_in, token_of


def test_a_row_of_strangers_is_not_there(anna):
    for path in ("/ticket/2", "/ticket/2/edit", "/ticket/2/moves/close", "/ticket/2/delete"):
        assert anna.get(path).status_code == 404
    for path in ("/ticket/2/edit", "/ticket/2/moves/close", "/ticket/2/delete"):
        assert post(anna, path, subject="mine", reason="x").status_code == 404


def test_a_ticket_is_written_with_its_lines(sqlite_shop, anna):
    values = {
        "company": "1", "subject": "Broken disk", "body": "It clicks.",
        "lines.0.text": "first", "lines.1.text": "", "lines.2.text": "second",
    }  # fmt: skip

    answer = post(anna, "/ticket/new", **values)

    assert answer.status_code == 303
    text = anna.get(answer.headers["location"]).text
    assert "Ticket Broken disk was created." in text
    assert "It clicks." in text
    assert text.index("first") < text.index("second")
    assert count(sqlite_shop, "ticket_line") == 4


def test_the_only_company_of_a_person_is_chosen_beforehand(anna):
    assert '<input type="hidden" name="company" value="1">' in anna.get("/ticket/new").text


def test_a_refused_form_says_why_and_keeps_what_was_typed(sqlite_shop, anna):
    before = count(sqlite_shop, "ticket")

    unread = post(anna, "/ticket/new", company="1", subject="x", body="long story", cost="12,x")
    unfit = post(anna, "/ticket/new", company="1", subject="", body="long story")

    for answer, anchor in ((unread, "#field-cost"), (unfit, "#field-subject")):
        assert answer.status_code == 422
        assert "This cannot be saved yet" in answer.text
        assert f'href="{anchor}"' in answer.text
        assert "long story" in answer.text
    assert 'value="12,x"' in unread.text
    assert count(sqlite_shop, "ticket") == before


def test_a_ticket_for_strangers_is_refused(sqlite_shop, anna):
    before = count(sqlite_shop, "ticket")

    answer = post(anna, "/ticket/new", company=str(sqlite_shop.ids["other"]), subject="x")

    assert answer.status_code in (403, 422)
    assert "Other GmbH" not in answer.text
    assert count(sqlite_shop, "ticket") == before


def test_hidden_products_cannot_be_linked(sqlite_shop, anna):
    answer = post(anna, "/ticket/new", company="1", subject="x", product=sqlite_shop.ids["secret"])

    assert answer.status_code == 422
    assert "Hidden VPS" not in answer.text


def test_fields_that_the_role_does_not_open_are_not_written(sqlite_shop, anna):
    sent = {"subject": "New", "notes": "hacked", "status": "closed", "version": "1"}
    answer = post(anna, "/ticket/1/edit", **sent)

    assert answer.status_code == 303
    row = get_row(sqlite_shop, "ticket", 1)
    assert (row["subject"], row["notes"], row["status"]) == ("New", "NOTES-acme", "open")


def test_two_edits_that_met_are_shown_side_by_side(sqlite_shop, anna):
    post(anna, "/ticket/1/edit", subject="Theirs", version="1")

    answer = post(anna, "/ticket/1/edit", subject="Mine", version="1")

    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    assert get_row(sqlite_shop, "ticket", 1)["subject"] == "Theirs"
    merged = {"version": "2", "merge": "1", "subject": "Mine", "keep.subject": "mine"}
    assert post(anna, "/ticket/1/edit", **merged).status_code == 303
    assert get_row(sqlite_shop, "ticket", 1)["subject"] == "Mine"


def test_a_move_asks_then_happens(sqlite_shop, anna):
    page = anna.get("/ticket/1/moves/close")
    assert 'name="reason"' in page.text
    assert "Main menu" in page.text

    refused = post(anna, "/ticket/1/moves/close", reason="", expected="open")
    assert refused.status_code == 422
    assert get_row(sqlite_shop, "ticket", 1)["status"] == "open"

    assert post(anna, "/ticket/1/moves/close", reason="Done", expected="open").status_code == 303
    assert get_row(sqlite_shop, "ticket", 1)["status"] == "closed"
    assert "Done" in anna.get("/ticket/1?tab=history").text


def test_a_dialog_is_answered_in_place(anna):
    dialog = {"X-Panel-Part": "dialog"}

    asked = anna.get("/ticket/1/moves/close", headers=dialog)
    data = {"csrf_token": token_of(anna, "/"), "expected": "open"}
    refused = anna.post("/ticket/1/moves/close", headers=dialog, data=data)
    done = anna.post("/ticket/1/moves/close", headers=dialog, data={**data, "reason": "x"})

    assert "<html" not in asked.text
    assert 'name="reason"' in asked.text
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    assert (done.status_code, done.headers["x-panel-location"]) == (204, "/ticket/1")
    assert "Ticket Help for acme is now “Closed”." in anna.get("/ticket/1").text


def test_a_move_of_staff_is_not_theirs(sqlite_shop, anna, ben):
    assert anna.get("/ticket/1/moves/park").status_code in (403, 404)
    assert post(anna, "/ticket/1/moves/park").status_code in (403, 404)
    assert post(ben, "/ticket/1/moves/close", reason="x").status_code in (403, 404)
    assert get_row(sqlite_shop, "ticket", 1)["status"] == "open"


def test_a_refusal_names_no_role_and_no_rule(anna, ben):
    for browser, path, says in (
        (ben, "/ticket/1/edit", "You need a right for this that was not given to you."),
        (ben, "/ticket/1/moves/close", "You need a right for this that was not given to you."),
        (anna, "/ticket/1/moves/park", "Your account does not allow it."),
        (anna, "/company/1/edit", "Your account does not allow it."),
        (anna, "/product/export.csv", "Your account does not allow it."),
    ):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert says in answer.text
        for word in ("buyer", "writer", "role", "write_tickets"):
            assert word not in re.search(r"<main.*?</main>", answer.text, re.S)[0].replace(
                'role="', "")


def test_clients_see_of_the_staff_that_it_was_staff(sqlite_shop, anna):
    shop = sqlite_shop
    chief = shop.browser()
    sign_in(chief, "chief@example.com", area="staff")
    token = token_of(chief, "/admin/")
    chief.post("/admin/ticket/1/moves/park", data={"csrf_token": token, "expected": "open"})
    post(anna, "/ticket/1/edit", subject="Changed", version="1")

    theirs = anna.get("/ticket/1?tab=history").text
    staff = chief.get("/admin/ticket/1?tab=history").text

    assert "Chief" in staff
    assert "Anna" in staff
    assert "Chief" not in theirs
    assert '<span class="pw-quiet">Staff</span>' in theirs
    assert '<span class="pw-quiet">Anna</span>' in theirs


def test_a_member_without_the_right_reads_and_changes_nothing(sqlite_shop, ben):
    assert ben.get("/ticket/1").status_code == 200
    for path in ("/ticket/new", "/ticket/1/edit", "/ticket/1/delete"):
        assert ben.get(path).status_code == 403
        assert post(ben, path, company="1", subject="x").status_code == 403
    assert get_row(sqlite_shop, "ticket", 1)["subject"] == "Help for acme"


def test_a_row_is_deleted_after_a_question_and_can_come_back(sqlite_shop, anna):
    assert "Delete Help for acme?" in anna.get("/ticket/1/delete").text

    assert post(anna, "/ticket/1/delete").headers["location"] == "/ticket/"
    text = anna.get("/ticket/1").text
    assert "Ticket Help for acme was moved to the trash." in text
    assert "This row is in the trash." in text
    assert 'href="/ticket/1/edit"' not in text
    assert post(anna, "/ticket/1/restore").headers["location"] == "/ticket/1"
    assert 'href="/ticket/1/edit"' in anna.get("/ticket/1").text


def test_a_row_in_the_trash_is_not_there_for_who_may_not_delete(anna, ben):
    post(anna, "/ticket/1/delete")

    assert ben.get("/ticket/1").status_code == 404


def test_a_lookup_finds_what_may_be_linked(anna):
    found = anna.get("/product/lookup?q=Sm&via=ticket.product").json()["items"]
    assert [item["title"] for item in found] == ["Small VPS"]
    companies = anna.get("/company/lookup?q=&via=ticket.company").json()["items"]
    assert [item["title"] for item in companies] == ["Acme"]
    assert anna.get("/product/lookup?via=ticket.company").status_code == 404
    assert anna.get("/staff/lookup?q=c").status_code in (403, 404)


def test_an_export_holds_the_rows_of_the_list(anna):
    answer = anna.get("/ticket/export.csv")

    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row[1] for row in rows[1:]] == ["Help for acme"]
    assert answer.headers["content-disposition"] == 'attachment; filename="ticket.csv"'
    assert anna.get("/product/export.csv").status_code == 403


def test_a_cell_that_would_be_a_formula_is_harmless(anna):
    post(anna, "/ticket/new", company="1", subject='=HYPERLINK("http://evil.example")')

    assert "'=HYPERLINK" in anna.get("/ticket/export.csv").text


def test_a_file_goes_in_with_the_form_and_out_to_who_may_see_it(sqlite_shop, anna):
    data = {"csrf_token": token_of(anna, "/"), "subject": "Help for acme", "version": "1"}
    files = {"paper.upload": ("letter.txt", b"dear sirs", "text/plain")}

    assert anna.post("/ticket/1/edit", data=data, files=files).status_code == 303

    file_id = get_row(sqlite_shop, "ticket", 1)["paper"]
    answer = anna.get(f"/file/{file_id}")
    assert answer.content == b"dear sirs"
    assert answer.headers["content-disposition"] == 'attachment; filename="letter.txt"'
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert f'href="/file/{file_id}"' in anna.get("/ticket/1").text
    olga = sqlite_shop.browser()
    sign_in(olga, "olga@example.com")
    assert olga.get(f"/file/{file_id}").status_code == 404
    assert anna.get("/file/999").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "media_type", "says"),
    [
        ("a.txt", b"x" * 1001, "text/plain", ""),
        ("a.exe", b"MZ", "application/x-msdownload", "text/plain"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_beside_its_field(
    sqlite_shop, anna, name, content, media_type, says
):
    data = {"csrf_token": token_of(anna, "/"), "subject": "x", "company": "1"}

    files = {"paper.upload": (name, content, media_type)}
    answer = anna.post("/ticket/new", data=data, files=files)

    assert answer.status_code == 422
    assert "field-paper-problems" in answer.text
    assert says in answer.text
    assert count(sqlite_shop, "ticket") == 2


def test_a_secret_is_not_shown_to_whom_it_is_hidden(anna):
    assert post(anna, "/ticket/1/reveal/code").status_code in (403, 404)
