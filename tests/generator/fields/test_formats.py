"""How values are written in the languages of their readers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from config.values.money import Money
from config.values.rate import Rate
from generator.fields.exchange import NEUTRAL, FormatContext, Title
from generator.fields.formats import integer_text, moment_text, money_text
from generator.fields.translated import Translated
from generator.folding import fold

NARROW, WIDE = "\u202f", "\xa0"


@pytest.mark.parametrize(("amount", "locale", "text"), [
    (Money(13_478_500_000, "USD"), "en", "$13,478.50"),
    (Money(13_478_500_000, "USD"), "pl", f"13{WIDE}478,50{WIDE}USD"),
    (Money(12_000_000, "EUR"), "de", f"12,00{WIDE}€"),
    (Money(104_200, "EUR"), "en", "€0.1042"),
    (Money(100_001, "EUR"), "en", "€0.100001"),
    (Money(-5_500_000, "USD"), "en", "-$5.50"),
    (Money(5_000_000, "JPY"), "en", "¥5"),
    (Money(5_500_000, "JPY"), "en", "¥5.5"),
    (Money(1_500_000, "KWD"), "en", f"KWD{WIDE}1.500"),
    (Money(1_234_567_000_000, "INR"), "en_IN", "₹12,34,567.00"),
    (Money(5_000_000, "XXX"), "en", "5.00"),
    (Money(-5_000_000, "XXX"), "en", "-5.00"),
    (Money(5_000_000, "EUR"), "zz", "€5.00"),
])
def test_an_amount_has_its_minor_digits_and_more_only_when_they_say_something(amount, locale, text):
    assert money_text(amount, locale) == text


@pytest.mark.parametrize(("number", "locale", "text"), [
    (1234567, "en", "1,234,567"), (1234567, "de", "1.234.567"), (999, "pl", "999"),
    (1234567, "fr", f"1{NARROW}234{NARROW}567"),
    (1234567, "hi", "12,34,567"), (-1234, "en", "-1,234"), (0, "uk", "0"),
])
def test_whole_numbers_are_grouped_as_in_the_locale(number, locale, text):
    assert integer_text(number, locale) == text


def test_the_same_moment_in_two_zones():
    moment = datetime(2026, 1, 31, 23, 5, 59, tzinfo=UTC)

    assert moment_text(moment, "pl", "Europe/Warsaw") == "1 lut 2026, 00:05"
    assert moment_text(moment, "de", "America/New_York") == "31.01.2026, 18:05"
    assert moment_text(moment, "de", "No/Where") == "31.01.2026, 23:05"


@pytest.mark.parametrize(("name", "value", "locale", "text"), [
    ("decimal", Decimal("1234.500"), "pl", f"1{WIDE}234,50"),
    ("decimal", Decimal("1.234"), "en", "1.234"),
    ("rate", Rate(99_750), "fr", "9,975 %"),
    ("rate", Rate(230_000), "en", "23 %"),
    ("boolean", True, "en", "yes"),
    ("choice", "done", "pl", "Gotowe"),
    ("choice", "done", "de", "Done"),
    ("choice", "vanished", "en", "Vanished"),
    ("choices", frozenset({"blue", "red"}), "en", "Red, Blue"),
    ("date", date(2026, 1, 31), "uk", "31 січ. 2026\u202fр."),
    ("duration", timedelta(days=7), "pl", "7 dni"),
    ("duration", timedelta(seconds=90), "en", "90 seconds"),
    ("country", "PL", "en", "PL - Poland (Polska)"),
    ("country", "PL", "pl", "PL - Polska"),
    ("country", "DE", "pl", "DE - Niemcy (Deutschland)"),
    ("region", "PL-14", "en", "Mazowieckie"),
    ("locale", "uk", "en", "українська"),
    ("phone", "+48221234567", "en", "+48 22 123 45 67"),
    ("domain", "xn--w-uga1v8h.pl", "en", "żółw.pl"),
    ("email", "ala@xn--w-uga1v8h.pl", "en", "ala@żółw.pl"),
    ("title", Translated({"en": "One", "pl": "Jeden"}, "en"), "pl", "Jeden"),
    ("title", Translated({"en": "One", "pl": "Jeden"}, "en"), "fr", "One"),
    ("title", Translated({"uk": "Один"}, "en"), "fr", "Один"),
    ("relation", Title("target", 3, "Three"), "en", "Three"),
    ("relation", 3, "en", "#3"),
    ("driver", "smtp", "en", "SMTP server"),
    ("doubled", 1234, "en", "1,234"),
    ("text", None, "en", ""),
])
def test_a_value_as_text(thing, name, value, locale, text):
    bound = thing.fields[name]

    written = bound.type.text(bound, value, FormatContext(locale=locale))

    assert written.replace("\xa0р", "\u202fр") == text


@pytest.mark.parametrize(("schedule", "words"), [
    ("* * * * *", "every minute"), ("*/5 * * * *", "every 5 minutes"),
    ("15 * * * *", "every hour at minute 15"), ("0 */6 * * *", "every 6 hours at minute 0"),
    ("30 2 * * *", "every day at 02:30"), ("0 9 * * 1-5", "Monday to Friday at 09:00"),
    ("0 9 * * 7", "every Sunday at 09:00"), ("0 9 1 * *", "on day 1 of the month at 09:00"),
    ("0 9 1 1 *", ""), ("1,2 * * * *", ""),
])
def test_common_schedules_are_read_out(schedule, words):
    from generator.fields.cron import in_words

    assert in_words(schedule, FormatContext()) == words


@pytest.mark.parametrize(("name", "value", "cell"), [
    ("choice", "done", '<span class="badge badge-ok">Done</span>'),
    ("choice", "new", '<span class="badge badge-quiet">New</span>'),
    ("moment", datetime(2026, 1, 31, 11, 0, tzinfo=UTC),
     '<time datetime="2026-01-31T11:00:00Z">Jan 31, 2026, 11:00\u202fAM</time>'),
    ("relation", Title("target", 3, "A & B"), '<a href="/target/3">A &amp; B</a>'),
    ("relation", Title("hidden", 3, "A"), "A"),
    ("relation", None, '<span class="cell-empty" aria-hidden="true">–</span>'),
    ("url", "https://example.com/",
     '<a href="https://example.com/" rel="noopener noreferrer nofollow">example.com</a>'),
    ("image", Title("file", 3, "cat.png"),
     '<img class="cell-image" src="/file/3" alt="cat.png" loading="lazy">'),
    ("long_text", "a <b>\nc", '<div class="cell-text">a &lt;b&gt;\nc</div>'),
    ("secret", None, '<span class="cell-empty" aria-hidden="true">–</span>'),
    # A long one scrolls, which has to be possible with keys too.
    ("json", [], '<pre class="cell-code" tabindex="0"><code>[]</code></pre>'),
])
def test_a_value_as_a_cell(thing, name, value, cell):
    bound = thing.fields[name]
    seen = {"target", "file"}
    context = FormatContext(link=lambda entity, id_: f"/{entity}/{id_}" if entity in seen else None)

    assert bound.type.cell(bound, value, context) == cell


def test_a_list_shows_the_beginning_of_a_long_text(thing):
    bound = thing.fields["long_text"]

    cell = bound.type.list_cell(bound, "word " * 100, FormatContext())

    assert cell.endswith("…")
    assert len(cell) <= 120
    assert "\n" not in bound.type.list_cell(bound, "one\ntwo", FormatContext())


def test_names_of_countries_are_sorted_as_people_read_them():
    from generator.fields.places import country_choices

    names = [choice.label for choice in country_choices("pl")]

    assert names.index("LV - Łotwa (Latvija)") < names.index("MT - Malta")
    assert names[0] == "AF - Afganistan (افغانستان)"


def test_countries_and_regions_are_found_by_code_and_by_every_name(thing):
    country, region = thing.fields["country"], thing.fields["region"]

    for word in ("pl", "Polsko", "poland", "Polska"):
        assert "PL" in country.type.keys_named(country, fold(word), FormatContext(locale="cs"))
    assert region.type.keys_named(region, "malopolskie", NEUTRAL) == ["PL-12"]
    assert region.type.keys_named(region, "pl-12", NEUTRAL) == ["PL-12"]
