"""Tax IDs: the form and check digits of the EU's, and what can be said of all others."""

import pytest

from generator.fields.exchange import FieldProblem
from generator.fields.tax_id import FORMS, settled
from runtime.demo.numbers import tax_id


@pytest.mark.parametrize("number", [
    "ATU13585627", "BE0697449992", "BG175074752", "CY10259033P", "CZ25123891", "DE136695976",
    "DK13585628", "EE100931558", "EL094259216", "ESM1234567L", "FI20774740", "FR40303265045",
    "GB980780684", "HR33392005961", "HU12892312", "IE6433435F", "IT00743110157", "LT119511515",
    "LU15027442", "LV40003521600", "MT11679112", "NL123456789B13", "PL8567346215", "PT501964843",
    "RO18547290", "SE123456789701", "SI50223054", "SK2022749619", "XI980780684",
])
def test_numbers_of_the_union_are_taken(number):
    assert settled(number) == number
    assert settled(f" {number[:2].lower()} {number[2:5]}.{number[5:]}") == number


def test_each_prefix_of_the_union_has_a_form():
    from stdnum.eu.vat import MEMBER_STATES

    assert set(FORMS) == {state.upper().replace("GR", "EL") for state in MEMBER_STATES} | {"GB"}


@pytest.mark.parametrize("prefix", FORMS)
def test_a_wrong_form_is_told_with_the_right_one(prefix):
    with pytest.raises(FieldProblem, match=FORMS[prefix]):
        settled(f"{prefix}1")


@pytest.mark.parametrize("number", [
    "12-3456789", "123456789RT0001", "CHE-116.281.710 MWST", "NO 995 525 828 MVA", "1234567890",
    "12.345.678/0001-95", "27AAPFU0939F1ZV", "ATI060623BG1", "GODE561231GR8",
])
def test_numbers_of_other_countries_are_taken_as_they_are_written(number):
    assert settled(number.lower()) == number


@pytest.mark.parametrize("text", [
    "NONSENSE", "NONE 1234", "12 34", "ŁÓDŹ 123456", "-123456", "1" * 41,
])
def test_what_cannot_be_a_tax_id_is_refused(text):
    with pytest.raises(FieldProblem, match="at least 5 digits"):
        settled(text)


def test_sample_data_has_tax_ids_that_are_taken():
    from random import Random

    for country in ("PL", "UA", "FR", "DE", "GB"):
        for seed in range(50):
            number = tax_id(country, Random(seed))
            assert number is not None
            assert settled(number) == number
