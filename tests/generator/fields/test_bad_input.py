"""What each type refuses, and the words it does so with."""

from datetime import timedelta
from decimal import Decimal

import pytest

from config.values.money import Money
from generator.fields.address import country_beside
from generator.fields.exchange import NEUTRAL, FieldProblem, FormatContext

GERMAN = FormatContext(locale="de", time_zone="Europe/Berlin")
LONG = "x" * 70_000

REFUSED = [
    ("text", "a", "Enter at least 2 characters."),
    ("text", "x" * 61, "Enter at most 60 characters."),
    ("text", "a\x00b", "The text holds characters that cannot be stored."),
    ("text", "a\ud800b", "The text holds characters that cannot be stored."),
    ("coded", "ab12", "The text does not have the expected form."),
    ("long_text", LONG, "Enter at most 65535 characters."),
    ("email", "nobody", "Enter an e-mail address, such as name@example.com."),
    ("email", "a@b", "Enter an e-mail address, such as name@example.com."),
    ("email", "a b@example.com", "Enter an e-mail address, such as name@example.com."),
    ("email", "a@example.com\nBcc: x@example.com",
     "Enter an e-mail address, such as name@example.com."),
    ("email", "a@-example.com", "Enter an e-mail address, such as name@example.com."),
    ("url", "javascript:alert(1)", "Enter a web address, such as https://example.com."),
    ("url", "data:text/html,x", "Enter a web address, such as https://example.com."),
    ("url", "https://", "Enter a web address, such as https://example.com."),
    ("url", "https://a b.example", "Enter a web address, such as https://example.com."),
    ("url", "https://user:pass@example.com",
     "A web address with a name or password in it is not taken."),
    ("url", "https://[::1", "Enter a web address, such as https://example.com."),
    ("phone", "123", "Enter a telephone number with its country: +48 22 123 45 67."),
    ("phone", "+48 1234", "This number has too few or too many digits for its country."),
    ("tax_id", "NONSENSE",
     "Enter a tax ID: at least 5 digits, and inside the EU the country before them, such as "
     "PL5260250274."),
    ("tax_id", "12345<b>",
     "Enter a tax ID: at least 5 digits, and inside the EU the country before them, such as "
     "PL5260250274."),
    ("tax_id", "PL526025027",
     "A tax ID that begins with PL is written PL9999999999, with 9 for any digit and X for a "
     "letter or digit."),
    ("tax_id", "DE136695977", "This tax ID of DE has a wrong digit."),
    ("slug", "Two Words", "Use small letters, digits and single hyphens: 'my-service'."),
    ("uuid", "1234", "Enter a UUID."),
    ("integer", "1.5", "Enter a whole number."),
    ("integer", "-6", "Enter -5 or more."),
    ("integer", "1000000000001", "Enter 1,000,000,000,000 or less."),
    ("integer", "99999999999999999999", "The number is too large."),
    ("integer", "1e3", "Enter a number."),
    ("integer", "１２", "Enter a number."),
    ("decimal", "0.0001", "Enter at most 3 digits after the point."),
    ("decimal", "NaN", "Enter a number."),
    ("decimal", "Infinity", "Enter a number."),
    ("decimal", "1,2,3.4", "Enter a number."),
    ("decimal", "-1000.001", "Enter -1,000.00 or more."),
    ("rate", "half", "Enter a number."),
    ("rate", "9.99999 %", "Enter at most 4 digits after the point."),
    ("money", "12.1234567", "Enter at most 6 digits after the point."),
    ("money", "12 ZZZ", "'ZZZ' is not a currency."),
    ("money", "-1 EUR", "Enter €0.00 or more."),
    ("money", "-1 USD", "Enter 0 or more."),
    ("money", "99999999999999 EUR", "The number is too large."),
    ("euros", "3 USD", "Enter an amount in EUR."),
    ("boolean", "perhaps", "Enter yes or no."),
    ("choice", "other", "'other' is not one of the choices."),
    ("choices", "red,pink", "'pink' is not one of the choices."),
    ("date", "2026-02-29", "There is no such day."),
    ("date", "tomorrow", "Enter a date, such as 2026-01-31."),
    ("date", "1/2/26", "Enter a date, such as 2026-01-31."),
    ("moment", "2026-01-01 25:00", "Enter a date and time, such as 2026-01-31 12:30."),
    ("moment", "0001-01-01T00:00+14:00", "There is no such day."),
    ("duration", "7", "Write the unit: '5 minutes', '7 days'."),
    ("duration", "-7 days", "Write the unit: '5 minutes', '7 days'."),
    ("duration", "7 moons", "Write the unit: '5 minutes', '7 days'."),
    ("duration", "999999999 weeks", "The duration is too long."),
    ("cron", "* * * *",
     "Enter a schedule of five fields, such as '30 2 * * *' for every day at 02:30."),
    ("cron", "61 * * * *",
     "Enter a schedule of five fields, such as '30 2 * * *' for every day at 02:30."),
    ("time_zone", "Europe/Atlantis",
     "'Europe/Atlantis' is not a time zone, such as Europe/Warsaw."),
    ("locale", "de", "'de' is not a language of this panel."),
    ("currency", "XAU", "'XAU' is not a currency."),
    ("country", "XX", "'XX' is not a country."),
    ("region", "PL-99", "'PL-99' is not a region."),
    ("domain", "-a.example", "Enter a domain name, such as example.com."),
    ("domain", "a..example", "Enter a domain name, such as example.com."),
    ("domain", "a b.example", "Enter a domain name, such as example.com."),
    ("domain", ".".join(["a" * 60] * 5), "Enter at most 253 characters."),
    ("ip", "192.0.2.256", "Enter an IP address, such as 192.0.2.1 or 2001:db8::1."),
    ("ip", "fe80::1%eth0", "An address with a zone is known to one machine only."),
    ("ip_network", "192.0.2.1/24", "This is an address inside the network 192.0.2.0/24."),
    ("ip_network", "here", "Enter a network, such as 192.0.2.0/24."),
    ("json", "{'a': 1}", "This is not JSON: line 1, column 2."),
    ("json", '{"a": 1, "a": 2}', "A key stands twice in one object."),
    ("json", "NaN", "'NaN' is not JSON."),
    ("json", "1e999", "This number cannot be written in JSON."),
    ("json", "9" * 5000, "The number is too large."),
    ("json", "[" * 60 + "]" * 60, "The data is nested too deeply."),
    ("json", "[" * 100_000, "The data is nested too deeply."),
    ("json", '"\\u0000"', "The text holds characters that cannot be stored."),
    ("colour", "red", "Enter a colour, such as #206bc4."),
    ("icon", "../x", "Enter the name of an icon, such as server-2."),
    ("icon", "unknown", "There is no icon 'unknown'."),
    ("relation", "x", "Choose one of the entries."),
    ("relation", "-1", "Choose one of the entries."),
    ("relation", "9" * 19, "Choose one of the entries."),
    ("either", "service/3", "Choose one of the entries."),
    ("link", "3", "Choose one of the entries."),
    ("position", "0", "Enter 1 or more."),
    ("driver", "pigeon", "There is no driver 'pigeon'."),
    ("mailing", "[1]", "Enter an object."),
    ("doubled", "4", "This value is computed and cannot be set."),
    ("secret", "x" * 10_001, "Enter at most 10000 characters."),
]


