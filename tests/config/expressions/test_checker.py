"""Names, types, and the sentences for what does not go together."""

from __future__ import annotations

import pickle

import pytest

from config.expressions import (
    ANY_RECORD,
    BOOLEAN,
    CHOICE,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MOMENT,
    MONEY,
    RATE,
    RECORD,
    TEXT,
    ExpressionError,
    Scope,
    check,
)
from tests.config.expressions.world import COUNTRIES, WorldSchema, scope


def refusal(text: str, expects=BOOLEAN, *, sql=False, entity="invoice", old=False):
    with pytest.raises(ExpressionError) as caught:
        check(text, scope(entity, allow_old=old), expects, sql)
    error = caught.value
    return error.what, error.code, error.offset, error.hint


def test_the_field_paths_of_the_row_are_remembered():
    text = (
        "client.country == 'pl' and next in client.issued and lines.any(done and count > 1) "
        "and old.status == status and lines.sum(amount) > 0 and next.lines.count > qty"
    )

    names = check(text, scope(allow_old=True), BOOLEAN).names

    assert names == {
        "client.country", "next", "client.issued", "lines", "lines.done", "lines.count",
        "lines.amount", "next.lines", "qty", "status",
    }


@pytest.mark.parametrize(("text", "type_"), [
    ("qty + 1", INTEGER), ("qty + 1.25", DECIMAL(2)),
    ("weight * qty", DECIMAL(3)), ("weight * 1.5", DECIMAL(4)), ("qty / 3", DECIMAL(12)),
    ("discount", RATE), ("discount + discount", RATE), ("discount * 2", RATE),
    ("discount + 1", DECIMAL(6)), ("total - paid", MONEY("client.currency")),
    ("total * qty", MONEY("client.currency")), ("total / 3", MONEY("client.currency")),
    ("discount * total", MONEY("client.currency")), ("fee", MONEY("fee()")),
    ("money('1 EUR')", MONEY("EUR")), ("client.balance", MONEY("client.currency")),
    ("lines.sum(amount)", MONEY("client.currency")), ("lines.sum(extra)", MONEY("lines[].extra()")),
    ("lines.count", INTEGER), ("lines.any()", BOOLEAN), ("due - today", DURATION),
    ("due + days(3)", DATE), ("due - months(1)", DATE), ("paid_at - now", DURATION),
    ("wait * 2", DURATION), ("client", RECORD("client")), ("client.parent.id", RECORD("client")),
    ("id", RECORD("invoice")), ("about", ANY_RECORD), ("client.country", CHOICE(COUNTRIES)),
    ("client.country if urgent else number", TEXT), ("1 if urgent else weight", DECIMAL(3)),
    ("paid_at if urgent else null", MOMENT), ("-wait", DURATION), ("random_code(6)", TEXT),
])
def test_every_expression_has_a_type(text, type_):
    assert check(text, scope(), None).type == type_


