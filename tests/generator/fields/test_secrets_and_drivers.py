"""Secrets at rest, and the settings of drivers with their secret members."""

import json

import pytest

from generator.fields.driver import SEALED_KEY
from generator.fields.exchange import NEUTRAL, UNCHANGED, ControlState, FieldProblem
from generator.fields.registry import built_in
from generator.fields.secret import MASK, NoCipher, Sealed
from tests.generator.every_type import add_row, read_value

GIVEN = {"host": "mail.example.com", "port": "2525", "tls": "false", "password": "pa55"}


def test_a_secret_rests_sealed_and_opens_on_demand_only(connection, thing):
    bound = thing.fields["secret"]
    row_id = add_row(connection, thing, {"secret": "hunter2"})

    query = f"select secret from thing where id = {row_id}"
    stored = connection.exec_driver_sql(query).scalar_one()
    value = read_value(connection, thing, row_id, "secret")

    assert stored == "thing.secret:2retnuh"
    assert isinstance(value, Sealed)
    for written in (str(value), repr(value), bound.type.text(bound, value, NEUTRAL),
                    bound.type.export_text(bound, value), bound.type.json(bound, value),
                    bound.type.cell(bound, value, NEUTRAL)):
        assert "2retnuh" not in written
        assert "hunter2" not in written
    assert bound.type.reveal(bound, value) == "hunter2"


def test_a_secret_that_stays_is_not_written(thing):
    bound = thing.fields["secret"]

    assert bound.type.to_columns(bound, UNCHANGED) == {}
    assert bound.type.to_columns(bound, None) == {"secret": None}
    assert bound.type.to_columns(bound, Sealed("x")) == {"secret": "x"}
    assert bound.type.parse_json(bound, MASK) is UNCHANGED
    assert bound.type.parse_json(bound, None) is None


def test_a_renamed_secret_still_opens(thing):
    bound = thing.fields["secret"]
    renamed = bound.spec.model_copy(update={"renamed_from": ("old_name",)})
    old = Sealed("thing.old_name:terces")

    from generator.models import bind

    again = bind("secret", renamed, {"secret": bound.type}, bound.facts, entity="thing")

    assert again.type.reveal(again, old) == "secret"
    with pytest.raises(KeyError):
        bound.type.reveal(bound, old)


def test_without_a_cipher_nothing_is_stored_in_the_clear(thing):
    bound = thing.fields["secret"]

    with pytest.raises(NoCipher):
        built_in()["secret"].to_columns(bound, "hunter2")


def complete(thing, driver, value, old=None):
    bound = thing.fields["mailing"]
    return bound.type.settle(bound, value, {"driver": driver}, old)


def test_settings_are_checked_by_the_model_of_their_driver(connection, thing):
    bound = thing.fields["mailing"]
    checked = complete(thing, "smtp", GIVEN)

    row_id = add_row(connection, thing, {"mailing": checked})
    value = read_value(connection, thing, row_id, "mailing")
    query = f"select mailing from thing where id = {row_id}"
    stored = connection.exec_driver_sql(query).scalar_one()
    stored = json.loads(stored) if isinstance(stored, str) else stored

    assert stored == {
        "host": "mail.example.com", "port": 2525, "tls": False, "mode": None, "token": None,
        "password": {SEALED_KEY: "thing.mailing.password:55ap"},
    }
    assert isinstance(value["password"], Sealed)
    opened = bound.type.reveal(bound, "smtp", value)
    assert (opened.host, opened.port, opened.password.get_secret_value()) == (
        "mail.example.com", 2525, "pa55"
    )


def test_settings_show_no_secret(thing):
    bound = thing.fields["mailing"]
    value = {"host": "h", "password": Sealed("thing.mailing.password:55ap")}

    for written in (bound.type.text(bound, value, NEUTRAL), bound.type.cell(bound, value, NEUTRAL),
                    bound.type.export_text(bound, value), str(bound.type.json(bound, value))):
        assert "55ap" not in written
        assert MASK in written


def test_a_secret_member_left_empty_keeps_its_value(thing):
    old = {"host": "h", "password": Sealed("thing.mailing.password:dlo")}

    for empty in ({}, {"password": ""}, {"password": MASK}):
        checked = complete(thing, "smtp", {"host": "new", **empty}, old)
        assert checked["password"] == old["password"]
        assert checked["host"] == "new"
    changed = complete(thing, "smtp", {"host": "h", "password": "fresh"}, old)
    assert changed["password"].get_secret_value() == "fresh"


@pytest.mark.parametrize(("value", "message"), [
    ({"host": "h"}, "Password: Enter a value."),
    ({"password": "x"}, "Host: Enter a value."),
    ({"host": "h", "password": "x", "port": "many"}, "Port: Enter a whole number."),
    ({"host": "h", "password": "x", "colour": "red"}, "There is no setting 'colour'."),
])
def test_bad_settings_are_refused_without_showing_them(thing, value, message):
    with pytest.raises(FieldProblem) as refusal:
        complete(thing, "smtp", value)

    assert str(refusal.value) == message


def test_settings_that_are_stored_already_are_settled_again_unchanged(thing):
    old = complete(thing, "smtp", GIVEN) | {"password": Sealed("thing.mailing.password:dlo")}

    assert complete(thing, "smtp", old, old) == old


def test_a_driver_without_settings_has_none(thing):
    assert complete(thing, "null", {"anything": 1}) is None
    assert complete(thing, None, None) is None


def test_the_form_of_the_settings_follows_from_the_model(thing):
    bound = thing.fields["mailing"]
    sealed = Sealed("thing.mailing.password:55ap")
    value = {"host": "h", "port": 25, "tls": True, "password": sealed}
    state = ControlState("mailing", value=value, values={"driver": "smtp"})

    markup = bound.type.control(bound, state, NEUTRAL)

    assert "Where the mail server listens." in markup
    assert '<label for="field-mailing-host" class="form-label required">Host name</label>' in markup
    assert 'name="mailing.host"' in markup
    assert 'value="h"' in markup
    assert re_count(markup, 'type="password"') == 2
    assert "55ap" not in markup
    empty = bound.type.control(bound, ControlState("mailing", values={"driver": "null"}), NEUTRAL)
    assert "<input" not in empty


def re_count(markup, part):
    return str(markup).count(part)


def test_the_form_of_the_settings_is_read_back(thing):
    from tests.generator.fields.test_controls import Sent

    bound = thing.fields["mailing"]
    old = {"host": "h", "port": 2525, "tls": False, "mode": None, "token": None,
           "password": Sealed("thing.mailing.password:55ap")}
    state = ControlState("mailing", value=old, values={"driver": "smtp"})
    form = Sent(bound.type.control(bound, state, NEUTRAL))

    value = bound.type.parse(bound, bound.type.raw(bound, form, "mailing"), NEUTRAL)

    assert complete(thing, "smtp", value, old) == old
