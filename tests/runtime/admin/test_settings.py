from datetime import timedelta

import pytest

from generator.fields.secret import MASK
from tests.runtime.admin.staff_browser import controls, words

PATH = "/admin/general-settings/finance"


def test_settings_show_the_default_until_staff_change_it(staff, house):
    boss = staff("boss")
    assert controls(boss.page(PATH))["grace"] == "7 days"

    answer = boss.fill(PATH, grace="10 days")

    assert answer.headers["location"] == PATH
    assert controls(boss.page(PATH))["grace"] == "10 days"
    with house.records("boss") as records:
        assert records.setting("finance", "grace") == timedelta(days=10)


def test_settings_that_equal_the_default_keep_no_row(staff, house):
    boss = staff("boss")
    boss.fill(PATH, grace="10 days")
    assert len(house.stored("setting")) == 1

    boss.fill(PATH, grace="7 days")

    assert house.stored("setting") == []


def test_settings_go_back_to_the_configuration_at_once(staff, house):
    boss = staff("boss")
    boss.fill(PATH, grace="10 days")

    boss.post(PATH, reset="1")

    assert house.stored("setting") == []


def test_wrong_setting_is_shown_again_with_the_reason(desk, sqlite_house):
    answer = desk("boss").fill(PATH, grace="soon")

    assert answer.status_code == 422
    assert 'value="soon"' in answer.text
    assert '<a href="#field-grace">Grace</a>' in answer.text
    assert sqlite_house.stored("setting") == []


def test_settings_are_closed_without_the_right(desk, sqlite_house):
    rea = desk("rea")

    assert rea.get(PATH).status_code == 403
    assert rea.post(PATH, grace="1 day").status_code == 403
    assert sqlite_house.stored("setting") == []


def test_first_tab_opens_by_itself(desk):
    assert desk("boss").get("/admin/general-settings").headers["location"] == PATH


def test_start_page_greets_who_has_no_widgets(desk):
    assert "Welcome, Nil" in words(desk("nil").page("/admin/"))


def test_a_secret_setting_rests_sealed_and_is_never_sent_back(staff, house):
    boss = staff("boss")

    boss.fill(PATH, gateway_key="open sesame")

    [row] = house.stored("setting")
    assert row["value"] is None
    assert row["secret"]
    assert "sesame" not in row["secret"]
    page = boss.page(PATH)
    assert "sesame" not in page
    assert controls(page)["gateway_key"] == ""
    assert "stored; type to replace it" in page
    with house.records() as records:
        assert records.setting("finance", "gateway_key") == "open sesame"


def test_a_form_that_leaves_a_secret_setting_empty_keeps_it(staff, house):
    boss = staff("boss")
    boss.fill(PATH, gateway_key="open sesame")

    boss.fill(PATH, grace="10 days")

    with house.records() as records:
        assert records.setting("finance", "gateway_key") == "open sesame"
        assert records.setting("finance", "grace") == timedelta(days=10)


def test_a_secret_setting_is_replaced_and_removed(staff, house):
    boss = staff("boss")
    boss.fill(PATH, gateway_key="first")
    boss.fill(PATH, gateway_key="second")
    with house.records() as records:
        assert records.setting("finance", "gateway_key") == "second"

    boss.fill(PATH, **{"gateway_key.clear": "yes"})

    assert house.stored("setting") == []


def test_nobody_reads_a_secret_setting_beside_its_page(staff, house):
    boss = staff("boss")
    boss.fill(PATH, gateway_key="open sesame")

    with house.records("boss") as records:
        shown = records.setting("finance", "gateway_key")
        [row] = records.list("setting").rows
        told = records.history("setting", row.id)
        revealed = records.reveal("setting", row.id, "secret")

    assert str(shown) == MASK
    assert "sesame" not in repr(shown) + str(row.values) + str(told)
    assert revealed == "open sesame"


def test_a_secret_setting_that_is_needed_must_be_there_once(staff, house):
    boss = staff("boss")
    bound = house.panel.settings_fields["finance"]["gateway_key"]
    bound.spec = bound.spec.model_copy(update={"required": True})

    refused = boss.fill(PATH, grace="3 days")
    assert refused.status_code == 422
    assert house.stored("setting") == []

    assert boss.fill(PATH, gateway_key="x").status_code == 303
    assert boss.fill(PATH, grace="3 days").status_code == 303


def became(house, **spec):
    """Let the YAML of the setting `grace` say something else than when it was saved."""
    fields = house.panel.settings_fields["finance"]
    fields["grace"] = house.panel.generated.bind(
        "grace", fields["grace"].spec.model_copy(update=spec)
    )


def test_a_stored_setting_that_fits_no_longer_falls_back_to_the_default(staff, house, caplog):
    boss = staff("boss")
    with house.records() as records:
        records.create("setting", {"tab": "finance", "key": "grace", "value": "dark"})

    with house.records() as records:
        assert records.setting("finance", "grace") == timedelta(days=7)
    with house.records() as records:
        assert records.setting("finance", "grace") == timedelta(days=7)
    page = boss.page(PATH)

    [warning] = [one for one in caplog.records if "setting" in one.getMessage()]
    assert (warning.levelname, warning.setting) == ("WARNING", "finance.grace")
    assert "“dark” was saved here and does not fit any more" in words(page)
    assert controls(page)["grace"] == "7 days"
    assert [row["value"] for row in house.stored("setting")] == ["dark"]


def test_a_stored_setting_outside_new_limits_falls_back_to_the_default(staff, house):
    boss = staff("boss")
    boss.fill(PATH, grace="10 days")
    became(house, type="text", max=3, default="few")

    with house.records() as records:
        assert records.setting("finance", "grace") == "few"
    assert "days” was saved here" in words(boss.page(PATH))


def test_a_setting_that_was_a_secret_can_be_saved_as_what_it_is_now(staff, house):
    boss = staff("boss")
    with house.records() as records:
        records.create("setting", {"tab": "finance", "key": "grace", "secret": "sesame"})
        assert records.setting("finance", "grace") == timedelta(days=7)

    page = boss.page(PATH)
    boss.fill(PATH, grace="10 days")

    assert "What was saved here does not fit any more" in words(page)
    assert "sesame" not in page
    with house.records() as records:
        assert records.setting("finance", "grace") == timedelta(days=10)


@pytest.mark.parametrize("stored", [None, "dark", 3, ["a"], {"a": 1}, True])
def test_no_stored_setting_takes_its_page_down(desk, sqlite_house, stored):
    with sqlite_house.records() as records:
        for key in ("grace", "gateway_key"):
            records.create("setting", {"tab": "finance", "key": key, "value": stored})

    assert desk("boss").get(PATH).status_code == 200
