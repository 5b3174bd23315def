"""Values that look like what a field holds and are not."""

import pytest

from generator.fields.exchange import NEUTRAL, UNCHANGED, FieldProblem
from generator.fields.secret import MASK

DOMAIN = "Enter a domain name, such as example.com."
MOMENT = "Enter a date and time, such as 2026-01-31 12:30."
ZONE = "An address with a zone is known to one machine only."


@pytest.mark.parametrize(("name", "text", "message"), [
    ("money", "10 XXX", "'XXX' is not a currency."),
    ("money", "10 xxx", "'XXX' is not a currency."),
    ("ip_network", "fe80::%1/64", ZONE),
    ("domain", "xn--a", DOMAIN),
    ("domain", "xn--.example", DOMAIN),
    ("domain", "1.2.3.4", DOMAIN),
    ("moment", "2026-W48-7", MOMENT),
    ("moment", "2026W487T10:00", MOMENT),
    ("moment", "2026-11-22T10:00:00.1234567Z", "Enter at most 6 digits after the point."),
    ("time_zone", "localtime", "'localtime' is not a time zone, such as Europe/Warsaw."),
    ("time_zone", "Factory", "'Factory' is not a time zone, such as Europe/Warsaw."),
])
def test_what_only_looks_like_a_value_is_refused(thing, name, text, message):
    bound = thing.fields[name]

    with pytest.raises(FieldProblem) as refusal:
        value = bound.type.parse(bound, [text], NEUTRAL)
        bound.type.validate(bound, value)

    assert str(refusal.value) == message


@pytest.mark.parametrize(("name", "text"), [
    ("domain", "xn--mller-kva.de"), ("domain", "xn--i-7iq.ws"), ("domain", "1.example"),
    ("domain", "4.3.2.1.in-addr.arpa"), ("moment", "2026-11-22T10:00:00.1234560Z"),
    ("time_zone", "Etc/GMT+5"), ("ip_network", "fe80::/64"),
])
def test_what_is_unusual_but_right_is_taken(thing, name, text):
    bound = thing.fields[name]

    bound.type.validate(bound, bound.type.parse(bound, [text], NEUTRAL))


def test_the_mask_typed_for_a_secret_is_no_secret(thing):
    bound = thing.fields["secret"]

    assert bound.type.parse(bound, [MASK], NEUTRAL) is UNCHANGED
