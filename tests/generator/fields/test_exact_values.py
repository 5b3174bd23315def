"""Whatever exact value is stored, written or typed: the same value comes back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import ConfigError, load_project
from config.values.money import Money
from config.values.rate import Rate
from generator import generate
from generator.fields.exchange import NEUTRAL, FieldProblem, FormatContext
from generator.fields.formats import integer_text, money_text, scaled_text
from generator.fields.moment import duration_text, read_duration
from generator.fields.numerals import read_decimal
from generator.fields.token import slug
from generator.fields.translated import Translated

LOCALES = st.sampled_from(["en", "pl", "uk", "fr", "de", "de_CH", "en_IN", "hi", "es", "pt_BR"])
BIGINT = st.integers(-(2**63) + 1, 2**63 - 1)
MICROS = st.integers(-(10**18), 10**18)


@given(BIGINT, LOCALES)
def test_a_whole_number_is_read_as_it_was_written(number, locale):
    assert read_decimal(integer_text(number, locale), locale) == number


@given(BIGINT, st.integers(0, 12), LOCALES)
def test_a_decimal_number_is_read_as_it_was_written(number, scale, locale):
    # Two digits at least after the sign, so that no reader can take it for a group of thousands.
    written = scaled_text(number, scale, min(scale, 2), locale)
    exact = Decimal(number).scaleb(-scale)
    part = written.rpartition({"de": ",", "es": ",", "pt_BR": ","}.get(locale, "."))[2]
    if len(part) == 3 and abs(exact) < 1000 and locale in ("pl", "uk", "fr"):
        return

    assert read_decimal(written, locale) == exact


@given(MICROS, LOCALES)
def test_the_digits_of_an_amount_are_never_rounded(micros, locale):
    written = money_text(Money(micros, "XXX"), locale)

    assert read_decimal(written, locale) == Decimal(micros).scaleb(-6)


@given(MICROS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_comes_back_from_columns_text_and_json(thing, micros, currency):
    bound = thing.fields["money"]
    value = Money(micros, currency)

    assert bound.type.from_columns(bound, bound.type.to_columns(bound, value)) == value
    assert bound.type.parse(bound, [bound.type.export_text(bound, value)], NEUTRAL) == value
    assert bound.type.parse_json(bound, bound.type.json(bound, value)) == value
    assert bound.type.parse(
        bound, [bound.type.edit_text(bound, value, FormatContext(locale="de")), currency],
        FormatContext(locale="de"),
    ) == value


@given(BIGINT)
def test_decimals_come_back_from_columns_text_and_json(thing, number):
    bound = thing.fields["decimal"]
    value = Decimal(number).scaleb(-3)

    assert bound.type.from_columns(bound, bound.type.to_columns(bound, value)) == value
    assert bound.type.to_columns(bound, value) == {"decimal": number}
    assert bound.type.parse(bound, [bound.type.export_text(bound, value)], NEUTRAL) == value
    assert bound.type.parse_json(bound, bound.type.json(bound, value)) == value


@given(st.integers(-(10**10) + 1, 10**10 - 1))
def test_rates_come_back_from_columns_text_and_json(thing, millionths):
    bound = thing.fields["rate"]
    value = Rate(millionths)

    assert bound.type.from_columns(bound, bound.type.to_columns(bound, value)) == value
    assert bound.type.parse(bound, [bound.type.export_text(bound, value)], NEUTRAL) == value
    assert bound.type.parse(
        bound, [bound.type.edit_text(bound, value, FormatContext(locale="pl"))],
        FormatContext(locale="pl"),
    ) == value


@given(st.integers(0, 86400 * 366_000))
def test_durations_come_back_from_text(thing, seconds):
    bound = thing.fields["duration"]
    value = timedelta(seconds=seconds)

    assert read_duration(duration_text(value)) == value
    assert bound.type.from_columns(bound, bound.type.to_columns(bound, value)) == value


@given(st.frozensets(st.sampled_from(["red", "green", "blue"])))
def test_sets_of_choices_come_back(thing, value):
    bound = thing.fields["choices"]

    assert bound.type.from_columns(bound, bound.type.to_columns(bound, value)) == value
    assert bound.type.parse(bound, [bound.type.export_text(bound, value)], NEUTRAL) == value
    assert bound.type.parse_json(bound, bound.type.json(bound, value)) == value


@given(st.integers(0, 7_000_000_000 // 60),
       st.sampled_from(["Europe/Warsaw", "America/St_Johns", "Pacific/Apia", "UTC"]))
def test_a_moment_typed_in_any_zone_is_the_one_shown_there(thing, minutes, zone):
    bound = thing.fields["moment"]
    context = FormatContext(time_zone=zone)
    value = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    typed = bound.type.edit_text(bound, value, context)

    again = bound.type.parse(bound, [typed], context)

    # In the hour that comes twice the earlier one is meant.
    assert again == value or timedelta(0) < value - again <= timedelta(hours=1)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_dates_come_back(thing, value):
    bound = thing.fields["date"]

    assert bound.type.parse(bound, [bound.type.export_text(bound, value)], NEUTRAL) == value


@given(st.dictionaries(st.sampled_from(["en", "pl", "uk"]), st.text(max_size=20)))
def test_texts_in_several_languages_come_back_from_columns(thing, texts):
    bound = thing.fields["title"]
    value = Translated(texts, "en")

    columns = bound.type.to_columns(bound, value)

    assert (bound.type.from_columns(bound, columns) or Translated({}, "en")) == value
    assert set(columns) == {"title", "title_i18n"}


@settings(max_examples=40)
@given(st.text())
def test_no_text_breaks_a_parser(thing, text):
    """Only FieldProblem may leave a parser, whatever is typed."""
    refusals = []
    for bound in thing.fields.values():
        try:
            value = bound.type.parse(bound, [text], NEUTRAL)
            if value is not None:
                bound.type.validate(bound, value)
        except FieldProblem as problem:
            refusals.append(str(problem))
    assert all(refusals)


@settings(max_examples=40)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
))
def test_no_json_breaks_a_parser(thing, data):
    refusals = []
    for bound in thing.fields.values():
        try:
            value = bound.type.parse_json(bound, data)
            if value is not None:
                bound.type.validate(bound, value)
        except FieldProblem as problem:
            refusals.append(str(problem))
    assert all(refusals)


@given(st.text(max_size=60))
def test_a_slug_is_a_slug_or_nothing(thing, text):
    bound = thing.fields["slug"]
    made = bound.type.from_text(bound, text)

    if made is not None:
        bound.type.validate(bound, made)
    assert slug("Żółty serwer!") == "zolty-serwer"


@pytest.mark.parametrize(("typed", "locale", "number"), [
    ("1,234", "en", "1234"), ("1,234", "de", "1.234"), ("1.234", "de", "1234"),
    ("1.234", "pl", "1.234"), ("12,5", "en", "12.5"), ("1 234,56", "pl", "1234.56"),
    ("1.234.567,8", "en", "1234567.8"), ("1,234,567.8", "de", "1234567.8"),
    ("1'234.50", "de_CH", "1234.5"), ("0.001", "de", "0.001"), ("−5", "en", "-5"),
    ("12,34,567", "en", "1234567"), ("\u200e-5", "ar", "-5"),
])
def test_numbers_are_read_as_people_write_them(typed, locale, number):
    assert read_decimal(typed, locale) == Decimal(number)


@pytest.mark.parametrize("typed", [
    "", "-", ".", "1.", ".5", "1..2", "1,2,3", "1.2.3,4,5", "0x10", "1e5", "٣", "1 000 0O0", "--1",
])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(FieldProblem):
        read_decimal(typed, "en")


@pytest.mark.parametrize("locale", ["en", "pl", "uk", "fr", "de", "cs"])
@pytest.mark.parametrize(
    "value",
    [timedelta(days=n) for n in (1, 2, 5, 7, 14, 21, 22, 365)]
    + [timedelta(hours=n) for n in (1, 3, 12)]
    + [timedelta(minutes=90), timedelta(seconds=1), timedelta(seconds=59)],
)
def test_a_duration_is_read_as_the_reader_sees_it(thing, locale, value):
    field = thing.fields["duration"]
    context = FormatContext(locale=locale)

    written = field.type.format(field, value, context)

    assert field.type.parse(field, [written], context) == value


@pytest.mark.parametrize(
    "text", ["7", "dni", "7 lun", "7 dni x", "1,5 dni", "-7 dni", "7 dni 3", "٧ dni"]
)
def test_what_is_no_duration_in_any_language_is_refused(text):
    with pytest.raises(FieldProblem):
        read_duration(text, "pl")


def test_english_units_are_read_in_every_language():
    assert read_duration("1 day 12 hours", "uk") == timedelta(hours=36)


def one_amount(folder, declared):
    """Return the field `due`, declared so, of a panel of nothing else."""
    (folder / "site.yaml").write_text("site: x\nname: X\n")
    (folder / "bill.yaml").write_text(
        f"entity: bill\nallow: {{clerk: all}}\nfields:\n  due: {declared}\n"
    )
    (folder / "clerk.yaml").write_text("role: clerk\narea: staff\n")
    return generate(load_project([folder])).entities["bill"].fields["due"]


@pytest.mark.parametrize("declared", [
    "{type: money, currency: EUR, default: 12.50, min: 0}",
    "{type: money, currency: EUR, default: 12.50 EUR}",
    "{type: money, default: 12.50 EUR}",
])
def test_default_of_an_amount_takes_the_currency_of_its_field(tmp_path, declared):
    bound = one_amount(tmp_path, declared)

    assert bound.type.default(bound) == Money(12_500_000, "EUR")


def test_default_of_an_amount_without_any_currency_is_asked_for_one(tmp_path):
    with pytest.raises(ConfigError) as refused:
        one_amount(tmp_path, "{type: money, default: 12.50}")

    assert [problem.what for problem in refused.value.problems] == [
        "12.50 of which currency? Write '12.50 EUR', or give the field `currency: EUR`"
    ]
