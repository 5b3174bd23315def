"""Every type: what is typed, validated, stored on both databases, read back, exported, imported."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from config.values.money import Money
from config.values.rate import Rate
from generator.fields.exchange import NEUTRAL, FormatContext
from generator.fields.translated import Translated
from tests.generator.every_type import add_row, read_value

POLISH = FormatContext(locale="pl", time_zone="Europe/Warsaw")

# field, what is typed (in Polish, Warsaw), its value, its JSON
CASES = [
    ("text", ["  Żółty  serwer "], "Żółty  serwer", "Żółty  serwer"),
    ("text", ["NULL 'or' 1=1 -- %s :x {y} \\ \""], "NULL 'or' 1=1 -- %s :x {y} \\ \"",
     "NULL 'or' 1=1 -- %s :x {y} \\ \""),
    ("text", ["日本語 😀"], "日本語 😀", "日本語 😀"),
    ("text", ["   "], None, None),
    ("coded", ["AB12"], "AB12", "AB12"),
    ("title", ["Plan", "Plan pl", ""], Translated({"en": "Plan", "pl": "Plan pl"}, "en"),
     {"en": "Plan", "pl": "Plan pl"}),
    ("title", ['{"fr": "x"}'], Translated({"en": '{"fr": "x"}'}, "en"), {"en": '{"fr": "x"}'}),
    ("title", ["Only"], Translated({"en": "Only"}, "en"), {"en": "Only"}),
    ("title", ["", "", ""], None, None),
    ("long_text", ["one\r\ntwo\r\n"], "one\ntwo", "one\ntwo"),
    ("markdown", ["# Hello\n\n*you*"], "# Hello\n\n*you*", "# Hello\n\n*you*"),
    ("code", ["  {% if x %}\r\n  y\n"], "  {% if x %}\n  y\n", "  {% if x %}\n  y\n"),
    ("email", ["Jan.Kowalski@EXAMPLE.com"], "jan.kowalski@example.com", "jan.kowalski@example.com"),
    ("email", ["ala@żółw.pl"], "ala@xn--w-uga1v8h.pl", "ala@xn--w-uga1v8h.pl"),
    ("url", ["example.com/a?b=c"], "https://example.com/a?b=c", "https://example.com/a?b=c"),
    ("phone", ["+48 22 123 45 67"], "+48221234567", "+48221234567"),
    ("phone", ["+1 212 555 0100 ext 7"], "+12125550100;ext=7", "+12125550100;ext=7"),
    ("tax_id", ["pl 526-025-02-74"], "PL5260250274", "PL5260250274"),
    ("tax_id", ["BE697449992"], "BE0697449992", "BE0697449992"),
    ("tax_id", ["12-3456789"], "12-3456789", "12-3456789"),
    ("slug", ["my-server-2"], "my-server-2", "my-server-2"),
    ("uuid", ["{0190A1B2-c3d4-7E5f-8a9b-0c1d2e3f4a5b}"], "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
     "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
    ("integer", ["1 234"], 1234, 1234),
    ("integer", ["-5"], -5, -5),
    ("integer", ["1000000000000"], 10**12, 10**12),
    ("decimal", ["1234,5"], Decimal("1234.500"), "1234.500"),
    ("decimal", ["-0,001"], Decimal("-0.001"), "-0.001"),
    ("decimal", ["999999999999999,807"], Decimal("999999999999999.807"), "999999999999999.807"),
    ("rate", ["23 %"], Rate(230_000), "23 %"),
    ("rate", ["9,975"], Rate(99_750), "9.975 %"),
    ("money", ["12,5"], Money(12_500_000, "EUR"), {"amount": "12.50", "currency": "EUR"}),
    ("money", ["1.234,567891", "USD"], Money(1_234_567_891, "USD"),
     {"amount": "1234.567891", "currency": "USD"}),
    ("money", ["7 jpy"], Money(7_000_000, "JPY"), {"amount": "7", "currency": "JPY"}),
    ("euros", ["-3"], Money(-3_000_000, "EUR"), {"amount": "-3.00", "currency": "EUR"}),
    ("borrowed", ["3"], Money(3_000_000, "XXX"), {"amount": "3.00", "currency": None}),
    ("boolean", ["no", "yes"], True, True),
    ("boolean", ["no"], False, False),
    ("choice", ["done"], "done", "done"),
    ("choice", ["gotowe"], "done", "done"),
    ("choices", ["", "red", "blue"], frozenset({"red", "blue"}), ["red", "blue"]),
    ("choices", [""], frozenset(), []),
    ("spoken", ["pl", "en"], frozenset({"en", "pl"}), ["en", "pl"]),
    ("date", ["2024-02-29"], date(2024, 2, 29), "2024-02-29"),
    ("date", ["31.01.2026"], date(2026, 1, 31), "2026-01-31"),
    ("moment", ["2026-07-01T12:30"], datetime(2026, 7, 1, 10, 30, tzinfo=UTC),
     "2026-07-01T10:30:00Z"),
    ("moment", ["2026-01-01 00:00:05"], datetime(2025, 12, 31, 23, 0, 5, tzinfo=UTC),
     "2025-12-31T23:00:05Z"),
    ("moment", ["2026-07-01T12:30:00.000001Z"], datetime(2026, 7, 1, 12, 30, 0, 1, tzinfo=UTC),
     "2026-07-01T12:30:00.000001Z"),
    ("duration", ["7 days"], timedelta(days=7), "7 days"),
    ("duration", ["90 minutes"], timedelta(minutes=90), "90 minutes"),
    ("duration", ["1 day 12 hours"], timedelta(hours=36), "36 hours"),
    ("duration", ["2 weeks"], timedelta(days=14), "14 days"),
    ("duration", ["1 second"], timedelta(seconds=1), "1 second"),
    ("cron", ["*/5  *  * * *"], "*/5 * * * *", "*/5 * * * *"),
    ("cron", ["@daily"], "0 0 * * *", "0 0 * * *"),
    ("time_zone", ["Europe/Warsaw"], "Europe/Warsaw", "Europe/Warsaw"),
    ("locale", ["pl"], "pl", "pl"),
    ("currency", ["eur"], "EUR", "EUR"),
    ("country", ["pl"], "PL", "PL"),
    ("country", ["Poland"], "PL", "PL"),
    ("region", ["pl-14"], "PL-14", "PL-14"),
    ("domain", ["WWW.Żółw.pl."], "www.xn--w-uga1v8h.pl", "www.xn--w-uga1v8h.pl"),
    ("domain", ["_dmarc.example.com"], "_dmarc.example.com", "_dmarc.example.com"),
    ("domain", ["*.example.com"], "*.example.com", "*.example.com"),
    ("ip", ["2001:DB8:0:0::1"], "2001:db8::1", "2001:db8::1"),
    ("ip_network", ["192.0.2.0/24"], "192.0.2.0/24", "192.0.2.0/24"),
    ("ip_network", ["192.0.2.1"], "192.0.2.1/32", "192.0.2.1/32"),
    ("json", ['{"a": [1, 2.5, null, "ż"]}'], {"a": [1, 2.5, None, "ż"]},
     {"a": [1, 2.5, None, "ż"]}),
    ("json", ["0"], 0, 0),
    ("json", ["false"], False, False),
    ("colour", ["#206BC4"], "#206bc4", "#206bc4"),
    ("colour", ["fa0"], "#ffaa00", "#ffaa00"),
    ("user_agent", ["curl/8.5.0"], "curl/8.5.0", "curl/8.5.0"),
    ("icon", ["server-2"], "server-2", "server-2"),
    ("position", ["3"], 3, 3),
    ("driver", ["smtp"], "smtp", "smtp"),
    ("link", ["service/12"], ("service", 12), {"entity": "service", "id": 12}),
    ("link", ["service", "12"], ("service", 12), {"entity": "service", "id": 12}),
    ("either", ["target/3"], ("target", 3), {"entity": "target", "id": 3}),
    ("mailing", ['{"host": "a"}'], {"host": "a"}, {"host": "a"}),
]


@pytest.mark.parametrize(("name", "typed", "value", "data"), CASES)
def test_what_is_typed_comes_back_from_the_database(connection, thing, name, typed, value, data):
    bound = thing.fields[name]
    parsed = bound.type.parse(bound, typed, POLISH)
    if parsed is not None:
        bound.type.validate(bound, parsed)

    row_id = add_row(connection, thing, {name: parsed})

    assert parsed == value
    assert type(parsed) is type(value)
    stored = read_value(connection, thing, row_id, name)
    assert stored == value
    assert bound.type.json(bound, stored) == data


@pytest.mark.parametrize(
    ("name", "typed", "value", "data"), [case for case in CASES if case[2] is not None]
)
def test_what_is_written_can_be_read_again(thing, name, typed, value, data):
    bound = thing.fields[name]
    exported = bound.type.export_text(bound, value)
    edited = (
        [value.get(locale, "") for locale in ("en", "pl", "uk")] if name == "title"
        else [bound.type.edit_text(bound, value, POLISH)]
    )
    if name == "moment" and value.microsecond:
        edited = [exported]
    if name == "money":
        edited.append(value.currency)

    assert bound.type.parse_json(bound, data) == value
    assert bound.type.parse(bound, edited, POLISH) == value
    assert bound.type.parse(bound, [exported], NEUTRAL) == value


def test_every_type_has_a_case(thing):
    others = {
        "many", "pick",  # rows of their own
        "secret", "file", "image", "relation",  # tests of their own, they need other rows or keys
        "computed", "total", "sequence",  # nobody types them
    }
    tested = {thing.fields[name].spec.type for name, *_ in CASES}

    from config.specs.fields import FIELD_SPECS

    assert tested | others == set(FIELD_SPECS)


@pytest.mark.parametrize("name", ["text", "integer", "moment", "money", "json", "relation", "link"])
def test_nothing_is_stored_as_null_and_read_as_none(connection, thing, name):
    row_id = add_row(connection, thing, {name: None})

    assert read_value(connection, thing, row_id, name) is None


def test_a_row_links_to_another(connection, thing, generated):
    target = add_row(connection, generated.entities["target"], {"name": "Here"})
    bound = thing.fields["relation"]
    parsed = bound.type.parse(bound, [f"{target}"], NEUTRAL)

    row_id = add_row(connection, thing, {"relation": parsed})

    assert read_value(connection, thing, row_id, "relation") == target


def test_a_number_in_sequence_keeps_its_text_and_its_number(connection, thing):
    bound = thing.fields["number"]
    written = bound.type.written(bound, 17, {})

    row_id = add_row(connection, thing, {"number": written})

    assert written == "T-00017"
    assert read_value(connection, thing, row_id, "number") == "T-00017"
    assert bound.type.to_columns(bound, written) == {"number": "T-00017", "number_number": 17}


def test_a_browser_is_shown_in_words_and_written_to_files_as_it_was_sent(thing):
    bound = thing.fields["user_agent"]
    header = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

    assert bound.type.text(bound, header, NEUTRAL) == "Firefox on Linux"
    assert bound.type.cell(bound, header, NEUTRAL) == (
        f'<span title="{header}">Firefox on Linux</span>'
    )
    assert bound.type.export_text(bound, header) == header