@pytest.mark.parametrize(("text", "what", "at", "hint"), [
    ("qty", "expected yes or no, got a whole number", 0, "compare it: … == …, … != null"),
    ("urgent and qty", "expected yes or no, got a whole number", 11,
     "compare it: … == …, … != null"),
    ("qty == 'a'", "a whole number cannot be compared with text", 0, ""),
    ("due == '2026-01-31'", "a date cannot be compared with text", 0,
     "write date('2026-01-31')"),
    ("due < now", "a date cannot be compared with a moment", 0, ""),
    ("number < 'b'", "text has no order", 0, "it can be compared with == and != and by in"),
    ("status > 'draft'", "a choice has no order", 0,
     "it can be compared with == and != and by in"),
    ("client > me.id", "a link to client has no order", 0,
     "it can be compared with == and != and by in"),
    ("client == next", "a link to client cannot be compared with a link to invoice", 0, ""),
    ("total > 5", "an amount of money cannot be compared with a whole number", 0,
     "only 0 goes with every currency; write money('12.50 EUR')"),
    ("total > 1.5", "an amount of money cannot be compared with a decimal number", 0,
     "write money('12.50 EUR')"),
    ("total + fee > 0", "an amount of money + an amount of money has no meaning", 0,
     "only amounts whose currency stands at the same place can be added"),
    ("total * total > 0", "an amount of money * an amount of money has no meaning", 0, ""),
    ("due + 3 > today", "a date + a whole number has no meaning", 0,
     "write days(3), hours(3), months(1) …"),
    ("days(3) + due > today", "a duration + a date has no meaning", 0,
     "write the date or moment first"),
    ("number + number == 'a'", "text + text has no meaning", 0, ""),
    ("-number == 'a'", "text has no negative", 0, ""),
    ("qty < null", "null has no order", 0, "write x == null or x != null"),
    ("null == null", "null cannot be tested for null", 0, ""),
    ("lines == null", "a collection of line cannot be tested for null", 0,
     "write not lines.any()"),
    ("qty in 3", "'in' needs a list, a set or a collection, got a whole number", 7,
     "write == to compare with one value"),
    ("qty in ['a']", "a whole number cannot be compared with text", 8, ""),
    ("qty in [qty]", "a list holds written values only", 8, "compare with == and or"),
    ("qty in [null]", "a list holds written values only", 8, "write x == null"),
    ("[1] == qty", "a list can only stand after 'in'", 0, ""),
    ("next in me.clients", "a link to invoice cannot be in a set of client", 0, ""),
    ("client in lines", "a link to client cannot be in a collection of line", 0, ""),
    ("number in flags", "text cannot be in several choices", 0, ""),
    ("about in me.clients", "a link to any entity cannot be in a set of client", 0, ""),
    ("client == me.clients", "a link to client cannot be compared with a set of client", 0,
     "write in"),
    ("(qty if urgent else number) == 1",
     "a whole number and text cannot stand for one value", 1, ""),
    ("days(1.5) > wait", "days takes a whole number, got a decimal number", 5,
     "write it like days(3)"),
    ("days() > wait", "days takes 1 value, got 0", 0, "write it like days(3)"),
    ("money(number) > total", "money takes one text in quotes", 0,
     "write it like money('12.50 EUR')"),
    ("money('12,50') > total", "'12,50' is not an amount of money", 6,
     "write it like '12.50 EUR'"),
    ("date('2026-02-30') > due", "'2026-02-30' is not a calendar day", 5,
     "write it like '2026-01-31'"),
    ("rate('23') > discount", "'23' is not a rate", 5, "write it like '23 %'"),
    ("me == 1", "'me' alone has no value", 0, None),
    ("lines.sum(label) > 0", "expected a field to sum, got text", 10,
     "numbers, amounts of money and durations can be summed: lines.sum(amount)"),
])
def test_types_that_do_not_go_together_are_refused(text, what, at, hint):
    found = refusal(text)

    assert found[:3] == (what, "expression-type", at)
    assert hint is None or found[3] == hint


@pytest.mark.parametrize(("text", "what", "code", "at", "hint"), [
    ("statis == 'draft'", "no field or variable is called 'statis'", "unknown-name", 0,
     "did you mean 'status'?"),
    ("client.nme == 'a'", "'client' has no field 'nme'", "unknown-name", 7,
     "did you mean 'name'?"),
    ("client.parent.nme == 'a'", "'client.parent' has no field 'nme'", "unknown-name", 14,
     "did you mean 'name'?"),
    ("status.x == 'a'", "'status' is a choice and has no fields", "unknown-name", 7, ""),
    ("about.name == 'a'", "'about' is a link to any entity and has no fields", "unknown-name", 6,
     "it may be of any entity"),
    ("lines.amount > 0", "'lines' is a collection of line and has no field 'amount'",
     "unknown-name", 6, "a collection has .count, .any() and .sum(field)"),
    ("lines.first().done", "a dot can only follow a name", "bad-expression", 13, ""),
    ("lines.first()", "'lines' has no .first of this form", "unknown-function", 0,
     "a collection has .count, .any(), .any(condition) and .sum(field)"),
    ("number.lower() == 'a'", "'number' is text and has no .lower()", "unknown-function", 0, ""),
    ("lenght(number) > 1", "no function is called 'lenght'", "unknown-function", 0,
     "did you mean 'length'?"),
    ("me.clientz", "'me' has no 'clientz'", "unknown-name", 3, "did you mean 'clients'?"),
    ("settings.finanse.due > wait", "'settings' has no 'finanse'", "unknown-name", 9,
     "did you mean 'finance'?"),
    ("settings.finance.dew > wait", "'settings.finance' has no 'dew'", "unknown-name", 17,
     "did you mean 'due'?"),
    ("old.status == 'draft'", "there is no row as it was before here", "unknown-name", 0,
     "'old' stands in guards of moves and in rules"),
    ("status == 'drafd'", "'drafd' is not one of the choices", "unknown-choice", 10,
     "did you mean 'draft'?"),
    ("status in ['draft', 'x']", "'x' is not one of the choices", "unknown-choice", 20,
     "write one of: draft, issued, voided"),
    ("'raed' in flags", "'raed' is not one of the choices", "unknown-choice", 0,
     "did you mean 'read'?"),
    ("status == ('draft' if urgent else 'y')", "'y' is not one of the choices",
     "unknown-choice", 11, "write one of: draft, issued, voided"),
])
def test_unknown_names_suggest_the_nearest(text, what, code, at, hint):
    assert refusal(text) == (what, code, at, hint)


