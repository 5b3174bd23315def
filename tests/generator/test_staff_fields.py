"""Our fields inside starlette-admin: the adapter passes every question on."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.datastructures import FormData
from starlette_admin import RequestAction

from config.values.money import Money
from generator.fields.exchange import UNCHANGED, FormatContext
from generator.staff_fields import PanelField, staff_field


def asking(action):
    return SimpleNamespace(state=SimpleNamespace(action=action))


def polish(request):
    translated = {"Enter a number.": "Wpisz liczbę."}
    return FormatContext(locale="pl", translate=lambda text: translated.get(text, text))


def run(coroutine):
    return asyncio.run(coroutine)


@pytest.fixture
def money(thing):
    return staff_field(thing.fields["money"], polish)


def test_a_form_is_parsed_by_the_type(money):
    form = FormData([("money", "12,50"), ("money.currency", "USD")])

    assert run(money.parse_input(asking(RequestAction.EDIT), form)) == Money(12_500_000, "USD")
    assert run(money.parse_input(asking(RequestAction.EDIT), FormData())) is UNCHANGED


def test_a_file_is_parsed_the_same_in_every_language(money):
    request = asking(RequestAction.IMPORT)

    assert run(money.parse_input(request, "1,250.50 EUR")) == Money(1_250_500_000, "EUR")


def test_a_refusal_is_translated(money):
    form = FormData([("money", "much")])

    with pytest.raises(ValueError, match="Wpisz liczbę."):
        run(money.parse_form_data(asking(RequestAction.EDIT), form))


def test_limits_and_required_are_checked(thing, money):
    with pytest.raises(ValueError, match="or more"):
        run(money.validate(asking(RequestAction.EDIT), Money(-1, "EUR"), {}))
    run(money.validate(asking(RequestAction.EDIT), UNCHANGED, {}))
    money.required = True
    with pytest.raises(ValueError):
        run(money.validate(asking(RequestAction.EDIT), None, {}))


@pytest.mark.parametrize(("action", "shown"), [
    (RequestAction.LIST, "12,50\xa0€"),
    (RequestAction.DETAIL, "12,50\xa0€"),
    (RequestAction.EXPORT, "12.50 EUR"),
    (RequestAction.API if hasattr(RequestAction, "API") else RequestAction.RELATION_LOOKUP,
     {"amount": "12.50", "currency": "EUR"}),
])
def test_a_value_is_written_for_the_page_that_asks(money, action, shown):
    assert run(money.serialize_value(asking(action), Money(12_500_000, "EUR"))) == shown


def test_a_form_gets_the_control_of_the_type(money):
    markup = run(money.serialize_value(asking(RequestAction.EDIT), Money(12_500_000, "EUR")))

    assert 'name="money"' in markup
    assert 'value="12,50"' in markup


def test_every_type_has_a_staff_field(thing):
    for bound in thing.fields.values():
        field = staff_field(bound)
        assert isinstance(field, PanelField)
        assert field.name == bound.name
        assert field.exclude_from_edit == (
            not bound.type.writable or bound.spec.read_only or bound.machine is not None
        )
    assert staff_field(thing.fields["secret"]).exclude_from_export
    assert not staff_field(thing.fields["long_text"]).orderable


def test_a_value_is_taken_out_of_a_record(money):
    assert run(money.parse_obj(asking(RequestAction.LIST), {"money": 5})) == 5
    assert run(money.parse_obj(asking(RequestAction.LIST), SimpleNamespace(money=6))) == 6