@pytest.mark.parametrize(("name", "typed", "message"), REFUSED,
                         ids=[f"{name}-{index}" for index, (name, *_) in enumerate(REFUSED)])
def test_bad_input_is_refused_in_words(thing, name, typed, message):
    bound = thing.fields[name]

    with pytest.raises(FieldProblem) as refusal:
        bound.type.validate(bound, bound.type.parse(bound, [typed], NEUTRAL))

    assert str(refusal.value) == message


@pytest.mark.parametrize(("name", "data", "message"), [
    ("text", 5, "Enter text."),
    ("title", {"de": "x"}, "'de' is not a language of this panel."),
    ("title", {"en": 5}, "Enter text."),
    ("integer", "5", "Enter a whole number."),
    ("integer", True, "Enter a whole number."),
    ("integer", 1.0, "Enter a whole number."),
    ("decimal", 1.5, 'Write the number as text, such as "12.50".'),
    ("money", 12.5, 'Write the amount as text, such as "12.50 EUR".'),
    ("money", {"amount": 1.5, "currency": "EUR"},
     'Write the amount as text, such as "12.50 EUR".'),
    ("boolean", "yes", "Enter true or false."),
    ("choices", "red", "Enter a list of texts."),
    ("choices", ["pink"], "'pink' is not one of the choices."),
    ("link", {"entity": "x"}, 'Write the link as an object with "entity" and "id".'),
    ("relation", "5", "Enter the id of a row."),
    ("relation", True, "Enter the id of a row."),
    ("file", "5", "Enter the id of a file."),
    ("json", {"a": float("nan")}, "This number cannot be written in JSON."),
    ("json", {"a": object()}, "This value cannot be written in JSON."),
    ("secret", 5, "Enter text."),
    ("children", [1], "Enter a list of rows."),
])
def test_bad_json_is_refused_in_words(thing, name, data, message):
    bound = thing.fields[name]

    with pytest.raises(FieldProblem) as refusal:
        bound.type.parse_json(bound, data)

    assert str(refusal.value) == message


def test_the_missing_default_language_is_named(thing):
    bound = thing.fields["title"]
    only_polish = bound.type.parse(bound, ["", "Nazwa", ""], NEUTRAL)

    with pytest.raises(FieldProblem) as refusal:
        bound.type.validate(bound, only_polish)

    assert str(refusal.value) == "Enter the text in en."