@pytest.mark.parametrize(("text", "what", "hint"), [
    ("paid_at + days(3) < now", "a moment + a duration",
     "write the duration on the other side: paid_until < now - days(3)"),
    ("due + months(1) < today", "a date + a number of months",
     "write the duration on the other side: paid_until < now - days(3)"),
    ("now - paid_at > days(3)", "a moment - a moment", "compare the moments instead"),
    ("weight * 1.5 > 1", "a decimal number * a decimal number",
     "the database multiplies by whole numbers only"),
    ("weight / 2 > 1", "a decimal number / a whole number",
     "the database multiplies by whole numbers only"),
    ("lower(number) == 'a'", "lower(…) of a field", ""),
    ("lines.any(lower(label) == 'a')", "lower(…) of a field", ""),
    ("number == random_code(6)", "random_code(…)", ""),
])
def test_what_the_database_cannot_compute_is_refused_where_it_must(text, what, hint):
    found, code, _, said = refusal(text, sql=True)

    assert (found, code, said) == (f"{what} cannot be computed by the database", "not-in-sql", hint)
    assert check(text, scope(), BOOLEAN).sql is False


@pytest.mark.parametrize("text", [
    "paid_at < now - days(3)", "due < today + months(1)", "lower(me.name) == number",
    "weight * 2 > 1.5", "settings.finance.step / 2 > weight", "total * qty > 0",
    "today - due > days(3)",
])
def test_what_is_known_beforehand_may_be_anything_in_sql(text):
    assert check(text, scope(), BOOLEAN, sql=True).sql is True


def test_the_place_decides_which_type_is_expected():
    assert check("'draft'", scope(), CHOICE(("draft",))).type == TEXT
    assert check("qty", scope(), DECIMAL(2)).type == INTEGER
    assert check("total", scope(), MONEY("fee()")).type == MONEY("client.currency")
    assert check("client", scope(), ANY_RECORD).type == RECORD("client")
    assert refusal("weight", INTEGER)[0] == "expected a whole number, got a decimal number"
    assert refusal("'x'", CHOICE(("draft",)))[1] == "unknown-choice"
    assert refusal("next", RECORD("client"))[0] == (
        "expected a link to client, got a link to invoice"
    )
    assert refusal("lines", None)[0] == "a collection of line is not a value of its own"


def test_variables_go_before_fields_and_need_no_entity():
    tax_rule = scope(None)

    assert check("buyer.country in eu", tax_rule, BOOLEAN).names == frozenset()
    assert refusal("number == 'a'", entity=None)[1] == "unknown-name"
    shadowed = Scope(WorldSchema(), "invoice", variables={"qty": TEXT})
    assert check("qty", shadowed, None).type == TEXT


def test_old_is_the_row_before_and_has_no_collections():
    allowed = scope(allow_old=True)

    assert check("old.status == 'draft' and status != old.status", allowed, BOOLEAN).sql
    assert refusal("old.lines.any()", old=True)[1] == "unknown-name"
    assert check("old.client.name == client.name", allowed, BOOLEAN).type == BOOLEAN


def test_the_currency_of_an_amount_must_be_found():
    class Broken(WorldSchema):
        def fields(self, entity):
            return {**super().fields(entity), "odd": MONEY("client.parent")}

    with pytest.raises(ExpressionError) as caught:
        check("odd > 0", Scope(Broken(), "invoice"), BOOLEAN)

    assert caught.value.what == "the currency of 'odd' cannot be found at 'client.parent'"


def test_an_expression_survives_pickling():
    expression = check("client in me.clients and lines.any(amount > 0)", scope(), BOOLEAN)

    assert pickle.loads(pickle.dumps(expression)) == expression
