"""Controls of forms: what a browser sends back is what was shown, and a reader can find them."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from config.values.money import Money
from generator.fields.exchange import (
    UNCHANGED,
    Choice,
    ControlState,
    FormatContext,
    InlineRow,
)
from generator.fields.secret import Sealed
from tests.generator.fields.test_round_trips import CASES

POLISH = FormatContext(locale="pl", time_zone="Europe/Warsaw")
VOID = {"input", "img", "rect"}


class Sent(HTMLParser):
    """Plays a browser: collects what submitting the controls would send, in their order."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.pairs, self.ids, self.labels, self.named = [], [], [], []
        self._select = self._option = self._area = None
        self.feed(str(markup))

    def handle_starttag(self, tag, attrs):
        got = dict(attrs)
        if "id" in got:
            self.ids.append(got["id"])
        if tag in ("input", "select", "textarea") and got.get("type") != "hidden":
            self.named.append(got)
        if tag == "input" and "disabled" not in got and got.get("name"):
            if got.get("type") not in ("checkbox", "file") or "checked" in got:
                self.pairs.append((got["name"], got.get("value", "on")))
        elif tag == "select" and "disabled" not in got:
            self._select = [got.get("name"), None]
        elif tag == "option" and self._select:
            if self._select[1] is None or "selected" in got:
                self._select[1] = got["value"]
        elif tag == "textarea":
            self._area = [got["name"], ""]

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "select" and self._select:
            self.pairs.append((self._select[0], self._select[1] or ""))
            self._select = None
        if tag == "textarea":
            # A browser drops the first line end.
            self.pairs.append((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None

    def getlist(self, key):
        return [value for name, value in self.pairs if name == key]

    def keys(self):
        return [name for name, _ in self.pairs]


def shown(bound, context=POLISH, **state):
    return Sent(bound.type.control(bound, ControlState(bound.name, **state), context))


ROUND = [(name, value) for name, _, value, _ in CASES
         if value is not None and name not in ("mailing", "borrowed")
         and not getattr(value, "microsecond", 0)]


@pytest.mark.parametrize(("name", "value"), ROUND)
def test_saving_a_form_untouched_changes_nothing(thing, name, value):
    bound = thing.fields[name]

    form = shown(bound, value=value, values={"country": "PL"})
    raw = bound.type.raw(bound, form, name)

    assert bound.type.parse(bound, raw, POLISH) == value


@pytest.mark.parametrize(("name", "typed"), [
    ("text", ["<b>"]), ("integer", ["12x"]), ("money", ["12,,5", "USD"]), ("date", ["soon"]),
    ("choices", ["", "red"]), ("json", ["{"]), ("duration", ["seven"]), ("country", ["ZZ"]),
    ("title", ["a", "b", "c"]), ("link", ["service/x"]), ("boolean", ["no", "yes"]),
])
def test_what_was_typed_and_refused_is_shown_again(thing, name, typed):
    bound = thing.fields[name]

    form = shown(bound, raw=typed, problems=("No.",), value=None)

    assert list(bound.type.raw(bound, form, name)) == typed


def test_every_control_has_an_id_a_name_and_the_texts_that_explain_it(thing):
    for name, bound in thing.fields.items():
        if not bound.type.writable or name in ("mailing", "children"):
            continue
        state = ControlState(name, problems=("Wrong.",), has_help=True, required=True)
        markup = bound.type.control(bound, state, POLISH)
        found = Sent(markup)

        assert f"field-{name}" in " ".join(found.ids), name
        assert f'aria-describedby="field-{name}' in markup, name
        assert "-problems" in markup, name
        for control in found.named:
            names = (control.get("id"), control.get("aria-label"), control.get("aria-labelledby"),
                     control.get("value"))
            assert any(names), (name, control)
        assert len(found.ids) == len(set(found.ids)), name


def test_a_read_only_control_sends_nothing_new(thing):
    for name, value in (("choice", "done"), ("boolean", True), ("choices", frozenset({"red"})),
                        ("country", "PL"), ("driver", "smtp")):
        form = shown(thing.fields[name], value=value, read_only=True)
        assert form.getlist(name) == [], name


def test_an_unticked_box_is_a_no_and_an_absent_one_is_nothing(thing):
    bound = thing.fields["boolean"]

    unticked = shown(bound, value=False)

    assert bound.type.parse(bound, bound.type.raw(bound, unticked, "boolean"), POLISH) is False
    assert bound.type.raw(bound, Sent(""), "boolean") is None


def test_an_answer_with_a_word_of_its_own_is_written_and_read_by_it(thing):
    plain = thing.fields["boolean"]
    words = {"yes": {"": "Active", "pl": "Aktywne"}, "no": {"": "Disabled", "pl": "Wyłączone"}}
    spec = plain.spec.model_copy(update={"of": words, "badges": {"yes": "ok"}})
    bound = replace(plain, spec=spec, memo={})

    assert bound.type.text(bound, False, POLISH) == "Wyłączone"
    assert bound.type.cell(bound, True, POLISH) == '<span class="badge badge-ok">Aktywne</span>'
    assert "badge-quiet" in bound.type.cell(bound, False, POLISH)
    assert bound.type.parse(bound, ["wyłączone"], POLISH) is False
    assert bound.type.parse(bound, ["yes"], POLISH) is True
    assert bound.type.export_text(bound, True) == "yes"
    assert 'form-check-label">Aktywne<' in bound.type.control(
        bound, ControlState("boolean", True), POLISH
    )
    assert "Wyłączone" in bound.type.filter_input(bound, ControlState("f", None), POLISH)


def test_a_value_that_is_no_longer_offered_stays_in_the_list(thing):
    form = shown(thing.fields["choice"], value="retired")

    assert form.getlist("choice") == ["retired"]


def test_a_few_rows_are_a_plain_list_that_works_without_script(thing):
    bound = thing.fields["relation"]
    markup = bound.type.control(
        bound, ControlState("relation", value=2, choices=(Choice("1", "One"), Choice("2", "Two"))),
        POLISH,
    )

    assert re.search(r'<option value="2" selected>Two</option>', markup)
    assert Sent(markup).getlist("relation") == ["2"]


def test_many_rows_are_looked_up(thing):
    bound = thing.fields["relation"]
    state = ControlState("relation", value=2, lookup_url="/lookup?x=1&y=2", titles={"2": "Two"})
    markup = bound.type.control(bound, state, POLISH)

    assert 'data-lookup-url="/lookup?x=1&amp;y=2"' in markup
    assert '<input type="hidden" name="relation" value="2">' in markup
    assert 'value="Two"' in markup
    assert 'role="combobox"' in markup


def test_each_language_has_a_tab(thing):
    markup = thing.fields["title"].type.control(
        thing.fields["title"], ControlState("title", value={"en": "A", "pl": "B"}), POLISH
    )

    assert markup.count('role="tab"') == markup.count('role="tabpanel"') == 3
    for locale in ("en", "pl", "uk"):
        assert f'name="title.{locale}"' in markup
    assert markup.count("data-empty") == 1


def test_amounts_of_one_currency_show_it_beside_the_digits(thing):
    euros = thing.fields["euros"]
    borrowed = thing.fields["borrowed"]

    assert "EUR</span>" in euros.type.control(euros, ControlState("euros"), POLISH)
    known = ControlState("borrowed", value=Money(5, "USD"))
    assert "USD</span>" in borrowed.type.control(borrowed, known, POLISH)


def test_an_amount_keeps_its_currency_in_a_short_list_and_when_it_is_read_only(thing):
    bound = thing.fields["money"]
    few = (Choice("EUR", "Euro"), Choice("PLN", "Zloty"))

    for state in (
        ControlState("money", value=Money(5, "USD"), choices=few),
        ControlState("money", value=Money(5, "USD"), read_only=True),
    ):
        form = Sent(bound.type.control(bound, state, POLISH))
        raw = bound.type.raw(bound, form, "money")
        assert bound.type.parse(bound, raw, POLISH) == Money(5, "USD")


def test_an_inline_table_has_a_row_per_child_and_one_to_add(thing):
    from markupsafe import Markup

    bound = thing.fields["children"]
    row = InlineRow("children-0", 7, (Markup("<input name=a>"),))
    spare = InlineRow("children-__", None, (Markup("<input name=b>"),))
    state = ControlState("children", headings=("Name",), rows=(row,), new_row=spare)

    markup = bound.type.control(bound, state, POLISH)

    assert '<tr data-inline-row="children-0"><td><input name=a></td>' in markup
    assert '<input type="hidden" name="children-0.id" value="7">' in markup
    assert 'name="children-0.remove"' in markup
    assert "<template data-inline-template>" in markup
    locked = ControlState("children", headings=("Name",), rows=(row,), read_only=True)
    assert "remove" not in bound.type.control(bound, locked, POLISH).lower().replace(
        ">remove<", ""
    ).replace("inline-remove", "")


def test_a_secret_is_never_in_the_form(thing):
    bound = thing.fields["secret"]
    stored = Sealed("thing.secret:terces")

    markup = bound.type.control(bound, ControlState("secret", value=stored), POLISH)
    typed = bound.type.control(bound, ControlState("secret", raw=["typed"]), POLISH)

    assert "terces" not in markup
    assert "typed" not in typed.replace("type to replace", "")
    raw = bound.type.raw(bound, Sent(markup), "secret")
    assert bound.type.parse(bound, raw, POLISH) is UNCHANGED


def test_a_ticked_removal_clears_what_is_stored(thing):
    class Form:
        def __init__(self, **pairs):
            self.pairs = pairs

        def getlist(self, key):
            return self.pairs.get(key, [])

        def keys(self):
            return self.pairs

    secret, file = thing.fields["secret"], thing.fields["file"]

    cleared = Form(**{"secret": [""], "secret.clear": ["yes"]})
    assert secret.type.parse(secret, secret.type.raw(secret, cleared, "secret"), POLISH) is None
    kept = Form(file=["7"])
    assert file.type.parse(file, file.type.raw(file, kept, "file"), POLISH) == 7
    gone = Form(**{"file": ["7"], "file.clear": ["yes"]})
    assert file.type.parse(file, file.type.raw(file, gone, "file"), POLISH) is None


def test_a_region_is_chosen_among_those_of_the_country(thing):
    bound = thing.fields["region"]
    state = ControlState("region", values={"country": "PL"})

    markup = bound.type.control(bound, state, POLISH)

    assert '<option value="PL-14" data-words="PL-14">14 - Mazowieckie</option>' in markup
    assert "DE-BY" not in markup
    assert 'data-region-of="country"' in markup