def test_a_message_is_translated_with_its_values(thing):
    bound = thing.fields["text"]
    catalogue = {"Enter at most {max} characters.": "Najwyżej {max} znaków."}

    with pytest.raises(FieldProblem) as refusal:
        bound.type.validate(bound, "x" * 61)

    assert refusal.value.text(lambda text: catalogue.get(text, text)) == "Najwyżej 60 znaków."


def test_the_hour_that_summer_time_skips_is_refused(thing):
    bound = thing.fields["moment"]

    with pytest.raises(FieldProblem) as refusal:
        bound.type.parse(bound, ["2026-03-29T02:30"], GERMAN)

    assert str(refusal.value) == "The clocks of Europe/Berlin skip this time."


def test_the_hour_that_comes_twice_is_the_first_one(thing):
    bound = thing.fields["moment"]

    moment = bound.type.parse(bound, ["2026-10-25T02:30"], GERMAN)

    assert moment.isoformat() == "2026-10-25T00:30:00+00:00"


def test_a_value_that_code_gives_is_checked_like_a_typed_one(thing):
    for name, value in (
        ("decimal", Decimal("0.0001")), ("duration", timedelta(microseconds=1)),
        ("duration", timedelta(days=-1)), ("money", Money(1, "ZZZ")), ("email", "A@Example.com"),
        ("phone", "22 123 45 67"), ("country", "pl"),
        ("tax_id", "pl5260250274"), ("ip", "2001:DB8::1"), ("cron", "x"),
    ):
        bound = thing.fields[name]
        with pytest.raises(FieldProblem):
            bound.type.validate(bound, value)


def test_a_telephone_number_is_read_in_the_country_beside_it(thing):
    bound = thing.fields["phone"]

    in_poland = FormatContext(country="PL")

    assert bound.type.parse(bound, ["22 123 45 67"], in_poland) == "+48221234567"
    assert country_beside(bound) == "country"


def test_a_region_of_another_country_is_refused(thing):
    bound = thing.fields["region"]

    assert bound.type.settle(bound, "PL-14", {"country": "PL"}, None) == "PL-14"
    assert bound.type.settle(bound, "PL-14", {"country": None}, None) == "PL-14"
    with pytest.raises(FieldProblem) as refusal:
        bound.type.settle(bound, "PL-14", {"country": "DE"}, None)

    assert str(refusal.value) == "This region is not in DE."


def test_an_amount_takes_the_currency_of_its_row(thing):
    bound = thing.fields["borrowed"]
    typed = bound.type.parse(bound, ["3"], NEUTRAL)

    assert bound.type.settle(bound, typed, {"currency": "PLN"}, None) == Money(3_000_000, "PLN")
    assert bound.type.settle(bound, None, {"currency": "PLN"}, None) is None
    with pytest.raises(FieldProblem) as refusal:
        bound.type.settle(bound, Money(3, "EUR"), {"currency": "PLN"}, None)

    assert str(refusal.value) == "Enter an amount in PLN."


@pytest.mark.parametrize(("data", "message"), [
    (b"", "The file is empty."),
    (b"x" * 2001, "The file has more than 2 kB."),
    (b"\x89PNG\r\n\x1a\n", "Choose a file of type application/pdf, text/*."),
])
def test_an_upload_is_refused_by_size_and_type(thing, data, message):
    bound = thing.fields["file"]

    with pytest.raises(FieldProblem) as refusal:
        bound.type.check_upload(bound, "a.txt", "text/plain", data)

    assert str(refusal.value) == message


def test_an_upload_that_a_browser_would_run_is_stored_as_bytes(thing):
    bound = thing.fields["file"]

    assert bound.type.check_upload(bound, "a.html", "text/html", b"<script>") == (
        "application/octet-stream"
    )
    assert bound.type.check_upload(bound, "a.txt", "text/plain; charset=x", b"hi") == "text/plain"


def test_a_picture_is_known_by_its_content(thing):
    import io

    from PIL import Image

    bound = thing.fields["image"]
    png = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(png, "PNG")

    assert bound.type.check_upload(bound, "evil.html", "text/html", png.getvalue()) == "image/png"
    for data in (b"<svg onload=alert(1)>", b"GIF89a", png.getvalue()[:40]):
        with pytest.raises(FieldProblem) as refusal:
            bound.type.check_upload(bound, "a.png", "image/png", data)
        assert str(refusal.value) == "Choose a picture: PNG, JPEG, WebP or GIF."


def test_a_picture_with_too_many_pixels_is_refused(thing):
    import io

    from PIL import Image

    bound = thing.fields["image"]
    png = io.BytesIO()
    Image.new("1", (7000, 7000)).save(png, "PNG")

    with pytest.raises(FieldProblem) as refusal:
        bound.type.check_upload(bound, "a.png", "image/png", png.getvalue())

    assert str(refusal.value) == "The picture has too many pixels."
